"""Whom a reminder can reach on one day: the chain from the owner up to the administrators, holes closed.

An absent or inactive owner is replaced by the deputy at once, else by the substitute named in the absence; any other
missing person by the substitute, else by the next one up. Nobody left: the administrators.
"""

from collections import defaultdict
from dataclasses import dataclass

from contracts.choices import Instead, Step
from people.models import Absence, Unit, User

COLUMNS = (
    "pk",
    "name",
    "username",
    "email",
    "language",
    "institution",
    "is_active",
    "is_technician",
    "is_manager",
    "is_auditor",
    "is_administrator",
)


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody a reminder goes to, at which step, and why instead of the person meant ("" where it is that person)."""

    step: Step
    person: int
    instead: str = ""


class Cast:
    """Who is there on one local date. Reads units, absences and administrators once, people as they are needed."""

    def __init__(self, day):
        self.day = day
        self.people = {}
        self._substitutes = {}
        for person, substitute in Absence.objects.on(day).order_by("pk").values_list("person_id", "substitute_id"):
            self._substitutes[person] = self._substitutes.get(person) or substitute
        self._units = {pk: (path, head) for pk, path, head in Unit.objects.values_list("pk", "path", "head_id")}
        self._administrators = defaultdict(list)
        for person in User.objects.active().filter(is_administrator=True).order_by("pk").only(*COLUMNS):
            self.people[person.pk] = person
            self._administrators[person.institution_id].append(person.pk)

    def load(self, contracts):
        """Read everybody these contracts may lead to, in at most two queries."""
        wanted = set()
        for contract in contracts:
            wanted |= {contract.owner_id, contract.deputy_id, *self._heads(contract.unit_id)}
        self._read(wanted)
        self._read({self._substitutes.get(person) for person in wanted})

    def chain(self, contract):
        """Everybody who can be reached today, owner first, nobody twice."""
        targets, seen = [], set()
        for target in self._every(contract):
            if target.person not in seen:
                seen.add(target.person)
                targets.append(target)
        return targets

    def _every(self, contract):
        yield from self._owner_and_deputy(contract)
        heads = self._heads(contract.unit_id)
        own, above = (heads[:1], heads[1:]) if self._unit_has_head(contract.unit_id) else ([], heads)
        yield from self._first(Step.HEAD, own, contract)
        yield from self._first(Step.DIRECTOR, above, contract)
        everyone = self._administrators[contract.institution_id]
        for person in [one for one in everyone if not self.obstacle(one, contract)] or everyone:
            yield Target(Step.ADMINISTRATORS, person)

    def _owner_and_deputy(self, contract):
        obstacle = self.obstacle(contract.owner_id, contract)
        deputy = self._or_substitute(Step.DEPUTY, contract.deputy_id, contract)
        if not obstacle:
            yield Target(Step.OWNER, contract.owner_id)
        elif deputy and deputy.person == contract.deputy_id:
            yield Target(Step.DEPUTY, deputy.person, obstacle)
            return
        elif substitute := self._or_substitute(Step.OWNER, contract.owner_id, contract):
            yield substitute
        if deputy:
            yield deputy

    def _first(self, step, people, contract):
        """The first of these who can be reached, or who has a substitute."""
        for person in people:
            if target := self._or_substitute(step, person, contract):
                yield target
                return

    def _or_substitute(self, step, person, contract):
        if person is None:
            return None
        obstacle = self.obstacle(person, contract)
        if not obstacle:
            return Target(step, person)
        substitute = self._substitutes.get(person) if obstacle == Instead.ABSENT else None
        if substitute and not self.obstacle(substitute, contract, stands_in=True):
            return Target(step, substitute, obstacle)
        return None

    def obstacle(self, person, contract, stands_in=False):
        """Why this person cannot be reached about this contract today; "" when nothing stands in the way.

        stands_in: a substitute must see contracts by a role of his own.
        """
        user = self.people.get(person)
        if user is None:
            return Instead.NOBODY
        if not user.is_active or user.institution_id != contract.institution_id:
            return Instead.LEFT
        if person in self._substitutes:
            return Instead.ABSENT
        if not user.email:
            return Instead.UNREACHABLE
        return Instead.NOBODY if stands_in and not user.works_at_desk else ""

    def _heads(self, unit):
        """Heads from the unit up to the institution; units without one are passed over."""
        if unit not in self._units:
            return []
        upwards = [int(pk) for pk in reversed(self._units[unit][0].strip("/").split("/"))]
        return [head for pk in upwards if pk in self._units and (head := self._units[pk][1])]

    def _unit_has_head(self, unit):
        return unit in self._units and self._units[unit][1] is not None

    def _read(self, people):
        missing = {person for person in people if person and person not in self.people}
        for user in User.objects.filter(pk__in=missing).only(*COLUMNS):
            self.people[user.pk] = user

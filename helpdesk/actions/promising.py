"""Setting up what is promised: service policies and their order, the hand-over targets of teams."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import policies, replans
from helpdesk.choices import Clock, Hours, TargetUnit, Tell
from helpdesk.models import EscalationStep, PolicyTarget, ServicePolicy, TeamTarget
from helpdesk.permissions import can_change_setup
from office.events import changes_between, record_event, snapshot
from people.actions.saving import demand, lock, refuse, save
from people.models import Team, Unit
from ui.forms import Conflict

ORDER = tuple(Clock)
LETTERS = {TargetUnit.MINUTES: "m", TargetUnit.HOURS: "h", TargetUnit.DAYS: "d", TargetUnit.CLOSES: "d!"}


@transaction.atomic
def save_policy(policy, values, targets, *, by, version=None):
    """Create or change a policy. values: its fields; targets: {(priority, clock): (amount, unit)}, all it promises.

    A new one comes last. Due times of open tickets are counted anew as a job. Conflict when somebody saved since
    `version`.
    """
    demand(can_change_setup(by) and policy.institution_id == by.institution_id)
    _alone(policy.institution_id)
    before = {}
    if policy.pk:
        policy = lock(policy)
        if version is not None and policy.version != version:
            raise Conflict([])
        before = snapshot(policy, values) | _codes(policy)
        policy.version += 1
    else:
        policy.place = _last_place(policy.institution_id) + 1
    for name, value in values.items():
        setattr(policy, name, value)
    _check(policy, targets)
    save(policy)
    _write_targets(policy, targets)
    after = {name: value for name, value in (snapshot(policy, values) | _codes(policy)).items() if before or value}
    changes = changes_between(before, after) | {
        name: [value, None] for name, value in before.items() if name not in after
    }
    if changes:
        record_event(policy, "changed" if before else "created", by=by, changes=changes)
        _follow(policy, by)
    return policy


@transaction.atomic
def add_step(policy, *, by, clock, tell, percent=None, offset_minutes=None, person=None):
    """Add a step of escalation: at a percentage of the promised time, or working minutes after (minus: before) due."""
    demand(can_change_setup(by) and policy.institution_id == by.institution_id)
    policy = lock(policy)
    if (percent is None) == (offset_minutes is None):
        refuse("percent", _("Give either a percentage or a distance from the due time."), "where")
    if tell == Tell.PERSON and (person is None or person.institution_id != policy.institution_id):
        refuse("person", _("Say whom to tell."), "person")
    person = person if tell == Tell.PERSON else None
    where = {"percent": percent, "offset_minutes": offset_minutes}
    step = EscalationStep(policy=policy, clock=clock, tell=tell, person=person, **where)
    same = policy.steps.filter(is_active=True, clock=clock, tell=tell, person=person, **where)
    if same.exists():
        raise ValidationError(_("The policy has this step already."), code="double")
    step.save()
    record_event(policy, "step_added", by=by, changes={"step": [None, step.pk], "clock": [None, step.clock]})
    _follow(policy, by)
    return policy


@transaction.atomic
def remove_step(step, *, by):
    """Take a step of escalation out of use; what it told before stays in the history."""
    demand(can_change_setup(by) and step.policy.institution_id == by.institution_id)
    step = EscalationStep.objects.select_for_update(of=("self",)).select_related("policy").get(pk=step.pk)
    if not step.is_active:
        raise ValidationError(_("This step is out of use already."), code="removed")
    step.is_active = False
    step.save(update_fields=["is_active"])
    record_event(step.policy, "step_removed", by=by, changes={"step": [step.pk, None], "clock": [step.clock, None]})
    _follow(step.policy, by)
    return step.policy


@transaction.atomic
def switch_policy(policy, *, by):
    """Put a policy out of use, or back into it. Tickets for which it was chosen keep it."""
    demand(can_change_setup(by) and policy.institution_id == by.institution_id)
    policy = lock(policy)
    policy.is_active = not policy.is_active
    policy.version += 1
    save(policy)
    verb = "reactivated" if policy.is_active else "deactivated"
    record_event(policy, verb, by=by, changes={"is_active": [not policy.is_active, policy.is_active]})
    _follow(policy, by)
    return policy


@transaction.atomic
def move_policy(policy, *, by, up):
    """Change places with the neighbour above or below; at the end of the row nothing happens."""
    demand(can_change_setup(by) and policy.institution_id == by.institution_id)
    _alone(policy.institution_id)
    row = list(ServicePolicy.objects.filter(institution=policy.institution_id).order_by("place", "pk"))
    here = next(n for n, other in enumerate(row) if other.pk == policy.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(row):
        return policy
    row[here], row[there] = row[there], row[here]
    for place, other in enumerate(row, 1):
        if other.place != place:
            ServicePolicy.objects.filter(pk=other.pk).update(place=place)
    record_event(row[there], "moved", by=by, changes={"place": [here + 1, there + 1]})
    _follow(policy, by)
    return row[there]


@transaction.atomic
def change_take_up(institution, targets, *, by, seen=None):
    """Set what teams promise each other: `{team: (amount, unit) or None}`.

    seen: what the form was drawn from, the same way; Conflict when that is no longer so.
    """
    demand(can_change_setup(by) and by.institution_id == institution.pk)
    _alone(institution.pk)
    rows = {row.team_id: row for row in TeamTarget.objects.filter(institution=institution)}
    if seen is not None and seen != {team: (row.amount, row.unit) for team, row in rows.items()}:
        raise Conflict([])
    teams = Team.objects.filter(institution=institution).in_bulk()
    changed = False
    for team, promised in targets.items():
        row = rows.get(team)
        old = row and (row.amount, row.unit)
        if team not in teams or promised == old:
            continue
        _write_take_up(institution, teams[team], row, promised)
        told = {"takes_up": [old and code(*old), promised and code(*promised)]}
        record_event(teams[team], "changed", by=by, changes=told)
        changed = True
    if changed:
        policies.touch(institution.pk)
        replans.order(by=by, institution=institution)


def code(amount, unit):
    """How the history writes a target: 30m, 8h, 2d, 2d! (until closing time)."""
    return f"{amount}{LETTERS[TargetUnit(unit)]}"


def _write_take_up(institution, team, row, promised):
    if promised is None:
        row.delete()
        return
    row = row or TeamTarget(institution=institution, team=team)
    row.amount, row.unit = promised
    row.save()


def _check(policy, targets):
    if policy.hours == Hours.OWN and policy.calendar_id is None:
        refuse("calendar", _("Say which working calendar."), "calendar")
    for name in ("queue", "category", "unit"):
        row = getattr(policy, name)
        if row is not None and row.institution_id != policy.institution_id:
            refuse(name, _("Choose one from the list."), "foreign")
    for (priority, clock), (amount, unit) in targets.items():
        solution = targets.get((priority, Clock.RESOLUTION))
        is_answer = clock == Clock.FIRST_RESPONSE
        if is_answer and solution and unit == solution[1] and amount > solution[0]:
            raise ValidationError(
                {
                    f"amount_{priority}_{Clock.RESOLUTION}": _(
                        "The solution cannot be promised before the first answer."
                    )
                },
                code="order",
            )


def _write_targets(policy, targets):
    known = {(row.priority, row.clock): row for row in policy.targets.all()}
    for place in known.keys() - targets.keys():
        known[place].delete()
    for (priority, clock), (amount, unit) in targets.items():
        row = known.get((priority, clock)) or PolicyTarget(policy=policy, priority=priority, clock=clock)
        if (row.amount, row.unit) != (amount, unit) or row.pk is None:
            row.amount, row.unit = amount, unit
            row.save()


def _codes(policy):
    """{"first_response_1": "30m"} of what the policy promises now."""
    rows = PolicyTarget.objects.filter(policy=policy).order_by("priority", "clock")
    return {f"{row.clock}_{row.priority}": code(row.amount, row.unit) for row in rows}


def _last_place(institution_id):
    last = ServicePolicy.objects.filter(institution=institution_id).order_by("-place").values_list("place", flat=True)
    return last.first() or 0


def _follow(policy, by):
    policies.touch(policy.institution_id)
    replans.order(by=by, institution=policy.institution)


def _alone(institution_id):
    Unit.objects.select_for_update().get(pk=institution_id)

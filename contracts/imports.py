"""What can be imported into this room: contracts with their current term."""

import difflib
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from contracts import actions, renewing
from contracts.choices import OPEN, RUNNING, ContractState, ContractType, NoticeUnit, Renewal
from contracts.models import Contract, Coverage, Term
from contracts.terms import ONE_DAY
from office import calendars
from office.events import snapshot
from office.fold import fold
from office.imports import kinds
from office.imports.fields import Field
from office.imports.rows import RowKind
from office.models import ImportRow
from office.models.imports import RowAction
from people.company_names import company_key, is_respelled
from people.models import Unit, User, Vendor
from ui import text

TERM = ("start", "end", "value")
ENDING = ("state", "ended_on", "end_reason")
OWN_FIELDS = (
    "number",
    "title",
    "vendor",
    "type",
    "unit",
    "owner",
    "deputy",
    "payer",
    "beneficiary",
    "currency",
    "signed_on",
    "renewal",
    "renewal_months",
    "max_renewals",
    "notice_value",
    "notice_unit",
    "lead_days",
    "last_possible_end",
    "notes",
)


class VendorNames:
    """The vendors as a register spells them.

    In `rows` the name of a vendor gives way to the vendor it means: by tax number, by the same name spelled another way
    (see `people.company_names`), or as the vendor its contract has had all along. `said` holds a sentence for each row
    whose spelling differs.
    """

    def __init__(self, rows, contracts):
        every = list(Vendor.objects.defer("search_text", "notes"))
        self.by_name = {vendor.folded_name: vendor for vendor in every}
        self.by_tax = {vendor.tax_number: vendor for vendor in every if vendor.tax_number}
        self.by_key = {}
        for vendor in every:
            self.by_key.setdefault(company_key(vendor.name), vendor)
        self.said, self.tax_of = {}, {}
        for values in rows:
            if name := values.get("vendor"):
                self._read(values, name, contracts.get(values.get("number")))

    def _read(self, values, name, contract):
        tax_number = values.get("vendor_tax_number")
        self.tax_of.setdefault(fold(name), tax_number)
        known = self._meant(name, tax_number, contract)
        values["vendor"] = known
        spelled = known if isinstance(known, str) else known.name
        if fold(spelled) != fold(name):
            words = {"text": name, "vendor": spelled}
            self.said[id(values)] = _("vendor “%(text)s” is taken as “%(vendor)s”") % words

    def _meant(self, name, tax_number, contract):
        """The vendor, or the first spelling in the file of one that does not exist yet."""
        if tax_number in self.by_tax:
            return self.by_tax[tax_number]
        if known := self.by_name.get(fold(name)[:200]):
            return known
        if contract and is_respelled(contract.vendor.name, name):
            return contract.vendor
        return self.by_key.setdefault(company_key(name) or name, name)

    def create(self, name):
        tax_number = self.tax_of.get(fold(name)) or ""
        vendor = Vendor.objects.create(name=name, tax_number=tax_number)
        self.by_name[vendor.folded_name] = vendor
        return vendor


def _move_end(term, end):
    """Let what was covered to the last day of a term be covered to its new last day."""
    term.coverages.filter(to_date=term.end).update(to_date=end)
    term.coverages.filter(to_date__gt=end).update(to_date=end)


@kinds.register
class Contracts(RowKind):
    """Contracts. `start` and `end` are the inclusive days of the current term; one without owner becomes a draft."""

    name = "contracts"
    model = Contract
    keys = (("number",),)
    fields = (
        Field("number", "code", required=True, max_length=60),
        Field("title", required=True, max_length=300),
        Field("vendor", "reference", required=True, max_length=200, refers_to="people.vendor"),
        Field("vendor_tax_number", "code", max_length=40),
        Field("start", "date", required=True),
        Field("end", "date", required=True),
        Field("value", "money"),
        Field("type", "choice", choices=tuple(ContractType.values)),
        Field("unit", "reference", max_length=160, refers_to="people.unit"),
        Field("owner", "reference", max_length=160, refers_to="people.user"),
        Field("deputy", "reference", max_length=160, refers_to="people.user"),
        Field("payer", max_length=200),
        Field("beneficiary", max_length=200),
        Field("currency", max_length=3),
        Field("signed_on", "date"),
        Field("renewal", "choice", choices=tuple(Renewal.values)),
        Field("renewal_months", "number"),
        Field("max_renewals", "number"),
        Field("notice_value", "number"),
        Field("notice_unit", "choice", choices=tuple(NoticeUnit.values)),
        Field("lead_days", "number"),
        Field("last_possible_end", "date"),
        Field("notes", max_length=8000),
    )

    def begin(self, rows):
        inside = {"institution": self.institution}
        self.units = {fold(unit.name): unit for unit in Unit.objects.filter(**inside)}
        self.people = {}
        for person in User.objects.filter(**inside):
            for word in (person.username, person.employee_number, person.email, person.name):
                if word:
                    self.people.setdefault(fold(word), person)
        related = Contract.objects.filter(**inside).select_related("vendor", "unit", "owner", "deputy")
        related = related.defer("search_text", "vendor__search_text", "vendor__notes")
        self.existing = {contract.number: contract for contract in related.prefetch_related("terms")}
        self.vendors = VendorNames(rows, self.existing)
        covered = Coverage.objects.filter(
            term__contract__in=[thing.pk for thing in self.existing.values()] if rows else []
        )
        self.covered_from = dict(covered.order_by().values_list("term").annotate(Max("from_date")))

    def check(self, values):
        warnings = []
        start, end, last = values.get("start"), values.get("end"), values.get("last_possible_end")
        if start and end and end < start:
            return [_("the end %(end)s is before the start %(start)s") % {"start": start, "end": end}], []
        if end and last and last < end:
            warnings.append(_("the last possible end %(last)s is before the end %(end)s") % {"last": last, "end": end})
        if not values.get("owner"):
            warnings.append(_("without an owner it becomes a draft"))
        return [], warnings

    def known(self, name):
        return {"vendor": self.vendors.by_name, "unit": self.units, "owner": self.people, "deputy": self.people}[name]

    def resolve(self, name, text):
        return self.known(name).get(fold(text))

    def suggest(self, name, text):
        near = difflib.get_close_matches(fold(text), self.known(name), n=1, cutoff=0.8)
        return str(self.known(name)[near[0]]) if near else ""

    def create_reference(self, name, text, batch):
        if name == "vendor":
            thing = self.vendors.create(text)
        elif name == "unit":
            thing = self.units[fold(text)] = Unit.objects.create(name=text, parent=self.institution)
        else:
            raise NotImplementedError  # people are never made by the way
        self.record(thing, "created", batch, {"name": text})
        return thing

    def find(self, values):
        found = self.existing.get(values["number"])
        return [found] if found else []

    def propose(self, plan):
        """What a later state of the register means for the contract: see `contracts.renewing`."""
        if said := self.vendors.said.get(id(plan.values)):
            plan.warnings.append(said)
        if plan.thing is None or not plan.changes:
            return
        thing, spans = plan.thing, list(plan.thing.terms.all())
        if "start" in plan.changes and plan.values["start"] in {span.start for span in spans}:
            del plan.changes["start"]  # a register keeps naming the first day
        if "end" in plan.changes:
            self._propose_end(plan, spans[-1])
        if "vendor" in plan.changes:
            plan.warnings.append(_("another vendor than before: %(name)s") % {"name": plan.changes["vendor"][0]})
        plan.action = RowAction.UPDATE if plan.changes else RowAction.UNCHANGED
        if plan.changes and thing.state not in OPEN:
            plan.reject(_("the contract is %(state)s and cannot be changed") % {"state": thing.get_state_display()})

    def _propose_end(self, plan, last):
        end, thing = plan.values["end"], plan.thing
        if end < last.start or end < self.covered_from.get(last.pk, end):
            plan.reject(_("the end is before term %(number)d, or what it covers, begins") % {"number": last.sequence})
        elif end < last.end:
            words = {"old": text.day(last.end), "new": text.day(end)}
            plan.warnings.append(_("the end is earlier: %(new)s, no longer %(old)s") % words)
        elif thing.state != ContractState.DRAFT:
            value = plan.values.get("value")
            later = {"start": plan.values.get("start"), "end": end, "value": value}
            term = renewing.new_term(thing, last, said_value="value" in plan.values, **later)
            plan.values["term"] = term
            kept = {name: pair for name, pair in plan.changes.items() if name not in TERM}
            plan.changes = kept | {"term": [last.sequence, term]}
            if thing.state == ContractState.EXPIRED and end >= calendars.today():
                plan.values["state"] = ContractState.ACTIVE
                plan.changes["state"] = [thing.state, ContractState.ACTIVE]
            plan.warnings.append(term.sentence)

    def gone(self, plans):
        """Running contracts that an earlier import brought or met, and that this file does not name any more."""
        met = ImportRow.objects.filter(
            batch__kind=self.name, batch__scope=self.institution.pk, target_kind="contracts.contract"
        ).exclude(undone=True)
        known = set(met.values_list("target_id", flat=True))
        named = {plan.values.get("number") for plan in plans}
        return [
            thing
            for number, thing in sorted(self.existing.items())
            if thing.pk in known and number not in named and thing.state in RUNNING
        ]

    def end(self, thing):
        """Terminated as of today, or of the day after its end where that has passed."""
        on = min(calendars.today(), thing.current_end + ONE_DAY) if thing.current_end else calendars.today()
        return {
            "state": [thing.state, ContractState.TERMINATED],
            "ended_on": [thing.ended_on, on],
            "end_reason": [thing.end_reason, _("It no longer stands in the register that was imported.")],
        }

    def current(self, thing):
        term = thing.terms.all()[::-1][0]
        return {name: getattr(thing, name) for name in OWN_FIELDS} | {name: getattr(term, name) for name in TERM}

    def build(self, values):
        own = {name: value for name, value in values.items() if name in OWN_FIELDS}
        own.setdefault("unit", self.institution)
        state = ContractState.ACTIVE if own.get("owner") else ContractState.DRAFT
        contract = Contract(institution=self.institution, state=state, **own)
        contract.imported_term = Term(sequence=1, **{name: values.get(name) for name in TERM})
        return contract

    def update(self, thing, changes, batch):
        last = thing.imported_term = thing.terms.all()[::-1][0]
        if new := changes.pop("term", None):
            self._append(thing, last, new, batch)
        of_term = {name: value for name, value in changes.items() if name in TERM}
        if "end" in of_term:
            _move_end(last, of_term["end"])
        before = self.state(thing)
        for name, value in of_term.items():
            setattr(last, name, value)
        for name, value in changes.items():
            if name not in TERM:
                setattr(thing, name, self.empty(name) if value is None else value)
        self.save(thing)
        if changes:
            self.record(thing, "terminated" if changes.get("ended_on") else "changed", batch, self.state(thing), before)
        return thing

    def _append(self, thing, last, new, batch):
        term = actions.append_term(thing, last, new.end, new.value, new.origin, start=new.start)
        told = {"sequence": term.sequence} | snapshot(term, ("start", "end", "value", "origin"))
        self.record(thing, "term_added", batch, told)

    def restore(self, thing, before, batch):
        if "term" in before:
            thing.terms.filter(sequence__gt=before["term"]).delete()
        last = thing.imported_term = thing.terms.order_by("sequence").last()
        if "end" in before:
            _move_end(last, date.fromisoformat(before["end"]))
        was = self.state(thing)
        for name in TERM:
            if name in before:
                value = before[name]
                setattr(last, name, Term._meta.get_field(name).to_python(value) if value else None)
        for name, value in before.items():
            if name not in (*TERM, "term"):
                setattr(thing, name, self._stored(name, value))
        self.save(thing)
        self.record(thing, "changed", batch, self.state(thing), was)

    def _stored(self, name, value):
        """What a field was before, from the plain value in the batch."""
        attribute = Contract._meta.get_field(name)
        if attribute.is_relation:
            return self.resolve(name, value) if value else None
        return self.empty(name) if value is None else attribute.to_python(value)

    def save(self, thing):
        thing.save()
        thing.imported_term.contract = thing
        thing.imported_term.save()

    def state(self, thing):
        term = getattr(thing, "imported_term", None) or thing.terms.all()[::-1][0]
        return snapshot(thing, (*OWN_FIELDS, *ENDING)) | snapshot(term, TERM)

    def finish(self, things):
        actions.refresh_dates_bulk(things)

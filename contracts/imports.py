"""What can be imported into this room: contracts with their current term."""

import difflib

from django.utils.translation import gettext as _

from contracts import actions
from contracts.choices import ContractState, ContractType, NoticeUnit, Renewal
from contracts.models import Contract, Term
from office.events import snapshot
from office.fold import fold
from office.imports import kinds
from office.imports.fields import Field
from office.imports.rows import RowKind
from people.models import Unit, User, Vendor

TERM = ("start", "end", "value")
OWN_FIELDS = (
    "number",
    "title",
    "vendor",
    "type",
    "unit",
    "owner",
    "deputy",
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
        Field("start", "date", required=True),
        Field("end", "date", required=True),
        Field("value", "money"),
        Field("type", "choice", choices=tuple(ContractType.values)),
        Field("unit", "reference", max_length=160, refers_to="people.unit"),
        Field("owner", "reference", max_length=160, refers_to="people.user"),
        Field("deputy", "reference", max_length=160, refers_to="people.user"),
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
        self.vendors = {vendor.folded_name: vendor for vendor in Vendor.objects.all()}
        self.units = {fold(unit.name): unit for unit in Unit.objects.filter(**inside)}
        self.people = {}
        for person in User.objects.filter(**inside):
            for text in (person.username, person.employee_number, person.email, person.name):
                if text:
                    self.people.setdefault(fold(text), person)
        related = Contract.objects.filter(**inside).select_related("vendor", "unit", "owner", "deputy")
        self.existing = {contract.number: contract for contract in related.prefetch_related("terms")}

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
        return {"vendor": self.vendors, "unit": self.units, "owner": self.people, "deputy": self.people}[name]

    def resolve(self, name, text):
        return self.known(name).get(fold(text))

    def suggest(self, name, text):
        near = difflib.get_close_matches(fold(text), self.known(name), n=1, cutoff=0.8)
        return str(self.known(name)[near[0]]) if near else ""

    def create_reference(self, name, text, batch):
        if name == "vendor":
            thing = self.vendors[fold(text)] = Vendor.objects.create(name=text)
        elif name == "unit":
            thing = self.units[fold(text)] = Unit.objects.create(name=text, parent=self.institution)
        else:
            raise NotImplementedError  # people are never made by the way
        self.record(thing, "created", batch, {"name": text})
        return thing

    def find(self, values):
        found = self.existing.get(values["number"])
        return [found] if found else []

    def current(self, thing):
        term = thing.terms.all()[::-1][0]
        return {name: getattr(thing, name) for name in OWN_FIELDS} | {name: getattr(term, name) for name in TERM}

    def build(self, values):
        own = {name: value for name, value in values.items() if name not in TERM}
        own.setdefault("unit", self.institution)
        state = ContractState.ACTIVE if own.get("owner") else ContractState.DRAFT
        contract = Contract(institution=self.institution, state=state, **own)
        contract.imported_term = Term(sequence=1, **{name: values.get(name) for name in TERM})
        return contract

    def update(self, thing, changes, batch):
        of_term = {name: value for name, value in changes.items() if name in TERM}
        thing.imported_term = thing.terms.all()[::-1][0]
        for name, value in of_term.items():
            setattr(thing.imported_term, name, value)
        return super().update(thing, {n: v for n, v in changes.items() if n not in TERM}, batch)

    def restore(self, thing, before, batch):
        thing.imported_term = thing.terms.order_by("sequence").last()
        for name in TERM:
            if name in before:
                value = before[name]
                setattr(thing.imported_term, name, Term._meta.get_field(name).to_python(value) if value else None)
        self.begin([])
        super().restore(thing, {n: v for n, v in before.items() if n not in TERM}, batch)
        self.finish([thing])

    def save(self, thing):
        thing.save()
        thing.imported_term.contract = thing
        thing.imported_term.save()

    def state(self, thing):
        term = getattr(thing, "imported_term", None) or thing.terms.all()[::-1][0]
        return snapshot(thing, OWN_FIELDS) | snapshot(term, TERM)

    def finish(self, things):
        actions.refresh_dates_bulk(things)

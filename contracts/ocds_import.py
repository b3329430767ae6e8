"""Import of OCDS releases into vendors and contracts: each award, or contract, becomes one row of the register.

Of several releases of one process the last by date counts. Contracts are read where a release has them, else awards; a
notice without either is no contract yet and is told as left out. A day is the one that is written, whatever its offset:
the end of a day in summer time, taken to UTC, would stay, its beginning would become the day before.
"""

import json
from dataclasses import replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from contracts.choices import ContractType
from contracts.imports import Contracts
from contracts.models import Contract
from office.imports import kinds
from office.imports.fields import Field
from office.imports.reading import Row

COLUMNS = (
    *("number", "title", "vendor", "vendor_tax_number", "start", "end", "value", "currency", "type"),
    *("signed_on", "last_possible_end", "beneficiary", "notes", "predecessor_number", "owner", "more_suppliers"),
)
TYPES = {"48": ContractType.LICENCE, "72": ContractType.SUPPORT, "50": ContractType.MAINTENANCE}  # by CPV code
DEAD = {"cancelled", "unsuccessful"}
LONGEST_NOTES = 8000


@kinds.register
class Ocds(Contracts):
    """Contracts out of OCDS releases; found by the number of the contract, else of the process."""

    name = "ocds"
    reshapes = True
    fields = (
        *(field for field in Contracts.fields if field.name in COLUMNS),
        Field("predecessor_number", "code", max_length=60),
        Field("more_suppliers", max_length=2000),
    )

    @classmethod
    def reshape(cls, source):
        """The releases as rows of the fields of this kind; a table of those fields is one already."""
        if "ocid" not in source.columns:
            return source
        rows, skipped = [], []
        for line, release in _last_of_each(source.rows):
            found = list(_rows_of(release))
            if not found:
                skipped.append((line, _("%(process)s has no award yet") % {"process": release.get("ocid", "")}))
            rows += [(line, cells) for cells in found]
        if not rows:
            raise ValidationError(_("No release of the file has an award or a contract."))
        rows.sort(key=lambda one: (one[1]["start"], one[0]))  # what comes before is made before
        rows = tuple(Row(line, cells) for line, cells in rows)
        return replace(source, columns=COLUMNS, rows=rows, skipped=tuple(skipped))

    def check(self, values):
        reasons, warnings = super().check(values)
        if others := values.get("more_suppliers"):
            warnings.append(_("awarded to several; the others are %(names)s") % {"names": others})
        return reasons, warnings

    def build(self, values):
        contract = super().build(values)
        contract.predecessor_number = values.get("predecessor_number")
        return contract

    def finish(self, things):
        """Dates, and the chain of renewals as far as both of its ends are known."""
        wanted = {thing: number for thing in things if (number := getattr(thing, "predecessor_number", None))}
        numbers = Q(number__in=wanted.values()) | Q(outside_number__in=wanted.values())
        known = Contract.objects.filter(numbers, institution=self.institution) if wanted else []
        by_number = {row.number: row for row in known} | {row.outside_number: row for row in known}
        for thing, number in wanted.items():
            before = by_number.get(number)
            if before is not None and before.pk != thing.pk:
                thing.predecessor = before
        linked = [thing for thing in wanted if thing.predecessor_id]
        Contract.objects.bulk_update(linked, ["predecessor"], batch_size=200)
        super().finish(things)


def _last_of_each(rows):
    """[(line, release)] of the last release by date of each process, in the order of their lines."""
    last = {}
    for row in rows:
        release = {name: _read(text) for name, text in row.cells.items()}
        ocid = str(release.get("ocid") or f"line {row.line}")
        if ocid not in last or str(release.get("date") or "") >= str(last[ocid][1].get("date") or ""):
            last[ocid] = (row.line, release)
    return sorted(last.values(), key=lambda one: one[0])


def _read(text):
    """What a cell held before it became text: only lists and objects are written as JSON."""
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text, parse_float=Decimal)
        except (ValueError, RecursionError):
            return text
    return text


def _rows_of(release):
    """The cells of each contract, or award, of a release."""
    parties = {str(one.get("id")): one for one in _dicts(release.get("parties"))}
    awards = {str(one.get("id")): one for one in _dicts(release.get("awards"))}
    contracts = [one for one in _dicts(release.get("contracts")) if one.get("status") not in DEAD]
    live = [one for one in awards.values() if one.get("status") not in DEAD]
    if contracts:
        for contract in contracts:
            award = awards.get(str(contract.get("awardID")), {})
            yield _cells(release, parties, award, contract, str(contract.get("id") or ""))
    for number, award in enumerate(() if contracts else live, 1):
        suffix = f"-{number}" if len(live) > 1 else ""
        yield _cells(release, parties, award, {}, f"{release.get('ocid', '')}{suffix}")


def _cells(release, parties, award, contract, number):
    tender, period = _dict(release.get("tender")), _dict(contract.get("period") or award.get("contractPeriod"))
    value = _dict(contract.get("value") or award.get("value"))
    suppliers = _dicts(award.get("suppliers"))
    first = suppliers[0] if suppliers else {}
    party = parties.get(str(first.get("id")), {})
    title = contract.get("title") or award.get("title") or tender.get("title") or ""
    notes = contract.get("description") or award.get("description") or tender.get("description") or ""
    cells = {
        "number": number[:60],
        "title": " ".join(str(title).split())[:300],
        "vendor": " ".join(str(first.get("name") or party.get("name") or "").split())[:200],
        "vendor_tax_number": str(_dict(party.get("identifier")).get("id") or "")[:40],
        "start": _day(period.get("startDate")),
        "end": _day(period.get("endDate")),
        "value": _amount(value.get("amount")),
        "currency": str(value.get("currency") or ""),
        "type": _type(tender),
        "signed_on": _day(contract.get("dateSigned") or award.get("date")),
        "last_possible_end": _day(period.get("maxExtentDate")),
        "beneficiary": str(_dict(release.get("buyer")).get("name") or "")[:200],
        "notes": str(notes)[:LONGEST_NOTES],
        "predecessor_number": _predecessor(release),
        "more_suppliers": ", ".join(str(one.get("name") or "") for one in suppliers[1:])[:2000],
    }
    return cells


def _predecessor(release):
    """The number of the contract that this one renews: the last part of its process, as our own export writes it."""
    for one in _dicts(release.get("relatedProcesses")):
        if "renewalProcess" in (one.get("relationship") or []):
            parts = str(one.get("identifier") or "").split("-", 3)
            return parts[3][:60] if len(parts) == 4 and parts[0] == "ocds" else str(one.get("identifier"))[:60]
    return ""


def _type(tender):
    code = str(_dict(tender.get("classification")).get("id") or "")
    if _dict(tender.get("techniques")).get("hasFrameworkAgreement"):
        return ContractType.FRAMEWORK.value
    return TYPES.get(code[:2], ContractType.SUPPORT).value


def _day(text):
    return str(text or "")[:10]


def _amount(number):
    if isinstance(number, int | float | Decimal) and not isinstance(number, bool):
        return f"{Decimal(str(number)):f}"
    return ""


def _dict(value):
    return value if isinstance(value, dict) else {}


def _dicts(value):
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

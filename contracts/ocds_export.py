"""The contract register as OCDS releases (docs/ocds.md): one process, and one release, a contract.

A renewal that is a contract of its own names its predecessor in `relatedProcesses`. Days become the first and the last
instant of the local day. Whoever may not see amounts gets none.
"""

import json
from datetime import datetime, time
from decimal import Decimal

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import get_language

from contracts import ocds_schema
from contracts.choices import BEFORE_FORCE, RUNNING, ContractState, ContractType, ObligationKind, ObligationState
from contracts.dues import payable
from contracts.models import Amendment, Contract, Instalment, Obligation, Penalty, Term
from contracts.terms import ONE_DAY

CHUNK = 250
S = ContractState
STATUS = (
    dict.fromkeys(BEFORE_FORCE, "pending")
    | dict.fromkeys(RUNNING, "active")
    | {S.EXPIRED: "terminated", S.RENEWED: "terminated", S.TERMINATED: "terminated", S.CANCELLED: "cancelled"}
)
AWARD_STATUS = {"pending": "pending", "active": "active", "terminated": "active", "cancelled": "cancelled"}
TAGS = {"pending": "award", "active": "contract", "terminated": "contractTermination", "cancelled": "awardCancellation"}
GOODS = {ContractType.LICENCE, ContractType.LEASE}
MILESTONES = {ObligationKind.REPORT: "reporting"}
MET = {
    ObligationState.SCHEDULED: "scheduled",
    ObligationState.MET: "met",
    ObligationState.PARTIALLY_MET: "partiallyMet",
    ObligationState.NOT_MET: "notMet",
}
TAKEN_OFF = ("agreed", "applied")


def write_package(file, contracts, *, institution, amounts, progress=lambda done: None):
    """Write the release package of `contracts` (a queryset) into a text file, a chunk at a time.

    amounts: whether values, payments and the reasons of amendments are told. progress(how many are written).
    """
    head = json.dumps(_head(institution), ensure_ascii=False, indent=1)
    file.write(head[: head.rindex("}")].rstrip() + ',\n "releases": [')
    keys, done = list(contracts.order_by("number", "pk").values_list("pk", flat=True)), 0
    for start in range(0, len(keys), CHUNK):
        for release in releases_of(keys[start : start + CHUNK], institution, amounts):
            file.write(",\n  " if done else "\n  ")
            file.write(json.dumps(release, ensure_ascii=False))
            done += 1
        progress(done)
    file.write("\n ]\n}\n")
    return done


def _head(institution):
    return {
        "uri": f"{settings.SITE_URL}/contracts/",
        "version": ocds_schema.VERSION,
        "publishedDate": timezone.localtime().isoformat(timespec="seconds"),
        "publisher": {"name": institution.name, "uri": settings.SITE_URL},
    }


def releases_of(keys, institution, amounts):
    """The releases of these contracts, in the order of `keys`; nine queries."""
    rows = Contract.objects.filter(pk__in=keys).select_related("vendor", "predecessor__vendor").defer("search_text")
    penalties = Penalty.objects.filter(state__in=TAKEN_OFF).only("instalment", "amount")
    paid = Instalment.objects.filter(state=Instalment.State.PAID).order_by("number")
    obligations = Obligation.objects.select_related("promise")
    terms = Term.objects.order_by("sequence").prefetch_related(
        Prefetch("instalments", paid.prefetch_related(Prefetch("penalties", penalties))),
        Prefetch("obligations", obligations),
    )
    rows = rows.prefetch_related(
        Prefetch("terms", terms), Prefetch("amendments", Amendment.objects.order_by("number"))
    ).in_bulk(keys)
    return [release_of(rows[key], institution, amounts) for key in keys if key in rows]


def ocid_of(contract, institution):
    """The number of a contract's process; the prefix is the ministry's own, given out by the standard's registry."""
    return f"{settings.OCDS_PREFIX}-{institution.code or institution.pk}-{contract.number}"


def release_of(contract, institution, amounts):
    """One contract with what was fetched for it, as a release."""
    terms = list(contract.terms.all())
    status = STATUS[contract.state]
    buyer = {"id": f"unit-{institution.pk}", "name": institution.name}
    supplier = {"id": f"vendor-{contract.vendor_id}", "name": contract.vendor.name}
    value = _value(terms, contract) if amounts else None
    period = _period(terms, contract)
    award = {
        "id": "1",
        "title": contract.title,
        "status": AWARD_STATUS[status],
        "date": _first(contract.signed_on),
        "suppliers": [supplier],
        "value": value,
        "contractPeriod": period,
    }
    ocid = ocid_of(contract, institution)
    release = {
        "ocid": ocid,
        "id": f"{ocid}-{contract.version}",
        "date": timezone.localtime(contract.created_at).isoformat(timespec="seconds"),
        "language": (get_language() or "en")[:2],
        "tag": [TAGS[status]],
        "initiationType": "tender",
        "parties": _parties(contract, institution, buyer, supplier),
        "buyer": buyer,
        "tender": {
            "id": contract.number,
            "title": contract.title,
            "status": "cancelled" if status == "cancelled" else "complete",
            "mainProcurementCategory": "goods" if contract.type in GOODS else "services",
            "contractPeriod": period,
        },
        "awards": [award],
        "contracts": [_contract(contract, terms, status, value, period, amounts, (buyer, supplier))],
        "relatedProcesses": _related(contract, institution),
    }
    return _without_nothing(release)


def _contract(contract, terms, status, value, period, amounts, sides):
    return {
        "id": contract.number,
        "awardID": "1",
        "title": contract.title,
        "status": status,
        "period": period,
        "value": value,
        "dateSigned": _first(contract.signed_on),
        "amendments": [
            {"id": str(row.number), "date": _first(row.dated), "rationale": row.reason if amounts else None}
            for row in contract.amendments.all()
        ],
        "milestones": [_milestone(row) for term in terms for row in term.obligations.all()],
        "implementation": {"transactions": _transactions(contract, terms, sides) if amounts else []},
    }


def _parties(contract, institution, buyer, supplier):
    identifier = {"legalName": contract.vendor.name}
    if contract.vendor.tax_number:
        identifier |= {"scheme": "JO-TAX", "id": contract.vendor.tax_number}
    address = {"streetAddress": contract.vendor.address or None}
    contact = {"telephone": contract.vendor.phone or None, "email": contract.vendor.email or None}
    parties = [
        buyer | {"roles": ["buyer"], "identifier": {"legalName": institution.name}},
        supplier | {"roles": ["supplier"], "identifier": identifier, "address": address, "contactPoint": contact},
    ]
    if contract.payer:
        parties.append({"id": f"payer-{contract.pk}", "name": contract.payer, "roles": ["payer"]})
    return parties


def _related(contract, institution):
    before = contract.predecessor
    if before is None:
        return []
    relationship = ["renewalProcess"]
    if before.vendor_id != contract.vendor_id:
        relationship.append("replacementProcess")
    return [
        {
            "id": "1",
            "relationship": relationship,
            "title": before.title,
            "scheme": "ocid",
            "identifier": ocid_of(before, institution),
        }
    ]


def _milestone(row):
    return {
        "id": str(row.pk),
        "title": str(row.promise),
        "type": MILESTONES.get(row.promise.kind, "delivery"),
        "dueDate": _last(row.due),
        "dateMet": _last(row.met_on),
        "status": MET.get(row.state),
        "code": "waived" if row.state == ObligationState.WAIVED else None,
    }


def _transactions(contract, terms, sides):
    """What was paid: with tax, less retention and penalties."""
    buyer, supplier = sides
    rows = []
    for term in terms:
        for row in term.instalments.all():
            taken = sum((one.amount for one in row.penalties.all()), Decimal(0))
            total = payable(row.amount, row.tax_percent, row.retention_percent, taken).total
            value = {"amount": float(total), "currency": contract.currency}
            rows.append(
                {
                    "id": f"{term.sequence}-{row.number}",
                    "date": _first(row.paid_on),
                    "value": value,
                    "payer": buyer,
                    "payee": supplier,
                }
            )
    return rows


def _value(terms, contract):
    """Of all terms together; None where none says its value."""
    values = [term.value for term in terms if term.value is not None]
    return {"amount": float(sum(values, Decimal(0))), "currency": contract.currency} if values else None


def _period(terms, contract):
    if not terms:
        return None
    start, end = terms[0].start, terms[-1].end
    if contract.ended_on:
        end = max(min(end, contract.ended_on - ONE_DAY), start)
    return {
        "startDate": _first(start),
        "endDate": _last(end),
        "maxExtentDate": _last(contract.last_possible_end),
        "durationInDays": (end - start).days + 1,
    }


def _first(day):
    """The beginning of a local day."""
    return day and datetime.combine(day, time(0), timezone.get_default_timezone()).isoformat()


def _last(day):
    """The end of a local day."""
    return day and datetime.combine(day, time(23, 59, 59), timezone.get_default_timezone()).isoformat()


def _without_nothing(value):
    """The same without what says nothing: nulls, empty lists and empty objects."""
    if isinstance(value, dict):
        kept = {key: _without_nothing(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in (None, [], {})}
    if isinstance(value, list):
        return [_without_nothing(one) for one in value]
    return value

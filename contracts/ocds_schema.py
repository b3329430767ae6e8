"""The structure of OCDS 1.1.5 releases and release packages, written from the field list of the standard; pure.

Not the published JSON Schema, which is not part of this repository (docs/ocds.md): required fields, types, closed
codelists, dates and addresses. Fields it does not know are allowed, as the standard allows extensions.
"""

import re
from dataclasses import dataclass

VERSION = "1.1"
DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
CURRENCY = re.compile(r"[A-Z]{3}")
RELEASE_TAGS = {
    *("planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation"),
    *("award", "awardUpdate", "awardCancellation", "contract", "contractUpdate", "contractAmendment"),
    *("implementation", "implementationUpdate", "contractTermination", "compiled"),
}
TENDER_STATUS = {"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"}
AWARD_STATUS = {"pending", "active", "cancelled", "unsuccessful"}
CONTRACT_STATUS = {"pending", "active", "cancelled", "terminated"}
MILESTONE_STATUS = {"scheduled", "met", "notMet", "partiallyMet"}
METHODS = {"open", "selective", "limited", "direct"}
CATEGORIES = {"goods", "works", "services"}


@dataclass(frozen=True)
class Field:
    """kind: str, key (a text or a whole number), number, int, bool, date, uri, currency, or the name of an object.

    many: a list of them. codes: a closed codelist.
    """

    kind: str
    required: bool = False
    many: bool = False
    codes: frozenset = frozenset()


def one(kind, codes=()):
    return Field(kind, codes=frozenset(codes))


def must(kind, codes=(), many=False):
    return Field(kind, required=True, many=many, codes=frozenset(codes))


def many(kind, codes=()):
    return Field(kind, many=True, codes=frozenset(codes))


TEXT, KEY, DATE, LINK = one("str"), one("key"), one("date"), one("uri")
OBJECTS = {
    "Package": {
        "uri": must("uri"),
        "version": TEXT,
        "extensions": many("uri"),
        "publishedDate": must("date"),
        "publisher": must("Publisher"),
        "license": LINK,
        "publicationPolicy": LINK,
        "releases": must("Release", many=True),
    },
    "Publisher": {"name": must("str"), "scheme": TEXT, "uid": TEXT, "uri": LINK},
    "Release": {
        "ocid": must("str"),
        "id": must("str"),
        "date": must("date"),
        "tag": must("str", RELEASE_TAGS, many=True),
        "initiationType": must("str", {"tender"}),
        "language": TEXT,
        "parties": many("Organization"),
        "buyer": one("Reference"),
        "planning": one("Planning"),
        "tender": one("Tender"),
        "awards": many("Award"),
        "contracts": many("Contract"),
        "relatedProcesses": many("RelatedProcess"),
    },
    "Organization": {
        "id": KEY,
        "name": TEXT,
        "identifier": one("Identifier"),
        "additionalIdentifiers": many("Identifier"),
        "address": one("Address"),
        "contactPoint": one("ContactPoint"),
        "roles": many("str"),
    },
    "Reference": {"id": KEY, "name": TEXT},
    "Identifier": {"scheme": TEXT, "id": KEY, "legalName": TEXT, "uri": LINK},
    "Address": dict.fromkeys(("streetAddress", "locality", "region", "postalCode", "countryName"), TEXT),
    "ContactPoint": {"name": TEXT, "email": TEXT, "telephone": TEXT, "faxNumber": TEXT, "url": LINK},
    "Planning": {
        "rationale": TEXT,
        "budget": one("Budget"),
        "documents": many("Document"),
        "milestones": many("Milestone"),
    },
    "Budget": {"id": KEY, "description": TEXT, "amount": one("Value"), "project": TEXT, "projectID": KEY, "uri": LINK},
    "Tender": {
        "id": must("key"),
        "title": TEXT,
        "description": TEXT,
        "status": one("str", TENDER_STATUS),
        "procuringEntity": one("Reference"),
        "items": many("Item"),
        "value": one("Value"),
        "minValue": one("Value"),
        "procurementMethod": one("str", METHODS),
        "procurementMethodDetails": TEXT,
        "procurementMethodRationale": TEXT,
        "mainProcurementCategory": one("str", CATEGORIES),
        "additionalProcurementCategories": many("str"),
        "awardCriteria": TEXT,
        "awardCriteriaDetails": TEXT,
        "submissionMethod": many("str"),
        "submissionMethodDetails": TEXT,
        "tenderPeriod": one("Period"),
        "enquiryPeriod": one("Period"),
        "hasEnquiries": one("bool"),
        "eligibilityCriteria": TEXT,
        "awardPeriod": one("Period"),
        "contractPeriod": one("Period"),
        "numberOfTenderers": one("int"),
        "tenderers": many("Reference"),
        "documents": many("Document"),
        "milestones": many("Milestone"),
        "amendments": many("Amendment"),
    },
    "Award": {
        "id": must("key"),
        "title": TEXT,
        "description": TEXT,
        "status": one("str", AWARD_STATUS),
        "date": DATE,
        "value": one("Value"),
        "suppliers": many("Reference"),
        "items": many("Item"),
        "contractPeriod": one("Period"),
        "documents": many("Document"),
        "amendments": many("Amendment"),
    },
    "Contract": {
        "id": must("key"),
        "awardID": must("key"),
        "title": TEXT,
        "description": TEXT,
        "status": one("str", CONTRACT_STATUS),
        "period": one("Period"),
        "value": one("Value"),
        "items": many("Item"),
        "dateSigned": DATE,
        "documents": many("Document"),
        "implementation": one("Implementation"),
        "relatedProcesses": many("RelatedProcess"),
        "milestones": many("Milestone"),
        "amendments": many("Amendment"),
    },
    "Implementation": {
        "transactions": many("Transaction"),
        "milestones": many("Milestone"),
        "documents": many("Document"),
    },
    "Transaction": {
        "id": must("key"),
        "source": LINK,
        "date": DATE,
        "value": one("Value"),
        "payer": one("Reference"),
        "payee": one("Reference"),
        "uri": LINK,
    },
    "Milestone": {
        "id": must("key"),
        "title": TEXT,
        "type": TEXT,
        "description": TEXT,
        "code": TEXT,
        "dueDate": DATE,
        "dateMet": DATE,
        "dateModified": DATE,
        "status": one("str", MILESTONE_STATUS),
        "documents": many("Document"),
    },
    "Amendment": {
        "date": DATE,
        "rationale": TEXT,
        "id": TEXT,
        "description": TEXT,
        "amendsReleaseID": TEXT,
        "releaseID": TEXT,
    },
    "RelatedProcess": {
        "id": TEXT,
        "relationship": many("str"),
        "title": TEXT,
        "scheme": TEXT,
        "identifier": TEXT,
        "uri": LINK,
    },
    "Value": {"amount": one("number"), "currency": one("currency")},
    "Period": {"startDate": DATE, "endDate": DATE, "maxExtentDate": DATE, "durationInDays": one("int")},
    "Item": {
        "id": must("key"),
        "description": TEXT,
        "classification": one("Classification"),
        "additionalClassifications": many("Classification"),
        "quantity": one("number"),
        "unit": one("Unit"),
    },
    "Classification": {"scheme": TEXT, "id": KEY, "description": TEXT, "uri": LINK},
    "Unit": {"scheme": TEXT, "id": TEXT, "name": TEXT, "value": one("Value"), "uri": LINK},
    "Document": {
        "id": must("key"),
        "documentType": TEXT,
        "title": TEXT,
        "description": TEXT,
        "url": LINK,
        "datePublished": DATE,
        "dateModified": DATE,
        "format": TEXT,
        "language": TEXT,
    },
}


def problems_of_package(package):
    """What is wrong with a release package, as "place: what"; [] where nothing is."""
    return [*_object("Package", package, ""), *_awards_of_contracts(package)]


def problems_of_release(release):
    """What is wrong with one release, as "place: what"; [] where nothing is."""
    return list(_object("Release", release, "")) + list(_unknown_awards(release, ""))


def _awards_of_contracts(package):
    releases = package.get("releases") if isinstance(package, dict) else None
    for number, release in enumerate(releases if isinstance(releases, list) else []):
        yield from _unknown_awards(release, f"/releases/{number}")


def _unknown_awards(release, place):
    """A contract names an award of its own release."""
    if not isinstance(release, dict):
        return
    awards, contracts = release.get("awards") or [], release.get("contracts") or []
    if isinstance(awards, list) and isinstance(contracts, list):
        known = {str(award.get("id")) for award in awards if isinstance(award, dict)}
        for number, contract in enumerate(contracts):
            if isinstance(contract, dict) and str(contract.get("awardID")) not in known:
                yield f"{place}/contracts/{number}/awardID: no such award"


def _object(name, value, place):
    if not isinstance(value, dict):
        yield f"{place or '/'}: an object is wanted"
        return
    for key, field in OBJECTS[name].items():
        here = f"{place}/{key}"
        if value.get(key) is None:  # null takes a field out, by the standard's rule of merging
            if field.required:
                yield f"{here}: missing"
        elif field.many:
            yield from _list(field, value[key], here)
        else:
            yield from _value(field, value[key], here)


def _list(field, values, place):
    if not isinstance(values, list):
        yield f"{place}: a list is wanted"
        return
    if field.required and not values:
        yield f"{place}: at least one is wanted"
    for number, value in enumerate(values):
        yield from _value(field, value, f"{place}/{number}")


def _value(field, value, place):
    if field.kind in OBJECTS:
        yield from _object(field.kind, value, place)
    elif not CHECKS[field.kind](value):
        yield f"{place}: not a {field.kind}"
    elif field.codes and value not in field.codes:
        yield f"{place}: not one of the codes"


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


CHECKS = {
    "str": lambda value: isinstance(value, str),
    "key": lambda value: isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)),
    "number": _is_number,
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str) and bool(DATE_TIME.fullmatch(value)),
    "uri": lambda value: isinstance(value, str) and bool(URI.fullmatch(value)),
    "currency": lambda value: isinstance(value, str) and bool(CURRENCY.fullmatch(value)),
}

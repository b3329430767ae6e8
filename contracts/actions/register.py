"""Entering contracts into the register and changing what stands in them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import deadlines, permissions, reminders
from contracts.actions.amendments import by_amendment
from contracts.actions.common import locked_for_edit, refusal
from contracts.actions.dates import refresh_dates
from contracts.choices import NEVER_IN_FORCE, Renewal
from contracts.models import Contract, Term
from office.events import changes_between, record_event, snapshot
from office.models.events import Channel
from office.numbers import format_number, take_number
from people.models import Unit
from ui.forms import Conflict

SERIES = "CON"
FIELDS = (
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
    "predecessor",
    "notes",
)
CONDITIONS = (  # part of what was agreed: in force only an amendment changes them
    "vendor",
    "currency",
    "renewal",
    "renewal_months",
    "max_renewals",
    "notice_value",
    "notice_unit",
    "last_possible_end",
)
UNTOLD = {"notes"}  # long text of people is not copied into the trail, only that it changed
DATED_BY = {"notice_value", "notice_unit", "lead_days"}
REMINDED_BY = {"owner", "deputy", "unit", "type"}


@transaction.atomic
def create_contract(*, by, values, start, end, value=None, channel=Channel.PAGE):
    """Enter a draft with its first term, `start` to `end` inclusive, worth `value`; returns it.

    `values` by field name, see FIELDS; without a number it takes the next one of the year. Raises ValidationError.
    """
    if not permissions.can_create(by, values["unit"]):
        raise PermissionDenied
    contract = Contract(institution_id=by.institution_id, **{name: values[name] for name in FIELDS if name in values})
    contract.number = contract.number or _next_number(by.institution)
    _check(contract)
    _save(contract)
    record_event(
        contract, "created", by=by, changes=_told(changes_between({}, snapshot(contract, FIELDS))), channel=channel
    )
    Term.objects.create(contract=contract, sequence=1, start=start, end=_checked_end(start, end), value=value)
    refresh_dates(contract)
    return contract


@transaction.atomic
def change_contract(contract, *, by, values, version=None, amendment=None, channel=Channel.PAGE):
    """Change fields of a contract and write what changed into its history; dates and reminders follow.

    In force, what was agreed (CONDITIONS) changes by an amendment only.

    `version`: the one the person saw; raises `Conflict` when somebody saved since. Without it there is no such check.
    """
    contract = locked_for_edit(contract, by)
    if version is not None and contract.version != version:
        raise Conflict([])
    before = snapshot(contract, FIELDS)
    for name in FIELDS:
        if name in values:
            setattr(contract, name, values[name])
    changes = changes_between(before, snapshot(contract, FIELDS))
    if not changes:
        return contract
    if "unit" in changes and by is not None and not permissions.can_create(by, contract.unit):
        raise refusal("unit", _("Choose your own unit or one below it."), "foreign")
    told = by_amendment(contract, amendment, by) if set(CONDITIONS) & set(changes) else {}
    _check(contract, changes)
    contract.version += 1
    _save(contract)
    record_event(contract, "changed", by=by, changes=_told(changes) | told, channel=channel)
    _follow(contract, changes)
    return contract


@transaction.atomic
def hand_over_contracts(person, to, by):
    """All that this person owns or stands in for goes to a colleague; who would be both is owner alone."""
    for contract in Contract.objects.run_by(person).select_for_update(of=("self",)):
        values = {name: to for name in ("owner", "deputy") if getattr(contract, f"{name}_id") == person.pk}
        owner = values.get("owner", contract.owner)
        deputy = values.get("deputy", contract.deputy)
        values["deputy"] = None if owner == deputy else deputy
        before = snapshot(contract, values)
        for name, value in values.items():
            setattr(contract, name, value)
        changes = changes_between(before, snapshot(contract, values))
        contract.version += 1
        contract.save(update_fields=[*values, "version"])
        record_event(contract, "handed_over", by=by, changes=changes)
        _follow(contract, changes)


def _follow(contract, changes):
    """Let dates and reminders follow a change of these fields."""
    if DATED_BY & set(changes):
        refresh_dates(contract)
    if REMINDED_BY & set(changes):
        reminders.rearm(contract.terms.all())
        deadlines.follow_people(contract)


def _next_number(institution):
    year = timezone.localdate().year
    is_alone = not Unit.objects.institutions().exclude(pk=institution.pk).exists()
    while True:
        number = take_number(SERIES, scope=institution.pk, year=year)
        written = format_number(SERIES, number, year=year, prefix="" if is_alone else institution.code)
        if not Contract.objects.filter(institution=institution, number=written).exists():  # somebody typed one like it
            return written


def _check(contract, changed=FIELDS):
    """What the fields cannot say by themselves; `changed` names those that are new."""
    errors = {}
    if contract.unit.institution_id != contract.institution_id:
        errors["unit"] = _("Choose a unit of this institution.")
    for role in ("owner", "deputy"):
        person = getattr(contract, role)
        if role in changed and person and (person.institution_id != contract.institution_id or not person.is_active):
            errors[role] = _("Choose an active colleague of this institution.")
    if contract.owner_id and contract.owner_id == contract.deputy_id:
        errors["deputy"] = _("The deputy is somebody else than the owner.")
    if contract.owner_id is None and contract.state not in NEVER_IN_FORCE:
        errors["owner"] = _("A contract in force has an owner.")
    if contract.renewal == Renewal.AUTO and not contract.renewal_months:
        errors["renewal_months"] = _("Say for how many months it renews itself.")
    if contract.predecessor_id and _leads_back(contract):
        errors["predecessor"] = _("This contract would come before itself.")
    if errors:
        raise ValidationError(errors)


def _leads_back(contract):
    """Whether the predecessors of a contract lead back to it, or to another institution."""
    seen, earlier = {contract.pk}, contract.predecessor
    while earlier:
        if earlier.pk in seen or earlier.institution_id != contract.institution_id:
            return True
        seen.add(earlier.pk)
        earlier = earlier.predecessor
    return False


def _checked_end(start, end):
    if end < start:
        raise refusal("end", _("The end must not be before the start."), "backwards")
    return end


def _save(contract):
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError:
        raise refusal("number", _("There is a contract with this number already."), "taken") from None


def _told(changes):
    return {name: [None, None] if name in UNTOLD else pair for name, pair in changes.items()}

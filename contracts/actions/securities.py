"""Securities of a contract: lodged, extended, given back or called. Until one of these, their end is reminded of."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import deadlines
from contracts.actions.common import locked_for_account, refusal
from contracts.choices import SecurityState
from contracts.dues import HUNDRED, fils
from contracts.models import Security
from office.events import changes_between, record_event, snapshot

FIELDS = ("kind", "percent", "amount", "bank", "number", "valid_until")
KIND = "security"


def proposed_percent(kind):
    """The percentage of the value that the settings give for a kind of security; None where they give none."""
    found = settings.CONTRACT_SECURITY_PERCENT.get(kind)
    return None if found is None else Decimal(str(found))


@transaction.atomic
def lodge_security(contract, *, by, kind, valid_until, amount=None, bank="", number=""):
    """Write down a security; without an amount it is the percentage of its kind of the latest term's value."""
    contract = locked_for_account(contract, by)
    percent = None
    if amount is None:
        percent, value = proposed_percent(kind), _value(contract)
        if percent is None or not value:
            raise refusal(
                "amount", _("Give the amount: it does not follow from the value of the contract."), "required"
            )
        amount = fils(value * percent / HUNDRED)
    row = Security.objects.create(
        contract=contract,
        kind=kind,
        percent=percent,
        amount=amount,
        bank=bank,
        number=number,
        valid_until=valid_until,
        by=by,
    )
    told = changes_between({}, snapshot(row, FIELDS))
    record_event(contract, "security_lodged", by=by, changes={"security": [None, row.pk], **told})
    _keep(row)
    return row


@transaction.atomic
def extend_security(row, *, by, valid_until):
    """The bank made it valid for longer; reminders count from the new end."""
    row = _held(row, by)
    if valid_until <= row.valid_until:
        raise refusal("valid_until", _("Give a day after the present end."), "backwards")
    before, row.valid_until = row.valid_until, valid_until
    row.save(update_fields=["valid_until"])
    pair = [before.isoformat(), valid_until.isoformat()]
    record_event(row.contract, "security_extended", by=by, changes={"security": [row.pk] * 2, "valid_until": pair})
    _keep(row)
    return row


@transaction.atomic
def settle_security(row, *, by, state, reason):
    """Give it back to the vendor, or call the money in; either ends its reminders."""
    row = _held(row, by)
    row.state, row.reason, row.by, row.at = state, reason, by, timezone.now()
    row.save(update_fields=["state", "reason", "by", "at"])
    told = {"security": [row.pk] * 2, "security_state": [SecurityState.HELD, state]}
    record_event(row.contract, "security_settled", by=by, changes=told)
    _keep(row)
    return row


def _held(row, by):
    contract = locked_for_account(row.contract, by)
    row = Security.objects.select_related("contract").get(pk=row.pk, contract=contract)
    if row.state != SecurityState.HELD:
        raise ValidationError(_("This security is settled already."), code="settled")
    return row


def _value(contract):
    last = contract.terms.order_by("sequence").last()
    return last and last.value


def _keep(row):
    is_waiting, title = row.state == SecurityState.HELD, f"{row} · {row.contract.number}"
    deadlines.keep(KIND, row, title=title, ends_on=row.valid_until, contract=row.contract, is_waiting=is_waiting)

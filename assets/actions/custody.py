"""Custody: who has it from when to when, and what the receiver says to that."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import mail
from assets.actions.register import locked, set_state
from assets.choices import TRANSITIONS, Acceptance, AssetState
from assets.models import Custody
from assets.permissions import can_answer, can_edit
from office.events import record_event
from office.models.events import Channel
from people.models import Unit, User, Vendor

KINDS = {User: "person", Unit: "unit", Vendor: "vendor"}
AFTER_RETURN = (AssetState.IN_STORE, AssetState.UNDER_REPAIR, AssetState.LOST)


@transaction.atomic
def hand_over(asset, *, to, by, reason="", condition="", loan=False, at=None, channel=Channel.PAGE):
    """Give an asset that nobody holds into the hands of a person, a unit or a vendor. Returns the custody.

    A person has yet to confirm (`accept` or `decline`). The state follows: in use, on loan, or with a vendor under
    repair. `at`: the instant of the physical act, now unless given.
    """
    asset = locked(asset, by)
    _check_holder(asset, to)
    if asset.custodies.current().exists():
        raise ValidationError(_("Somebody already holds this asset. Take it back or transfer it."), code="held")
    return _give(asset, to, by, reason, condition, loan, at, channel)


@transaction.atomic
def take_back(asset, *, by, condition="", state=AssetState.IN_STORE, at=None, channel=Channel.PAGE):
    """End the open custody; `state` is what the asset is afterwards. Returns the ended custody."""
    asset = locked(asset, by)
    custody = _end(asset, by, condition, at or timezone.now())
    record_event(asset, "taken_back", by=by, changes=holder_changes(custody, None), channel=channel)
    if state != asset.state:
        _check_transition(asset, state if state in AFTER_RETURN else None)
        set_state(asset, state, by=by, channel=channel)
    return custody


@transaction.atomic
def transfer(asset, *, to, by, reason="", condition="", loan=False, at=None, channel=Channel.PAGE):
    """Take an asset from its holder and give it to another in one act. Returns the new custody."""
    asset = locked(asset, by)
    _check_holder(asset, to)
    instant = at or timezone.now()
    former = _end(asset, by, condition, instant)
    if former.holder == to:
        raise ValidationError(_("This is who holds it already."), code="same_holder")
    return _give(asset, to, by, reason, condition, loan, at, channel, former, instant)


@transaction.atomic
def accept(custody, *, by, channel=Channel.PAGE):
    """The receiver confirms that she has it."""
    return _answer(custody, Acceptance.ACCEPTED, "custody_accepted", by, channel)


@transaction.atomic
def decline(custody, *, by, note="", channel=Channel.PAGE):
    """The receiver says that she does not have it: it stays with her, in dispute, until the desk settles it."""
    custody = _answer(custody, Acceptance.DECLINED, "custody_declined", by, channel, note)
    mail.tell_of_dispute(custody)
    return custody


@transaction.atomic
def accept_on_paper(custody, *, by, channel=Channel.PAGE):
    """The desk notes that the printed receipt was signed; which also settles a dispute."""
    custody = _locked_custody(custody)
    if not can_edit(by, custody.asset):
        raise PermissionDenied
    if not custody.is_open or custody.accepted not in (Acceptance.PENDING, Acceptance.DECLINED):
        raise ValidationError(_("This custody was answered already."), code="answered")
    return _write_answer(custody, Acceptance.PAPER, "custody_on_paper", by, channel, custody.answer_note)


def _give(asset, to, by, reason, condition, loan, at, channel, former=None, instant=None):
    """The new custody row with all that follows; what is entered afterwards (`at` is given) asks nobody by mail."""
    kind = KINDS[type(to)]
    custody = Custody(
        asset=asset,
        started_at=instant or at or timezone.now(),
        reason=reason[:200],
        condition_out=condition[:200],
        handed_by=by,
        **{kind: to},
    )
    _save(custody)
    verb = "transferred" if former else "handed_over"
    record_event(asset, verb, by=by, changes=holder_changes(former, custody), channel=channel)
    state = _state_with(kind, loan)
    if custody.person_id and custody.person_id != by.pk and at is None:
        mail.ask_to_confirm(custody)
    if former and asset.is_gone:  # the duty to answer for it goes over, the thing itself does not come back
        return custody
    if state != asset.state:
        _check_transition(asset, state)
        set_state(asset, state, by=by, channel=channel)
    return custody


def holder_changes(former, new):
    """{"holder_person": [old id, new id], ...} of a change of hands."""
    changes = {}
    for place, custody in enumerate((former, new)):
        if custody is not None:
            changes.setdefault(f"holder_{custody.kind}", [None, None])[place] = getattr(custody, f"{custody.kind}_id")
    return changes


def _state_with(kind, loan):
    if kind == "vendor":
        return AssetState.UNDER_REPAIR
    return AssetState.ON_LOAN if loan else AssetState.IN_USE


def _end(asset, by, condition, at):
    custody = asset.custodies.current().with_people().first()
    if custody is None:
        raise ValidationError(_("Nobody holds this asset."), code="not_held")
    if at < custody.started_at:
        raise ValidationError(_("It cannot be returned before it was handed over."), code="backwards")
    custody.ended_at, custody.condition_in, custody.received_by = at, condition[:200], by
    _save(custody, update_fields=["ended_at", "condition_in", "received_by"])
    return custody


def _save(custody, **options):
    """Save; what only the database can see (two people handing over at once) comes back as a sentence."""
    try:
        with transaction.atomic():
            custody.save(**options)
    except IntegrityError:
        raise ValidationError(_("Somebody else holds this asset at that time."), code="overlap") from None


def _answer(custody, answer, verb, by, channel, note=""):
    custody = _locked_custody(custody)
    if custody.person_id != by.pk:
        raise PermissionDenied
    if not can_answer(by, custody):
        raise ValidationError(_("This custody was answered already."), code="answered")
    return _write_answer(custody, answer, verb, by, channel, note)


def _write_answer(custody, answer, verb, by, channel, note):
    custody.accepted, custody.answered_at, custody.answer_note = answer, timezone.now(), note[:200]
    custody.save(update_fields=["accepted", "answered_at", "answer_note"])
    record_event(custody.asset, verb, by=by, changes={"custody": [None, str(custody.pk)]}, channel=channel)
    return custody


def _locked_custody(custody):
    return Custody.objects.select_for_update().get(pk=custody.pk)


def _check_holder(asset, to):
    if type(to) not in KINDS:
        raise ValidationError(_("Choose who receives it."), code="holder")
    if not to.is_active:
        raise ValidationError(_("%(name)s is no longer active.") % {"name": to}, code="inactive")
    if not isinstance(to, Vendor) and to.institution_id != asset.institution_id:
        raise ValidationError(_("This belongs to another institution."), code="institution")


def _check_transition(asset, state):
    if state not in TRANSITIONS[asset.state]:
        raise ValidationError(
            _("An asset that is %(state)s cannot be handed over or taken back like this."),
            code="transition",
            params={"state": asset.get_state_display()},
        )

"""Calls to vendors: opened, moved on by steps, judged, closed or called off; the links by which vendors answer."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import call_clock, permissions
from contracts.actions.common import refusal
from contracts.actions.credits import propose_credits
from contracts.choices import VENDOR_STEPS, CallChannel, CallState, PauseReason, StepKind, Verdict
from contracts.models import CallStep, ServiceCall, VendorLink
from contracts.models.calls import LINK_DAYS
from contracts.notices import CALL
from contracts.signals import call_judged, call_stepped
from office import files, outbox
from office.events import plain, record_event
from office.models.events import Channel
from office.numbers import format_number, take_number
from people.models import Unit

SERIES = "CALL"
BEFORE = timedelta(minutes=1)  # by so much a browser's clock may be ahead of ours
AHEAD = timedelta(days=366)


@transaction.atomic
def open_call(
    *,
    by,
    institution,
    cover,
    asset,
    subject,
    text,
    channel,
    contact=None,
    address="",
    reference="",
    language="",
    uploads=(),
    attachments=(),
    restricted_to=None,
):
    """Hand a fault to whoever covers the asset now, and start the vendor's clock. Returns the call.

    cover: a `coverage.Cover` of this minute: a line of a contract, or a warranty, which has no level. restricted_to:
    the only team that may see the call. By mail, the mail is owed once, with a link of the call and the files of
    `attachments` (rows of office.Attachment).
    """
    if not permissions.can_call(by) or by.institution_id != institution.pk:
        raise PermissionDenied
    if cover.vendor is None:
        raise ValidationError(
            _("The supplier of this device is not known: write it down at the device."), code="vendor"
        )
    _check(cover, channel, contact, address, subject, text)
    now, row = timezone.now(), cover.row
    call = ServiceCall.objects.create(
        institution=institution,
        number=next_number(institution, now),
        vendor=cover.vendor,
        contact=contact,
        asset=asset,
        coverage=row,
        term=row.term if row else None,
        level=cover.level,
        channel=channel,
        address=address if channel == CallChannel.MAIL else "",
        reference=reference.strip(),
        subject=subject.strip(),
        text=text.strip(),
        restricted_to=restricted_to,
        language=language or cover.vendor.language,
        opened_at=now,
        opened_by=by,
    )
    step = CallStep.objects.create(call=call, kind=StepKind.ESCALATED, happened_at=now, entered_at=now, by=by)
    _count(call, now)
    told = {"call_channel": [None, channel], "vendor": [None, cover.vendor.pk], "reference": [None, call.reference]}
    record_event(call, "call_opened", by=by, changes={name: pair for name, pair in told.items() if pair[1]}, at=now)
    if channel == CallChannel.MAIL:
        _owe_mail(call, by, attachments)
    call_stepped.send(ServiceCall, call=call, step=step)
    return call


def _check(cover, channel, contact, address, subject, text):
    if channel not in CallChannel.values:
        raise refusal("channel", _("Choose one from the list."), "channel")
    if contact is not None and contact.vendor_id != cover.vendor.pk:
        raise refusal("contact", _("Choose one from the list."), "contact")
    if channel == CallChannel.MAIL and not address:
        raise refusal("contact", _("There is no mail address: choose another contact, or call."), "address")
    if not subject.strip():
        raise refusal("subject", _("Say in a few words what is wrong."), "empty")
    if channel == CallChannel.MAIL and not text.strip():
        raise refusal("text", _("Write something first."), "empty")


def _owe_mail(call, by, attachments):
    link, _token = VendorLink.make(call, by=by, expires_at=call.opened_at + LINK_DAYS)
    outbox.enqueue(
        CALL,
        address=call.address,
        about=call,
        key=f"contracts.call:{call.pk}",
        payload={"language": call.language, "link": link.pk, "files": [file.pk for file in attachments]},
        urgency=2,
    )


def next_number(institution, at):
    """`CALL-2026-00042`, by the local year of the instant `at`."""
    year = timezone.localtime(at).year
    number = take_number(SERIES, scope=institution.pk, year=year)
    is_alone = not Unit.objects.institutions().exclude(pk=institution.pk).exists()
    return format_number(SERIES, number, year=year, prefix="" if is_alone else institution.code)


@transaction.atomic
def record_step(
    call, *, by, kind, happened_at=None, remark="", promised_for=None, pause_reason="", document=None, key=None
):
    """Write down, by the desk, what happened: told on the telephone, seen on site, or a pause with its reason.

    What the desk reports is confirmed by that; a repair closes the call.
    """
    call = _locked(call)
    if not permissions.can_tend(by, call):
        raise PermissionDenied
    if kind == StepKind.ESCALATED:
        raise refusal("kind", _("Choose one from the list."), "kind")
    step, made = _add(call, kind, happened_at, remark, promised_for, pause_reason, document, key, by=by)
    if not made:
        return step
    step.verdict, step.verdict_by, step.verdict_at = Verdict.CONFIRMED, by, step.entered_at
    step.save(update_fields=["verdict", "verdict_by", "verdict_at"])
    return _after_step(call, step, by)


@transaction.atomic
def record_vendor_step(
    link,
    *,
    kind,
    name="",
    ip=None,
    happened_at=None,
    remark="",
    promised_for=None,
    document=None,
    signature=None,
    key=None,
):
    """Write down what the vendor reports by his link. It counts until a technician disputes it.

    The link is asked again under the lock: revoked or expired meanwhile, it does nothing (`PermissionDenied`).
    """
    call = _locked(link.call)
    link = VendorLink.objects.select_related("call").get(pk=link.pk, call=call)
    if not link.is_alive():
        raise PermissionDenied
    if kind not in VENDOR_STEPS:
        raise refusal("kind", _("Choose one from the list."), "kind")
    if kind == StepKind.RESTORED and not name.strip():
        raise refusal("name", _("Write your name: it stands for your signature."), "required")
    if kind == StepKind.REPORT and document is None:
        raise refusal("document", _("Choose the file of the report."), "required")
    extra = {"link": link, "name": name.strip(), "ip": ip}
    step, made = _add(call, kind, happened_at, remark, promised_for, "", document, key, signature=signature, **extra)
    return _after_step(call, step, None) if made else step


def _add(
    call, kind, happened_at, remark, promised_for, pause_reason, document, key, *, by=None, signature=None, **extra
):
    """(step, made): the same form key is the same step."""
    if key is not None and (same := call.steps.filter(key=key).first()):
        return same, False
    if not call.is_open and kind != StepKind.REPORT:
        raise ValidationError(_("This call has ended."), code="ended")
    now = timezone.now()
    happened_at = _checked_time(call, happened_at or now, now)
    _check_step(call, kind, promised_for, pause_reason, now)
    kept = [files.attach(call, upload, by=by) if upload else None for upload in (document, signature)]
    step = CallStep.objects.create(
        call=call,
        kind=kind,
        happened_at=happened_at,
        entered_at=now,
        by=by,
        promised_for=promised_for if kind == StepKind.COMING else None,
        pause_reason=pause_reason if kind == StepKind.PAUSE else "",
        remark=remark.strip(),
        document=kept[0],
        signature=kept[1],
        key=key,
        **extra,
    )
    return step, True


def _checked_time(call, happened_at, now, name="happened_at"):
    if happened_at > now + BEFORE:
        raise refusal(name, _("This time has not come yet."), "future")
    if happened_at < call.opened_at - BEFORE:
        raise refusal(name, _("That was before the call."), "early")
    return min(max(happened_at, call.opened_at), now)


def _check_step(call, kind, promised_for, pause_reason, now):
    if kind == StepKind.COMING:
        if promised_for is None:
            raise refusal("promised_for", _("Say when."), "required")
        if not now - BEFORE <= promised_for <= now + AHEAD:
            raise refusal("promised_for", _("Give a time that is still to come, within a year."), "range")
    if kind == StepKind.PAUSE and pause_reason not in PauseReason.values:
        raise refusal("pause_reason", _("Say why the clock is to stand still."), "required")
    stands = _stands(call)
    if kind == StepKind.PAUSE and stands:
        raise ValidationError(_("The vendor's clock stands still already."), code="paused")
    if kind == StepKind.RESUME and not stands:
        raise ValidationError(_("The vendor's clock runs already."), code="running")
    if kind == StepKind.RESTORED and call.restored_at is not None:
        raise ValidationError(_("The repair was reported already."), code="restored")


def _stands(call):
    """Whether the last pause that counts has not been resumed."""
    turns = [row.kind for row in call.steps.all() if row.counts and row.kind in (StepKind.PAUSE, StepKind.RESUME)]
    return bool(turns) and turns[-1] == StepKind.PAUSE


def _after_step(call, step, by):
    changes = {"call_step": [None, step.kind], "happened_at": [None, plain(step.happened_at)]}
    record_event(call, "call_stepped", by=by, changes=changes, at=step.entered_at)
    if by is not None and step.kind == StepKind.RESTORED:
        _end(call, by, step.entered_at)
    _count(call, step.entered_at)
    call_stepped.send(ServiceCall, call=call, step=step)
    return step


@transaction.atomic
def confirm_step(step, *, by):
    """Say that it was so. A confirmed repair closes the call."""
    return _judge(step, by, Verdict.CONFIRMED, "")


@transaction.atomic
def dispute_step(step, *, by, reason):
    """Say, with the reason, that it was not so: it counts no more. A disputed repair opens the call again."""
    if not reason.strip():
        raise refusal("reason", _("Say in a few words why."), "required")
    return _judge(step, by, Verdict.DISPUTED, reason.strip())


def _judge(step, by, verdict, reason):
    call = _locked(step.call)
    if not permissions.can_tend(by, call):
        raise PermissionDenied
    step = CallStep.objects.get(pk=step.pk, call=call)
    if call.state == CallState.CANCELLED or step.kind == StepKind.ESCALATED or step.verdict == verdict:
        raise ValidationError(_("This was answered already."), code="answered")
    return _give_verdict(call, step, by, verdict, reason)


def _give_verdict(call, step, by, verdict, reason):
    before, now = step.verdict, timezone.now()
    step.verdict, step.verdict_by, step.verdict_at, step.verdict_reason = verdict, by, now, reason
    step.save(update_fields=["verdict", "verdict_by", "verdict_at", "verdict_reason"])
    about = {"call_step": [None, step.kind], "verdict": [before or None, verdict]}
    channel = Channel.CLOCK if by is None else Channel.PAGE
    record_event(call, "step_judged", by=by, changes=about, channel=channel, at=now)
    if step.kind == StepKind.RESTORED:
        if verdict == Verdict.CONFIRMED:
            _end(call, by, now)
        elif call.state == CallState.CLOSED:
            call.state, call.ended_at, call.ended_by, call.reason = CallState.OPEN, None, None, ""
    _count(call, now)
    call_judged.send(ServiceCall, call=call, step=step, by=by)
    return step


@transaction.atomic
def accept_repair(call, *, by=None):
    """Take a reported repair as confirmed because whoever reported the fault is content, or did not object in time.

    Asked by the room above, which has its own right to say so; by None is the clock. A call that nobody reported as
    repaired stays as it is. Returns the call.
    """
    call = _locked(call)
    if call.is_open and (step := repair_of(call)) is not None:
        _give_verdict(call, step, by, Verdict.CONFIRMED, "")
    return call


@transaction.atomic
def end_as_repaired(call, *, by):
    """Say that the vendor has repaired it: what he reported is confirmed, at his own time; else it is so from now."""
    step = repair_of(_locked(call))
    if step is None:
        return record_step(call, by=by, kind=StepKind.RESTORED)
    return step if step.verdict == Verdict.CONFIRMED else confirm_step(step, by=by)


def repair_of(call):
    """The step by which a repair was reported, and which counts; None without one."""
    return next((row for row in call.steps.all() if row.kind == StepKind.RESTORED and row.counts), None)


@transaction.atomic
def close_call(call, *, by, reason, since=None):
    """End a call without a repair by the vendor, with the reason: what was broken until then stays broken.

    since: the instant from which on he was not needed any more, when that was before; None is now.
    """
    return _finish(call, by, CallState.CLOSED, reason, "call_closed", since)


@transaction.atomic
def cancel_call(call, *, by, reason):
    """Call it off, with the reason: it was made by mistake, and counts for nothing. Its links lead nowhere."""
    call = _finish(call, by, CallState.CANCELLED, reason, "call_cancelled")
    call.links.filter(revoked_at=None).update(revoked_at=call.ended_at, revoked_by=by)
    return call


def _finish(call, by, state, reason, verb, since=None):
    call = _locked(call)
    if not permissions.can_tend(by, call):
        raise PermissionDenied
    if not call.is_open:
        raise ValidationError(_("This call has ended."), code="ended")
    if not reason.strip():
        raise refusal("reason", _("Say in a few words why."), "required")
    now = timezone.now()
    ended = _checked_time(call, since, now, "since") if since is not None else now
    _end(call, by, ended, state, reason.strip())
    told = {"ended_at": [None, plain(ended)]} if ended != now else {}
    record_event(call, verb, by=by, changes={"call_state": [CallState.OPEN, state]} | told, at=now)
    _count(call, now)
    return call


def _end(call, by, now, state=CallState.CLOSED, reason=""):
    call.state, call.ended_at, call.ended_by, call.reason = state, now, by, reason


@transaction.atomic
def set_reference(call, *, by, reference):
    """Write down the number under which the vendor keeps the call."""
    call = _locked(call)
    if not permissions.can_tend(by, call):
        raise PermissionDenied
    before, call.reference = call.reference, reference.strip()
    if before != call.reference:
        call.version += 1
        call.save(update_fields=["reference", "version"])
        record_event(call, "call_changed", by=by, changes={"reference": [before, call.reference]})
    return call


@transaction.atomic
def make_link(call, *, by, days=LINK_DAYS.days):
    """A link by which the vendor answers this call without an account. Returns (link, token): shown once."""
    call = _locked(call)
    if not permissions.can_tend(by, call):
        raise PermissionDenied
    if not call.is_open:
        raise ValidationError(_("This call has ended."), code="ended")
    link, token = VendorLink.make(call, by=by, expires_at=timezone.now() + timedelta(days=days))
    record_event(call, "link_made", by=by, changes={"expires_at": [None, plain(link.expires_at)]})
    return link, token


@transaction.atomic
def revoke_link(link, *, by):
    """From now on it leads nowhere."""
    call = _locked(link.call)
    if not permissions.can_tend(by, call):
        raise PermissionDenied
    if VendorLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by):
        record_event(call, "link_revoked", by=by)


@transaction.atomic
def look_again(call, now=None):
    """Count the clock of a call anew: a promise broke meanwhile, or the contract has other dates."""
    call = _locked(call)
    _count(call, now or timezone.now())
    return call


def recount_calls(contract):
    """The same for all open calls under a contract, after it was suspended, resumed, terminated, or covers less."""
    for call in ServiceCall.objects.of_contract(contract).open():
        look_again(call)


def _locked(call):
    """The call as it stands now, held until the end of the transaction."""
    related = ("term__contract", "level__calendar", "coverage", "vendor")
    return ServiceCall.objects.select_for_update(of=("self",)).select_related(*related).get(pk=call.pk)


def _count(call, now):
    """Keep what the clock says, write down each promise that is broken by now, and propose what it costs."""
    steps, before = list(call.steps.all()), {name: getattr(call, name) for name in call_clock.KEPT}
    found = call_clock.read(call, now, steps)
    call_clock.keep(call, found, steps)
    if call.state == CallState.CANCELLED:
        call.clock_due = None
    call.version += 1
    call.save()
    for clock, (_due, _at, broken, _state) in call_clock.COLUMNS.items():
        instant = getattr(call, broken)
        if instant is not None and instant != before[broken] and call.state != CallState.CANCELLED:
            changes = {"vendor_clock": [None, clock], "broken_since": [None, plain(instant)]}
            record_event(call, "call_breached", by=None, changes=changes, channel=Channel.CLOCK, at=instant)
    propose_credits(call, found)


__all__ = [
    "accept_repair",
    "cancel_call",
    "close_call",
    "confirm_step",
    "dispute_step",
    "end_as_repaired",
    "look_again",
    "make_link",
    "next_number",
    "open_call",
    "record_step",
    "record_vendor_step",
    "recount_calls",
    "repair_of",
    "revoke_link",
    "set_reference",
]

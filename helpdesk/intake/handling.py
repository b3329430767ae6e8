"""What people do with received mail: accept it, look at it anew, lay it aside."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import actions, notifications
from helpdesk.actions.act import Act
from helpdesk.choices import MessageKind
from helpdesk.intake import making, receiving
from helpdesk.models import Mailbox, Message, ReceivedMail
from helpdesk.models.mail import MailState
from helpdesk.permissions import can_change_setup, can_reply, sees_received_mail
from office.events import record_event
from office.models import Attachment
from office.models.events import Channel

AGAIN = {MailState.HELD, MailState.IGNORED, MailState.FAILED, MailState.WAITING}


def process_again(received, *, by):
    """Decide anew about what is held, was left alone or failed; a person's address may be known by now."""
    _demand(by, received)
    if received.state not in AGAIN:
        raise ValidationError(_("This mail is in a ticket already."), code="done")
    record_event(received, "processed_again", by=by)
    receiving.work_on(received.pk, again=True)
    received.refresh_from_db()
    return received


@transaction.atomic
def accept_mail(received, *, by, requester):
    """Make a ticket of a mail that is held or was left alone, in the name of `requester`."""
    _demand(by, received)
    received = _lock(received)
    if received.state not in AGAIN:
        raise ValidationError(_("This mail is in a ticket already."), code="done")
    letter = receiving.letter_of(received)
    files, refused = making.uploads(letter, by=by)
    ticket = actions.file_ticket(
        requester=requester,
        by=by,
        channel=Channel.MAIL,
        queue=received.mailbox.queue if received.mailbox_id and received.mailbox.queue.is_active else None,
        subject=making.subject_of(letter),
        description=making.description_of(letter),
        files=files,
    )
    making.remember_ids(ticket, letter)
    received.left_out = making.names_of(refused)
    _finish(received, ticket, by)
    return ticket


@transaction.atomic
def accept_message(received, *, by):
    """What an outsider wrote into a ticket becomes part of the conversation that everybody concerned reads."""
    received = _lock(received)
    if received.ticket_id is None:
        raise PermissionDenied
    act = Act(received.ticket, by)
    act.require(act.standing.at_desk and can_reply(act.standing))
    if received.state != MailState.UNVERIFIED:
        raise ValidationError(_("This message is accepted already."), code="done")
    Message.objects.filter(pk=received.message_id).update(is_internal=False, kind=MessageKind.REPLY)
    Attachment.objects.of(received.ticket).filter(part=received.message_id).update(is_internal=False)
    act.message = Message.objects.get(pk=received.message_id)
    event = act.finish("accepted")
    making.remember_ids(received.ticket, receiving.letter_of(received))
    notifications.replied(act.ticket, event, act.message)
    received.state = MailState.DONE
    received.save(update_fields=["state"])
    return act.ticket


@transaction.atomic
def lay_aside(received, *, by):
    """Nothing is to be done with it; it stays in the list of what was received."""
    _demand(by, received)
    received = _lock(received)
    if received.state not in (MailState.HELD, MailState.FAILED):
        raise ValidationError(_("There is nothing to lay aside."), code="state")
    received.state, received.reason = MailState.IGNORED, "laid aside"
    received.save(update_fields=["state", "reason"])
    record_event(received, "laid_aside", by=by)


@transaction.atomic
def resume_mailbox(mailbox, *, by):
    """Somebody looked at a restored mailbox; reading goes on, past what is known."""
    if not (can_change_setup(by) and mailbox.institution_id == by.institution_id):
        raise PermissionDenied
    if Mailbox.objects.filter(pk=mailbox.pk).exclude(paused_because="").update(paused_because="", unread_since=None):
        record_event(mailbox, "resumed", by=by)


def _lock(received):
    rows = ReceivedMail.objects.select_for_update(of=("self",)).select_related("ticket", "mailbox__queue", "raw")
    return rows.get(pk=received.pk)


def _demand(by, received):
    if not (sees_received_mail(by) and received.institution_id == by.institution_id):
        raise PermissionDenied


def _finish(received, ticket, by):
    received.state, received.reason, received.ticket, received.opened = MailState.DONE, "accepted", ticket, True
    received.save(update_fields=["state", "reason", "ticket", "opened", "left_out"])
    record_event(received, "accepted", by=by)

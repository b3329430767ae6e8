"""Who may have a file of a ticket: whoever may see the part of the ticket it belongs to."""

from helpdesk import actions
from helpdesk.models import Draft, Message, Ticket
from helpdesk.permissions import must_log_reading, standing_of


def may_download_draft(user, attachment):
    """A file that is not sent yet is its writer's alone."""
    return Draft.objects.filter(pk=attachment.object_id, user=user.pk).exists()


def may_download(user, attachment):
    """Asked at every request. A file of an internal note is for those who see notes; restricted ones leave a line."""
    tickets = Ticket.objects.visible_to(user).select_related("queue").defer("search_text", "description")
    ticket = tickets.filter(pk=attachment.object_id).first()
    if ticket is None:
        return False
    standing = standing_of(user, ticket)
    if _is_internal(attachment) and not standing.sees_notes:
        return False
    if must_log_reading(standing, ticket):
        actions.note_reading(ticket, by=user, part=f"file {attachment.pk}")
    return True


def _is_internal(attachment):
    """Marked so, or brought by a message that is."""
    if attachment.is_internal or attachment.part is None:
        return attachment.is_internal
    return Message.objects.filter(pk=attachment.part, is_internal=True).exists()

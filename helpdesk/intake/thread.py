"""What the head of an outgoing mail needs so that its answer finds the way back into the ticket."""

from django.conf import settings

from helpdesk.intake import signing
from helpdesk.models import Mailbox, MailThread


def headers_of(row, ticket, message=None):
    """Message-ID, In-Reply-To and Reply-To of the mail that outbox row `row` sends about `ticket`.

    message: the one of the ticket it tells of; whoever answers an internal one answers internally.
    """
    host = settings.SITE_URL.split("//")[1].split(":")[0].split("/")[0]
    headers = {"Message-ID": signing.message_id(ticket.pk, message.pk if message else None, row.pk, host)}
    thread = MailThread.objects.filter(ticket=ticket.pk, is_own=True).order_by("-pk")
    if answered := thread.values_list("message_id", flat=True).first():
        headers |= {"In-Reply-To": answered, "References": answered}
    boxes = Mailbox.objects.in_use().filter(institution=ticket.institution_id)
    by_queue = dict(boxes.order_by("-pk").values_list("queue", "address"))
    if address := by_queue.get(ticket.queue_id) or next(iter(by_queue.values()), ""):
        headers["Reply-To"] = address
    return headers

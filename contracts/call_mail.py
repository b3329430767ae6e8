"""The mail that hands a fault to a vendor: what was looked at before it was sent, the chosen files, and the link."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.choices import CallState
from contracts.models import ServiceCall, VendorLink
from contracts.models.feeds import digest
from contracts.notices import CALL
from office import files, mailtexts, outbox
from office.models import Attachment
from ui import text


@outbox.topic(CALL)
def make_call_mail(row):
    """In the language the call was written in. Nothing of a call that was called off, or whose link was revoked."""
    call = ServiceCall.objects.filter(pk=row.about_id).select_related("vendor").first()
    link = VendorLink.objects.filter(pk=row.payload["link"], call=row.about_id).select_related("call").first()
    if call is None or call.state == CallState.CANCELLED or link is None or link.revoked_at is not None:
        return None
    token = link.token()
    if digest(token) != link.digest:  # made under another key of the server: the address would lead nowhere
        raise ValueError("The link of this call cannot be made any more; make a new one on its page.")
    url = settings.SITE_URL + reverse("vendor_page", args=[token])
    return _mail(row, call.number, call.subject, call.text, url, _files(row.payload.get("files", ())))


def _mail(row, number, subject, words, url, attached=()):
    places = {"number": text.isolate(number), "subject": text.isolate_text(subject)}
    lines = [words, mailtexts.say(row, "lead", **places), url]
    why = _("You get this mail because your company serves this device.")
    return outbox.Mail(mailtexts.say(row, "subject", **places), "\n\n".join(lines), why=why, files=attached)


PLACES = {"number": gettext_lazy("number of the call"), "subject": gettext_lazy("subject of the call")}
TEXTS = [
    mailtexts.subject(gettext_lazy("Service call %(number)s: %(subject)s"), needed=("number",), **PLACES),
    mailtexts.Piece(
        "lead",
        gettext_lazy("What the vendor is asked to do"),
        gettext_lazy(
            "Answer on this page, without an account: confirm the receipt, say when you come, report that it is fixed."
        ),
        PLACES,
    ),
]


def sample(row):
    """With an address that leads nowhere."""
    words = _("The printer prints nothing; its display shows an error. It stands in room 12.")
    return _mail(
        row, "CALL-2026-00007", _("The printer prints nothing"), words, settings.SITE_URL + reverse("contracts")
    )


def register_texts():
    mailtexts.register(CALL, TEXTS, sample)


def _files(keys):
    """[(name, media type, path)] of the chosen files; one that is gone meanwhile is left out."""
    rows = Attachment.objects.filter(pk__in=keys, is_internal=False).select_related("blob").order_by("pk")
    return tuple((row.name, row.blob.media_type, files.path_of(row.blob.sha256)) for row in rows)

"""The answer to a mail that is too large to be read: how large it is, how large it may be, and what to do instead."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import UndeliverableAddress
from office import mailtexts, outbox
from ui import text

TOPIC = "mail.too_large"


@outbox.topic(TOPIC)
def make(row):
    """None for an address that takes no mail."""
    if UndeliverableAddress.objects.filter(address=row.address.lower()).exists():
        return None
    facts = row.payload
    answered = facts.get("answers", "")
    headers = {"Auto-Submitted": "auto-replied"}
    if answered:
        headers |= {"In-Reply-To": answered, "References": answered}
    if facts.get("mailbox"):
        headers["Reply-To"] = facts["mailbox"]
    may_sign_in = row.recipient is not None and not row.recipient.is_guest
    return _mail(row, facts["subject"], facts["size"], facts["most"], headers, has_page=may_sign_in)


def _mail(row, subject, size, most, headers, *, has_page):
    places = {
        "subject": text.isolate_text(subject),
        "size": text.isolate_text(text.file_size(size)),
        "limit": text.isolate_text(text.file_size(most)),
    }
    instead = [mailtexts.say(row, "advice", **places)]
    if has_page:
        instead += [_("On this page you can report it without mail:"), settings.SITE_URL + reverse("new_ticket")]
    return outbox.Mail(
        mailtexts.say(row, "subject", **places),
        "\n\n".join([mailtexts.say(row, "lead", **places), *instead]) + "\n",
        headers=headers,
        why=_("You get this mail because you wrote to the help desk."),
    )


# In Arabic it begins with an Arabic word, so that the mail program sets the line from the right.
PLACES = {
    "subject": gettext_lazy("subject of the mail"),
    "size": gettext_lazy("how large it is"),
    "limit": gettext_lazy("how large it may be"),
}
TEXTS = [
    mailtexts.subject(gettext_lazy("Too large to be read: %(subject)s"), **PLACES),
    mailtexts.lead(
        gettext_lazy(
            "Your mail “%(subject)s” is %(size)s large. Only mails of up to %(limit)s are read: nobody has read this "
            "one, and no request was made of it."
        ),
        **PLACES,
    ),
    mailtexts.Piece(
        "advice",
        gettext_lazy("What to do instead"),
        gettext_lazy("Please send it again without the large files, or with smaller ones."),
        PLACES,
    ),
]


def sample(row):
    return _mail(row, _("The printer prints nothing"), 33_000_000, 25 * 1024 * 1024, {}, has_page=True)


def register():
    mailtexts.register(TOPIC, TEXTS, sample)

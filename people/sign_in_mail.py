"""Mails about signing in. The outbox row holds only who and which kind: link and text are made when the mail leaves."""

import uuid
from datetime import timedelta

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import mailtexts, outbox
from office.models import OutboxRow
from office.outbox import Mail
from people.models import User
from ui import text

LINK_HOLDS = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
LINKS_AN_HOUR = 5
NOTICES = {
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_changed",
    "account/email/password_reset": "password_changed",
    "mfa/email/totp_activated": "second_step_on",
    "mfa/email/totp_deactivated": "second_step_off",
    "mfa/email/recovery_codes_generated": "recovery_codes",
}


def owe(template_prefix, email, context):
    """What allauth calls instead of sending: owe the reader of `context["user"]` a notice, once per act."""
    notice = NOTICES.get(template_prefix)
    if notice and email:
        owe_notice(context["user"], notice, address=email)


def owe_notice(person, notice, address=""):
    """Tell a person that something about her sign-in changed; `address` is where, her own unless given."""
    key = f"sign_in:{notice}:{person.pk}:{uuid.uuid4()}"
    return outbox.enqueue("sign_in.notice", to=person, address=address, key=key, payload={"notice": notice}, urgency=1)


def owe_link(person):
    """Owe the link by which a person chooses a new password; at most 5 an hour for one account.

    The row holds no link: `reset_link` makes it when the mail leaves, and it works for an hour from then.
    """
    since = timezone.now() - timedelta(hours=1)
    owed = OutboxRow.objects.filter(recipient=person, topic="sign_in.link", queued_at__gt=since)
    if owed.count() >= LINKS_AN_HOUR:
        return None
    key = f"sign_in:link:{person.pk}:{uuid.uuid4()}"
    return outbox.enqueue("sign_in.link", to=person, key=key, urgency=0, expires_in=LINK_HOLDS)


def owe_welcome(person):
    """Tell a new colleague the user name and where to choose a password; holds nothing secret, so it never expires."""
    return outbox.enqueue("sign_in.welcome", to=person, key=f"sign_in:welcome:{person.pk}", urgency=2)


def reset_link(person):
    """The address that lets its reader choose a new password; always on SITE_URL, whatever the request said."""
    uid, token = user_pk_to_url_str(person), default_token_generator.make_token(person)
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


@outbox.topic("sign_in.link")
def make_link(row):
    person = User.objects.active().filter(pk=row.recipient_id, email__iexact=row.address).first()
    if person is None:
        return None
    return _link_mail(row, person, reset_link(person))


def _link_mail(row, person, link):
    minutes = int(LINK_HOLDS.total_seconds() // 60)
    lines = [
        *_greeting(row, person),
        _("Open this address within %(minutes)d minutes and choose one:") % {"minutes": minutes},
        link,
        _("If you did not ask, do nothing: your password stays as it is."),
    ]
    why = _("You get this mail because somebody asked for a new password for your account.")
    return Mail(mailtexts.say(row, "subject"), "\n\n".join(lines), why=why)


def _greeting(row, person):
    """Its first two sentences, which may be put otherwise."""
    places = {"name": text.isolate_text(person.name), "username": text.isolate(person.username)}
    return [mailtexts.say(row, "greeting", **places), mailtexts.say(row, "lead", **places)]


@outbox.topic("sign_in.welcome")
def make_welcome(row):
    person = row.recipient
    lines = [
        *_greeting(row, person),
        _("To choose your password, open this address and type your user name; a link will come by mail:"),
        settings.SITE_URL + reverse("account_reset_password"),
    ]
    why = _("You get this mail because an account was made for you.")
    return Mail(mailtexts.say(row, "subject"), "\n\n".join(lines), why=why)


@outbox.topic("sign_in.notice")
def make_notice(row):
    subject, sentence = _notice(row.payload["notice"])
    lines = [
        _("Hello %(name)s,") % {"name": text.isolate_text(row.recipient.name)},
        sentence % {"time": text.isolate_text(text.day_time(row.queued_at))},
        _("If this was not you, tell the help desk at once."),
    ]
    why = _("You get this mail whenever something about your sign-in changes; it cannot be stopped.")
    return Mail(subject, "\n\n".join(lines), why=why)


def _notice(notice):
    """(subject, sentence with %(time)s) in the reader's language."""
    return {
        "password_changed": (_("Your password was changed"), _("your password was changed on %(time)s.")),
        "second_step_on": (_("Two-step sign-in is on"), _("two-step sign-in was switched on, on %(time)s.")),
        "second_step_off": (_("Two-step sign-in is off"), _("two-step sign-in was switched off, on %(time)s.")),
        "recovery_codes": (_("New recovery codes"), _("new recovery codes were made on %(time)s.")),
        "address_changed": (
            _("Your mail address was changed"),
            _("on %(time)s the administration put another mail address in the place of this one."),
        ),
    }[notice]


PLACES = {"name": gettext_lazy("name of the reader"), "username": gettext_lazy("user name")}
GREETING = mailtexts.Piece("greeting", gettext_lazy("Greeting"), gettext_lazy("Hello %(name)s,"), PLACES)
LINK = [
    mailtexts.subject(gettext_lazy("A new password for the help desk")),
    GREETING,
    mailtexts.lead(
        gettext_lazy("somebody, most likely you, asked for a new password for your account %(username)s."), **PLACES
    ),
]
WELCOME = [
    mailtexts.subject(gettext_lazy("Your account at the help desk")),
    GREETING,
    mailtexts.lead(gettext_lazy("you have an account at the help desk. Your user name is %(username)s."), **PLACES),
]


def sample_link(row):
    """With a link that leads nowhere: one that works is made only when the mail leaves."""
    return _link_mail(row, row.recipient, settings.SITE_URL + reverse("account_reset_password"))


def sample_notice(row):
    row.payload = {"notice": "password_changed"}
    return make_notice(row)


def register_texts():
    mailtexts.register("sign_in.link", LINK, sample_link)
    mailtexts.register("sign_in.welcome", WELCOME, make_welcome)
    mailtexts.register("sign_in.notice", [], sample_notice)

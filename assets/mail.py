"""Mails about custody: to the receiver who has yet to confirm, to the giver when the receiver disputes."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Custody
from assets.permissions import can_answer, can_edit
from office import mailtexts, outbox
from office.views_outbox import name_topic
from ui import text

TO_CONFIRM, DISPUTED = "custody.to_confirm", "custody.disputed"


def ask_to_confirm(custody):
    """Owe the receiver the question whether she has it."""
    outbox.enqueue(
        TO_CONFIRM, to=custody.person, about=custody.asset, key=f"{TO_CONFIRM}:{custody.pk}", payload=_of(custody)
    )


def tell_of_dispute(custody):
    """Owe whoever handed it over the news that the receiver disputes."""
    if custody.handed_by_id and custody.handed_by_id != custody.person_id:
        outbox.enqueue(
            DISPUTED, to=custody.handed_by, about=custody.asset, key=f"{DISPUTED}:{custody.pk}", payload=_of(custody)
        )


def _of(custody):
    return {"custody": custody.pk}


@outbox.topic(TO_CONFIRM)
def make_question(row):
    """None when the custody ended or was answered meanwhile."""
    custody = _custody(row)
    if custody is None or not can_answer(row.recipient, custody):
        return None
    return _question(row, custody.asset)


def _question(row, asset):
    asset = text.isolate_text(asset)
    return _mail(
        why=_("You get this mail because a device was handed over to you."),
        subject=mailtexts.say(row, "subject", asset=asset),
        lines=[
            mailtexts.say(row, "lead", asset=asset),
            _("Please confirm that you have it, or say what is not right."),
        ],
        url=reverse("my_devices"),
    )


@outbox.topic(DISPUTED)
def make_dispute(row):
    """None when it was settled meanwhile, or the reader keeps the register no more."""
    custody = _custody(row)
    if custody is None or not custody.is_in_dispute or not can_edit(row.recipient, custody.asset):
        return None
    words = {"asset": text.isolate_text(custody.asset), "person": text.isolate_text(custody.holder)}
    return _dispute(row, words, custody.answer_note, custody.asset.get_absolute_url())


def _dispute(row, words, note, url):
    lines = [mailtexts.say(row, "lead", **words)]
    if note:
        lines.append(text.isolate_text(note))
    why = _("You get this mail because you handed this device over.")
    return _mail(subject=mailtexts.say(row, "subject", **words), lines=lines, url=url, why=why)


def _custody(row):
    rows = Custody.objects.select_related("asset__category", "asset__model__manufacturer", "person", "unit", "vendor")
    return rows.filter(pk=row.payload.get("custody")).first()


def _mail(subject, lines, url, why):
    link = settings.SITE_URL + url
    body = "\n\n".join([*lines, text.isolate(link)])
    return outbox.Mail(subject, body, render_to_string("assets/mail.html", {"lines": lines, "link": link}), why=why)


name_topic(TO_CONFIRM, gettext_lazy("Question whether a device arrived"))
name_topic(DISPUTED, gettext_lazy("Custody in dispute"))

ASSET, PERSON = gettext_lazy("the device"), gettext_lazy("who holds it")
mailtexts.register(
    TO_CONFIRM,
    [
        mailtexts.subject(gettext_lazy("Handed over to you: %(asset)s"), asset=ASSET),
        mailtexts.lead(gettext_lazy("A device was handed over to you: %(asset)s."), asset=ASSET),
    ],
    lambda row: _question(row, _("Laptop AST-0042")),
)
mailtexts.register(
    DISPUTED,
    [
        mailtexts.subject(gettext_lazy("In dispute: %(asset)s"), asset=ASSET),
        mailtexts.lead(
            gettext_lazy("%(person)s does not confirm the receipt of %(asset)s."), asset=ASSET, person=PERSON
        ),
    ],
    lambda row: _dispute(row, _sample_words(), "", "/assets/"),
)


def _sample_words():
    return {"asset": text.isolate_text(_("Laptop AST-0042")), "person": text.isolate_text(_("Amal Haddad"))}

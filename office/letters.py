"""The one form of every mail: the institution on top, what a room has to say, and at the foot why one got it.

A topic says what it has to say (`Mail`); `finish` puts it into the frame, in HTML and in text, and adds the link by
which the reader stops mails of this kind, where the room says that they may be stopped.
"""

import re
from dataclasses import replace
from types import SimpleNamespace

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from office import mailtexts, stopping
from ui import text
from ui.branding import branding_of

HOUSE_COLOUR = "#0d6372"
LINK = re.compile(r"https?://\S+")


def finish(row, mail):
    """The mail of an outbox row as it leaves: framed, in the language that is active, with the links of its foot."""
    house = branding_of(SimpleNamespace(user=row.recipient))
    why = mail.why or _("You get this mail because you have an account at the help desk.")
    stop_url = stopping.link(row.recipient_id, *mail.stop) if mail.stop and row.recipient_id else ""
    stop_words = stopping.words(mail.stop[0]) if stop_url else ""
    opening, closing = (_said(row, name, house.name) for name in ("opening", "closing"))
    frame = {
        "subject": mail.subject,
        "opening": _blocks(opening),
        "closing": _blocks(closing),
        "content": mail.html,
        "paragraphs": [] if mail.html else [_paragraph(words) for words in mail.text.strip().split("\n\n")],
        "house": house.name,
        "colour": house.accent or HOUSE_COLOUR,
        "why": why,
        "stop_url": stop_url,
        "stop_words": stop_words,
        "language": text.language(),
        "direction": text.direction(),
        "align": "right" if text.direction() == "rtl" else "left",
    }
    words = "\n\n".join(filter(None, (opening, mail.text.strip(), closing)))
    return replace(
        mail,
        text=_plain(words, house.name, why, stop_words, stop_url),
        html=render_to_string("office/mail.html", frame),
        headers=mail.headers | (_stop_headers(stop_url) if stop_url else {}),
    )


def _said(row, name, house):
    """The opening or the closing that the institution chose, "" where it chose none."""
    reader = text.isolate_text(row.recipient.name) if row.recipient else ""
    return mailtexts.say(row, name, name=reader, house=text.isolate_text(house)).strip()


def _blocks(words):
    return [block for block in words.replace("\r\n", "\n").split("\n\n") if block.strip()]


def _plain(words, house, why, stop_words, stop_url):
    """The text with its foot; the line of two hyphens and a space is what mail programs cut off when answering."""
    foot = ["-- ", text.isolate_text(house), why]
    if stop_url:
        foot += [stop_words, text.isolate(stop_url)]
    return words.rstrip() + "\n\n" + "\n".join(foot) + "\n"


def _paragraph(words):
    """(words, "") or ("", address) of a paragraph of a mail that was written as text alone."""
    bare = text.strip_bidi(words).strip()
    return ("", bare) if LINK.fullmatch(bare) else (words, "")


def _stop_headers(url):
    """RFC 8058: a mail program may stop them at one press, by POST; fetching the address changes nothing."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

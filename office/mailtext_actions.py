"""Changing the words of the mails of an institution."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from office import mailtexts
from office.events import record_event
from office.models import MailWording
from office.permissions import can_change_mail_texts
from ui.forms import Conflict


@transaction.atomic
def change_words(topic, words, *, by, version=None):
    """Keep {"ar": {piece: text}, "en": {...}}; an empty text, or the house's own, is none.

    version: of the wording that was seen, 0 where there was none. Conflict when somebody saved since.
    """
    if not can_change_mail_texts(by):
        raise PermissionDenied
    row, _made = MailWording.objects.get_or_create(scope=by.institution_id, topic=topic, defaults={"version": 0})
    row = MailWording.objects.select_for_update().get(pk=row.pk)
    if version is not None and row.version != version:
        raise Conflict([])
    chosen = {language: _kept(topic, language, words.get(language, {})) for language in mailtexts.LANGUAGES}
    changes = _changes(row.words, chosen)
    if changes:
        row.words, row.version = chosen, row.version + 1
        row.save()
        record_event(row, "changed", by=by, changes=changes)
    return row


def _kept(topic, language, typed):
    kept = {}
    for piece in mailtexts.pieces_of(topic):
        text = typed.get(piece.name, "").strip()
        mailtexts.check(piece, text)
        if text and text != piece.in_braces(language):
            kept[piece.name] = text
    return kept


def _changes(before, after):
    pairs = {}
    for language in mailtexts.LANGUAGES:
        old, new = before.get(language, {}), after[language]
        for name in sorted({*old, *new}):
            if old.get(name, "") != new.get(name, ""):
                pairs[f"{name}_{language}"] = [old.get(name, ""), new.get(name, "")]
    return pairs

"""The box in which a message is written, as a page draws it: what stands in it, under which names, and what is wrong.

An empty one is drawn without making a form, since most pages are only read.
"""

import uuid
from dataclasses import dataclass

from helpdesk.choices import SOLVED_BY

SHOWN = ("text", "files", "call_end")  # fields that have a place of their own for what is wrong with them


@dataclass(frozen=True)
class Box:
    """prefix: of the form's fields, "" for none."""

    prefix: str = ""
    text: str = ""
    key: str = ""
    text_errors: tuple = ()
    file_errors: tuple = ()
    other_errors: tuple = ()
    call_end: str = ""  # what is chosen for the vendor's call
    call_errors: tuple = ()
    files: tuple = ()  # of the draft
    kept: tuple = ()  # of the try before
    problem: str = ""  # why the draft did not leave
    unread: tuple = ()  # what somebody wrote meanwhile
    passage: str = ""  # of an internal note, that stands in the text

    @property
    def names(self):
        """Prefix of the names of the fields."""
        return f"{self.prefix}-" if self.prefix else ""

    @property
    def errors(self):
        return bool(self.text_errors or self.file_errors or self.call_errors or self.other_errors)

    @property
    def call_ends(self):
        """[(value, words, whether it is chosen)] of what may become of the vendor's call when this is the solution."""
        return [(end.value, end.label, end.value == self.call_end) for end in SOLVED_BY]


def empty_box(prefix="", draft=None):
    """An empty one, or with what a draft keeps."""
    key = str(uuid.uuid4())
    if draft is None:
        return Box(prefix=prefix, key=key)
    return Box(prefix=prefix, key=key, text=draft.text, files=tuple(draft.files), **_of(draft))


def _of(draft):
    return {"problem": draft.problem, "call_end": draft.call_end}


def box_of(form, draft=None, refusal=None):
    """The box of a form that was refused, as it was typed, with the files its draft keeps."""
    return Box(
        prefix=form.prefix or "",
        text=form["text"].value() or "",
        key=str(form["form_key"].value() or uuid.uuid4()),
        text_errors=tuple(form.errors.get("text", ())),
        file_errors=tuple(form.errors.get("files", ())),
        other_errors=tuple(words for name in form.errors if name not in SHOWN for words in form.errors[name]),
        files=tuple(draft.files) if draft else (),
        kept=tuple(getattr(form.fields["files"], "kept", ())),
        call_end=form["call_end"].value() or "" if "call_end" in form.fields else "",
        call_errors=tuple(form.errors.get("call_end", ())),
        unread=tuple(getattr(refusal, "said", ())),
        passage=getattr(refusal, "passage", ""),
    )

"""Files of a form that was refused, kept for its next try, so that nobody chooses them again.

Nothing is stored here: whoever can says so with `keep_by`. A page calls `take_in` when it has read a form, `hold`
before it draws it again, and `let_go` when the form was taken.
"""

import uuid

from django import forms

_keeper = None


def keep_by(keeper):
    """Let `keeper` keep them: `find(user, key, field, tokens)`, `hold(user, key, field, file)` and `drop(user, key)`.

    `find` and `hold` give files with a `token`; `hold` gives None for one that no try would get through.
    """
    global _keeper
    _keeper = keeper


def take_in(form, user):
    """Add to the files that came with `form` those kept from the try before, but the ones unticked meanwhile."""
    for name in _file_fields(form):
        key, place = _key_of(form), form.add_prefix(name)
        tokens = form.data.getlist(f"{place}-kept") if key and hasattr(form.data, "getlist") else []
        kept = _keeper.find(user, key, place, tokens) if tokens and user.is_authenticated else []
        if kept:
            form.files = form.files.copy()
            form.files.setlist(place, [*kept, *form.files.getlist(place)])
    return form


def hold(form, user):
    """Keep what came with a refused form; the page names it beside the box (`field.field.kept`)."""
    key = _key_of(form)
    for name in _file_fields(form) if key and user.is_authenticated else ():
        place, field = form.add_prefix(name), form.fields[name]
        files = [file for file in form.files.getlist(place) if file]
        if not getattr(field.widget, "allow_multiple_selected", False):
            files = files[-1:]
        kept = [file if hasattr(file, "token") else _keeper.hold(user, key, place, file) for file in files]
        field.kept = [file for file in kept if file]


def let_go(form, user):
    """The form was taken: what was kept for it is of no use any more. One that kept nothing costs no statement."""
    places = [f"{form.add_prefix(name)}-kept" for name in _file_fields(form)]
    if user.is_authenticated and any(place in form.data for place in places) and (key := _key_of(form)):
        _keeper.drop(user, key)


def _file_fields(form):
    if _keeper is None or not form.is_bound or not hasattr(form.files, "getlist"):
        return []
    return [name for name, field in form.fields.items() if isinstance(field, forms.FileField)]


def _key_of(form):
    try:
        return uuid.UUID(form.data.get(form.add_prefix("form_key")) or "")
    except ValueError:
        return None

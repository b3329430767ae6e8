"""Views of a list that a reader saved under a name: its filters, order, columns and words, as the address has them.

They belong to one person; a user model without `get_saved_views` has none.
"""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from ui import text

MOST, LONGEST, LONGEST_ADDRESS = 30, 60, 2000
NOT_KEPT = dict.fromkeys(("after", "before", "form", "count", "export"))


def views_of(page):
    """[{name, url, is_shown}] of the reader's views of this list, by name; None where nobody can keep any."""
    read = getattr(page.request.user, "get_saved_views", None)
    if read is None:
        return None
    shown = page.query.url(**NOT_KEPT)
    return [{"name": name, "url": url, "is_shown": url == shown} for name, url in sorted(read(page.name).items())]


def change(page):
    """Save what is shown under a name, or drop a view, as the posted form says; answers with the list again."""
    request = page.request
    if hasattr(request.user, "set_saved_views"):
        saved = dict(request.user.get_saved_views(page.name))
        if "drop_view" in request.POST:
            _drop(request, saved)
        else:
            _save(page, request, saved)
        request.user.set_saved_views(page.name, saved)
    return HttpResponseRedirect(page.query.url(**NOT_KEPT))


def _drop(request, saved):
    if saved.pop(request.POST["drop_view"], None) is not None:
        messages.success(request, _("The view is deleted."))


def _save(page, request, saved):
    name = text.one_line(text.strip_bidi(request.POST.get("view_name", "")))[:LONGEST]
    address = page.query.url(**NOT_KEPT)
    if not name:
        messages.warning(request, _("Give the view a name."))
    elif len(address) > LONGEST_ADDRESS:
        messages.warning(request, _("The filter is too long to be saved."))
    elif len(saved) >= MOST and name not in saved:
        messages.warning(
            request, _("At most %(most)d views of one list can be saved. Delete one first.") % {"most": MOST}
        )
    else:
        saved[name] = address
        messages.success(request, _("The view is saved as “%(name)s”.") % {"name": text.isolate_text(name)})

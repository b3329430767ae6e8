"""Views of a list under a name: its filters, order, columns and words, as the address has them.

Those a reader saved belong to one person; a user model without `get_saved_views` has none. Those a list ships with are
everybody's, in either language; whoever does not want one hides it, and has it back when she wants.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from ui import text

MOST, LONGEST, LONGEST_ADDRESS = 30, 60, 2000
NOT_KEPT = dict.fromkeys(("after", "before", "form", "count", "export"))


@dataclass(frozen=True)
class Shipped:
    """A view that a list comes with. query: what its address asks for; path: of another address of the same list."""

    key: str
    words: Any
    query: dict
    path: str = ""

    def url(self, page):
        return f"{self.path or page.query.path}?{urlencode(self.query, doseq=True)}"


def views_of(page):
    """[{name, url, is_shown, key}] of this list: those it ships with, then the reader's own by name.

    key: of a shipped one, "" of her own. None where nobody can keep any.
    """
    read = getattr(page.request.user, "get_saved_views", None)
    if read is None:
        return None
    shown, hidden = page.query.url(**NOT_KEPT), read(_hidden(page))
    ours = [(view.words, view.url(page), view.key) for view in page.shipped_views if view.key not in hidden]
    own = [(name, url, "") for name, url in sorted(read(page.name).items())]
    return [{"name": name, "url": url, "is_shown": url == shown, "key": key} for name, url, key in ours + own]


def hidden_in(page):
    """How many of the views that this list ships with the reader does not want to see."""
    read = getattr(page.request.user, "get_saved_views", None)
    return len({view.key for view in page.shipped_views} & set(read(_hidden(page)))) if read else 0


def _hidden(page):
    return f"{page.name}:hidden"


def change(page):
    """Save what is shown under a name, or drop a view, as the posted form says; answers with the list again."""
    request = page.request
    if hasattr(request.user, "set_saved_views") and not _hide(page, request):
        saved = dict(request.user.get_saved_views(page.name))
        if "drop_view" in request.POST:
            _drop(request, saved)
        else:
            _save(page, request, saved)
        request.user.set_saved_views(page.name, saved)
    return HttpResponseRedirect(page.query.url(**NOT_KEPT))


def _hide(page, request):
    """Hide a view that the list ships with, or show them all again; whether one of the two was asked for."""
    if "hide_view" not in request.POST:
        return False
    key, hidden = request.POST["hide_view"], dict(request.user.get_saved_views(_hidden(page)))
    if not key:
        request.user.set_saved_views(_hidden(page), {})
        messages.success(request, _("All views are shown again."))
    elif key in {view.key for view in page.shipped_views}:
        request.user.set_saved_views(_hidden(page), hidden | {key: ""})
        messages.success(request, _("The view is hidden; it can be shown again from the same menu."))
    return True


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

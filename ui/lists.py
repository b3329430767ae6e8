"""The one list page: filter, sort, choose columns, page, count, export, and act on many rows at once.

    class AssetList(ListPage):
        name = "assets"
        title = _("Assets")
        table_class = AssetTable
        filterset_class = AssetFilter
        orderings = {"tag": ("asset_tag",), "ends": ("warranty_end", "asset_tag")}
        default_sort = "tag"

        def get_queryset(self):
            return Asset.objects.visible_to(self.request.user).for_list()

A word in the address that means nothing (sort, size, column, filter, cursor) is left out and named in a chip above the
rows.
"""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import classonlymethod
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from ui import drawing, export, keyset, saved
from ui.filtering import Filtering
from ui.query import Query
from ui.registry import list_columns

SIZES = (25, 50, 100, 200)
RESERVED = {"sort", "after", "before", "size", "columns", "q", "form", "count", "export", "all"}
NOT_KEPT = RESERVED - {"sort", "q"}  # of an address that a reader wants to begin with
LONGEST_BEGIN = 1000
EXPORT_CHUNK = 500
_prepare_large = None


def prepare_large_by(prepare):
    """Say who takes the exports too large for a request: prepare(request, kind, title) -> response."""
    global _prepare_large
    _prepare_large = prepare


@dataclass(frozen=True)
class BulkAction:
    """A button of the bar that appears when rows are selected.

    The list's method `bulk_<name>(queryset, data)` does it and returns a sentence for the toast; queryset holds the
    selected rows that the reader may see, data the cleaned values of form_class. allowed(user): whether the button
    shows and works.
    """

    name: str
    title: Any
    icon: str = ""
    form_class: Any = None
    allowed: Any = field(default=lambda user: True)


class ListPage(View):
    """Base of every list; what a list declares stands in the attributes."""

    name = ""
    title = ""
    table_class = None
    filterset_class = None
    orderings = {}  # key -> tuple of indexed field paths, "-" before one that runs down
    default_sort = ""
    shipped_views = ()  # of saved.Shipped: views that everybody finds in the menu
    search = False
    search_label = _("Search this list")
    bulk_actions = ()
    create_url = None  # (url, label) of the first step, see get_create
    empty_icon = "inbox"
    empty_text = _("Nothing here yet.")
    template_name = "ui/list.html"
    breadcrumbs = ()
    http_method_names = ["get", "head", "post", "options"]

    # What a list may say

    def allowed(self, request):
        """Whether this reader has this list at all; otherwise it does not exist."""
        return True

    def get_queryset(self):
        raise NotImplementedError

    def search_queryset(self, queryset, words):
        """Rows that match what was typed; a list with `search = True` says how."""
        raise NotImplementedError

    def get_create(self):
        """(url, label) of the button that adds a row, None for a reader who may not."""
        return self.create_url

    def get_count(self, queryset):
        return queryset.count()

    def count_words(self, count):
        return ngettext("%(count)s row", "%(count)s rows", count) % {"count": f"{count:,}"}

    def on_large_export(self, request, kind, queryset):
        """A response when so many rows should be written by a job; None writes them at once."""
        return _prepare_large(request, kind, str(self.title)) if _prepare_large else None

    def get_context(self, **context):
        """Extra words for the template."""
        return context

    # The page

    @classonlymethod
    def as_view(cls, **initkwargs):
        view = super().as_view(**initkwargs)
        view.list_class = cls
        return view

    def dispatch(self, request, *args, **kwargs):
        if not self.allowed(request):
            raise Http404
        self.read_request(request)
        return super().dispatch(request, *args, **kwargs)

    def read_request(self, request):
        self.warnings = []
        self.preference = self._preference(request)
        self.begin = self._begin()
        asked = request.GET.copy()
        asked.pop("all", None)
        self.query = Query(asked, path=request.path, empty="all=1" if self.begin else "")
        self.table = self.table_class(request=request)
        self.sort = self._sort()
        self.size = self._size()
        self.added = [column for column in list_columns.on(self.name) if column.allowed(request.user)]
        self.filtering = Filtering(self.filterset_class, request, self.query, RESERVED, self.get_queryset)
        self.words = " ".join(request.GET.get("q", "").split())[:200] if self.search else ""

    def get(self, request, *args, **kwargs):
        if self.begin and not request.GET:
            return HttpResponseRedirect(f"{request.path}?{self.begin}")
        if request.GET.get("form") and self.filterset_class:
            return self.filter_form()
        if request.GET.get("count"):
            return HttpResponse(self.count_words(self.get_count(self.filtered())))
        if kind := request.GET.get("export"):
            if kind in export.FORMATS:
                return self.export(kind)
            self.warn(gettext("export"), kind)
        return self.page()

    def filtered(self):
        queryset = self.get_queryset()
        if self.words:
            queryset = self.search_queryset(queryset, self.words)
        return self.filtering.narrow(queryset)

    def get_rows(self):
        """What a page is cut from: the filtered queryset, or a `keyset.Written` that knows the busiest part of it."""
        return self.filtered()

    def ordering(self):
        key = self.sort.lstrip("-")
        if self.sort in self.orderings:
            return self.orderings[self.sort]
        return keyset.reversed_ordering(self.orderings[key])

    def page(self):
        page = self._fetch_page(self.get_rows())
        context = self._context(page)
        fragment = getattr(self.request, "htmx", False) and self.request.htmx.target == "list"
        return render(self.request, "ui/_list.html" if fragment else self.template_name, context)

    def _fetch_page(self, queryset):
        cursor, before = self.request.GET.get("after"), False
        if not cursor:
            cursor, before = self.request.GET.get("before"), True
        order = f"{self.name}:{self.sort}"
        if cursor:
            try:
                page = keyset.page(queryset, self.ordering(), self.size, cursor=cursor, before=before, name=order)
                if page.rows:
                    return page
            except keyset.BadCursor:
                self.warn(gettext("page"))
        return keyset.page(queryset, self.ordering(), self.size, name=order)

    def _context(self, page):
        narrowed = bool(self.words or self.filtering.active)
        columns = self.columns()
        self.warnings += self.filtering.warnings
        return self.get_context(
            list=self,
            title=self.title,
            breadcrumbs=self.breadcrumbs,
            head=drawing.head(self, columns),
            rows=drawing.rows(self, page.rows, columns),
            page=page,
            is_empty=not page.rows,
            is_narrowed=narrowed,
            chips=self._chips(),
            bulk=[action for action in self.bulk_actions if action.allowed(self.request.user)] if page.rows else [],
            create=self.get_create(),
            previous_url=page.previous and self.query.url(before=page.previous, after=None),
            next_url=page.next and self.query.url(after=page.next, before=None),
            clear_url=self.query.only("sort", "size", "columns"),
            form_url=self.query.url(form=1, after=None, before=None) if self.filterset_class else None,
            xlsx_url=self.query.url(export="xlsx", after=None, before=None),
            csv_url=self.query.url(export="csv", after=None, before=None),
            kept=self.query.without_pairs("q", "after", "before"),
            count_url=self.query.url(count=1, after=None, before=None),
            sizes=SIZES,
            standing=self._standing(),
            begins_here=bool(self.begin) and self.begin == self._standing(),
            column_choices=self._column_choices(columns),
            saved_views=saved.views_of(self),
            hidden_views=saved.hidden_in(self),
        )

    # Columns

    def columns(self):
        """[(name, header, ListColumn or None)] shown to this reader, the first one always."""
        every = self._every_column()
        asked = self.request.GET.get("columns", "").split(",")
        if unknown := [name for name in asked if name and name not in every]:
            self.warn(gettext("columns"), ", ".join(unknown))
        liked = self.preference.get("columns") or ()
        wanted = {*asked} & {*every} or {*liked} & {*every} or self._default_columns(every)
        first = next(iter(every))
        return [(name, *every[name]) for name in every if name in wanted or name == first]

    def _every_column(self):
        own = {name: (column.header or name, None) for name, column in self.table.own_columns().items()}
        return own | {column.name: (column.title, column) for column in self.added}

    def _default_columns(self, every):
        added = [column.name for column in self.added if column.visible]
        own = self.table.default_columns or [name for name, c in self.table.own_columns().items() if c.visible]
        return [*own, *added]

    def _column_choices(self, columns):
        shown = {name for name, *_rest in columns}
        first = columns[0][0]
        return [(name, header, name in shown) for name, (header, _c) in self._every_column().items() if name != first]

    # What narrows it

    def _chips(self):
        chips = list(self.filtering.chips)
        if self.words:
            label = gettext("Search")
            chips.insert(
                0, {"label": label, "value": self.words, "url": self.query.url(q=None, after=None, before=None)}
            )
        return chips

    def warn(self, what, value=""):
        self.warnings.append({"label": str(what), "value": str(value)[:60]})

    def _sort(self):
        asked = self.request.GET.get("sort")
        if asked and (asked in self.orderings or asked.removeprefix("-") in self.orderings):
            return asked
        if asked:
            self.warn(gettext("order"), asked)
        return self.default_sort or next(iter(self.orderings))

    def _size(self):
        asked = self.request.GET.get("size")
        if asked:
            if asked.isascii() and asked.isdigit() and int(asked[:9]) in SIZES:
                return int(asked)
            self.warn(gettext("rows on a page"), asked)
        size = self.preference.get("size")
        return size if size in SIZES else SIZES[0]

    def filter_form(self):
        context = {
            "list": self,
            "form": self.filtering.form,
            "kept": self.query.pairs("sort", "size", "columns", "q"),
            "clear_url": self.query.only("sort", "size", "columns", "q"),
        }
        fragment = getattr(self.request, "htmx", False)
        return render(self.request, "ui/_list_filter.html" if fragment else "ui/list_filter.html", context)

    # Sheets

    def export(self, kind):
        queryset = keyset.ordered(self.filtered(), self.ordering())
        limit = getattr(settings, "EXPORT_DIRECT_ROWS", 5000)
        if queryset.order_by()[limit : limit + 1].exists() and (
            answer := self.on_large_export(self.request, kind, queryset)
        ):
            return answer
        columns = self.columns()
        headers = [str(header) for _name, header, _added in columns]
        return export.respond(kind, str(self.title), headers, self.values(queryset, columns), str(self.title))

    def values(self, queryset, columns):
        """Rows of plain values, a chunk of records at a time."""
        records = queryset.iterator(chunk_size=EXPORT_CHUNK)
        while chunk := list(islice(records, EXPORT_CHUNK)):
            yield from self.lines(chunk, columns)

    def lines(self, chunk, columns):
        """The values of some records."""
        readers = [self._reader(name, added, chunk) for name, _header, added in columns]
        for record in chunk:
            yield [read(record) for read in readers]

    def _reader(self, name, added, chunk):
        if not added:
            return self.table.value(name)
        data = added.fetch(chunk, self.request.user)
        show = added.value or added.cell
        return lambda record: show(record, data.get(record.pk))

    # What is posted: columns and size, a view to be kept, or an act on many rows

    def post(self, request, *args, **kwargs):
        if "preferences" in request.POST:
            return self._remember(request)
        if {"save_view", "drop_view", "hide_view"} & set(request.POST):
            return saved.change(self)
        return self._bulk(request)

    def _preference(self, request):
        read = getattr(request.user, "get_list_preference", None)
        return (read(self.name) if read else None) or {}

    def _begin(self):
        """The query with which this reader wants this address to begin; "" for as it comes."""
        kept = self.preference.get("begin") or {}
        return kept.get("query", "") if kept.get("path") == self.request.path else ""

    def _standing(self):
        """Order, filters and words of this address as a query."""
        return self.query.without(NOT_KEPT).partition("?")[2].removeprefix("all=1")[:LONGEST_BEGIN]

    def _remember(self, request):
        every = self._every_column()
        chosen = [name for name in request.POST.getlist("columns") if name in every]
        size = request.POST.get("size", "")
        preference = {"columns": chosen, "size": int(size) if size in map(str, SIZES) else SIZES[0]}
        kept = self.preference.get("begin") or {}
        if "begin" in request.POST and (standing := self._standing()):
            preference["begin"] = {"path": request.path, "query": standing}
        elif kept and kept.get("path") != request.path:
            preference["begin"] = kept
        if "reset" in request.POST:
            preference = {}
        if hasattr(request.user, "set_list_preference"):
            request.user.set_list_preference(self.name, preference)
        return HttpResponseRedirect(self.query.url(columns=None, size=None, after=None, before=None))

    def _bulk(self, request):
        action = next((action for action in self.bulk_actions if action.name == request.POST.get("action")), None)
        if action is None:
            raise Http404
        if not action.allowed(request.user):
            raise PermissionDenied
        selected = [
            pk for pk in request.POST.getlist("selected")[: SIZES[-1]] if pk.isascii() and pk.isdigit() and len(pk) < 19
        ]
        queryset = self.get_queryset().filter(pk__in=selected)
        back = HttpResponseRedirect(self.query.url())
        if not selected:
            messages.warning(request, gettext("Select at least one row first."))
            return back
        data = {}
        if action.form_class:
            form = action.form_class(
                request.POST if "confirmed" in request.POST else None, **self.bulk_form_arguments(action)
            )
            if not form.is_valid():
                return render(request, "ui/list_bulk.html", self._bulk_context(action, form, selected))
            data = form.cleaned_data
        if sentence := getattr(self, f"bulk_{action.name}")(queryset, data):
            messages.success(request, sentence)
        return back

    def bulk_form_arguments(self, action):
        return {}

    def _bulk_context(self, action, form, selected):
        count = len(selected)
        words = ngettext("%(count)d row selected", "%(count)d rows selected", count) % {"count": count}
        return {"list": self, "action": action, "form": form, "selected": selected, "count_words": words}

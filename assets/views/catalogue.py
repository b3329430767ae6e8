"""Set-up of the catalogue: lists, forms and pages of categories, manufacturers, models and locations."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assets import setup_forms as forms
from assets import tables
from assets.actions import catalogue as actions
from assets.filters import ModelFilter
from assets.models import Asset, AssetCategory, AssetModel, Location, Manufacturer
from assets.permissions import can_change_setup, sees_setup
from office import search
from office.fold import fold
from office.history import history_of
from office.once import made_before, once
from people.views.shared import SETUP, button
from ui.lists import ListPage
from ui.pages import FormPage, admit


@dataclass(frozen=True)
class Screen:
    """One kind of row of the catalogue, and how its pages are called."""

    url: str  # URL name of one row; "<url>_new", "<url>_edit" and "<url>_use" hang on it
    model: Any
    form: Any
    title: Any
    list_url: str
    list_title: Any
    new_title: Any

    @property
    def crumbs(self):
        return [SETUP, (self.list_title, reverse(self.list_url))]

    def rows(self, user):
        """The rows this reader may see; a catalogue of the installation is everybody's who sees the set-up."""
        if not sees_setup(user):
            return self.model._default_manager.none()
        rows = self.model._default_manager.all()
        return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


SCREENS = {
    screen.url: screen
    for screen in (
        Screen(
            "asset_category",
            AssetCategory,
            forms.CategoryForm,
            _("Category"),
            "asset_categories",
            _("Categories of assets"),
            _("New category"),
        ),
        Screen(
            "manufacturer",
            Manufacturer,
            forms.ManufacturerForm,
            _("Manufacturer"),
            "manufacturers",
            _("Manufacturers"),
            _("New manufacturer"),
        ),
        Screen("asset_model", AssetModel, forms.ModelForm, _("Model"), "asset_models", _("Models"), _("New model")),
        Screen("location", Location, forms.LocationForm, _("Location"), "locations", _("Locations"), _("New location")),
    )
}


class CatalogueList(ListPage):
    """Base of the lists; `screen` names the kind."""

    screen = ""
    template_name = "assets/list.html"
    breadcrumbs = [SETUP]
    empty_icon = "tags"

    def allowed(self, request):
        return sees_setup(request.user)

    def get_queryset(self):
        return SCREENS[self.screen].rows(self.request.user)

    def get_create(self):
        if not can_change_setup(self.request.user):
            return None
        return reverse(f"{self.screen}_new"), SCREENS[self.screen].new_title


def _assets_by(field, user):
    """How many assets of the reader's institution name the row."""
    named = Asset.objects.visible_to(user).order_by().filter(**{field: OuterRef("pk")}).values(field)
    return Coalesce(Subquery(named.annotate(rows=Count("pk")).values("rows")), 0)


class CategoryList(CatalogueList):
    name, title, screen = "asset_categories", _("Categories of assets"), "asset_category"
    table_class = tables.CategoryTable
    orderings = {"name": ("name_en", "name_ar")}
    empty_text = _("Printers, servers, licences: what an asset can be will stand here.")

    def get_queryset(self):
        rows = super().get_queryset().select_related("parent")
        return rows.annotate(asset_count=_assets_by("category", self.request.user))


class ManufacturerList(CatalogueList):
    name, title, screen = "manufacturers", _("Manufacturers"), "manufacturer"
    table_class = tables.ManufacturerTable
    orderings = {"name": ("name",)}
    search = True
    empty_text = _("Who makes the devices will stand here.")

    def get_queryset(self):
        return super().get_queryset().annotate(model_count=Count("models"))

    def search_queryset(self, queryset, words):
        return queryset.filter(folded_name__contains=fold(words)) if words else queryset


class ModelList(CatalogueList):
    name, title, screen = "asset_models", _("Models"), "asset_model"
    table_class, filterset_class = tables.ModelTable, ModelFilter
    orderings = {"name": ("name",), "newest": ("-pk",)}
    search = True
    search_label = _("Search by name, manufacturer or part number")
    empty_text = _("The models that assets are of will stand here.")

    def get_queryset(self):
        rows = super().get_queryset().select_related("manufacturer", "category").defer("search_text")
        return rows.annotate(asset_count=_assets_by("model", self.request.user))

    def search_queryset(self, queryset, words):
        return search.search(queryset, words, prefix=True)


class LocationList(CatalogueList):
    name, title, screen = "locations", _("Locations"), "location"
    table_class = tables.LocationTable
    orderings = {"place": ("path",)}
    empty_icon = "map-pin"
    empty_text = _("Sites, buildings, floors and rooms will stand here.")

    def get_queryset(self):
        return super().get_queryset().annotate(asset_count=_assets_by("location", self.request.user))


@require_safe
def page(request, screen, pk):
    """One row: its fields, where it is used, its history."""
    screen = SCREENS[screen]
    row = get_object_or_404(screen.rows(request.user), pk=pk)
    may = can_change_setup(request.user)
    form = screen.form(instance=row, by=request.user)
    context = {
        "title": str(row),
        "lead": screen.title,
        "object": row,
        "breadcrumbs": screen.crumbs,
        "state": tables.in_use(row),
        "facts": [(form.fields[name].label, _shown(row, name)) for name in screen.form.Meta.fields],
        "uses": uses_of(row, request.user),
        "history": history_of(row),
        "edit_url": reverse(f"{screen.url}_edit", args=[row.pk]) if may else "",
        "use_url": reverse(f"{screen.url}_use", args=[row.pk]) if may else "",
    }
    return render(request, "assets/catalogue_page.html", context)


def _shown(row, name):
    show = getattr(row, f"get_{name}_display", None)
    return show() if show else getattr(row, name)


def uses_of(row, user):
    """[(how many, in words, url of the list)] of what points at the row."""
    assets = Asset.objects.visible_to(user)
    listed = reverse("assets")
    if isinstance(row, AssetCategory):
        models = row.models.count()
        return [
            _use(assets.filter(category=row).count(), f"{listed}?category={row.pk}"),
            _models(models, f"{reverse('asset_models')}?category={row.pk}"),
        ]
    if isinstance(row, Manufacturer):
        return [
            _use(assets.filter(model__manufacturer=row).count(), f"{listed}?manufacturer={row.pk}"),
            _models(row.models.count(), f"{reverse('asset_models')}?manufacturer={row.pk}"),
        ]
    if isinstance(row, AssetModel):
        return [_use(assets.filter(model=row).count(), f"{listed}?{urlencode({'q': row.name})}")]
    return [_use(assets.within(row).count(), f"{listed}?location={row.pk}")]


def _use(count, url):
    return ngettext("%(count)s asset", "%(count)s assets", count) % {"count": f"{count:,}"}, url


def _models(count, url):
    return ngettext("%(count)s model", "%(count)s models", count) % {"count": f"{count:,}"}, url


class CatalogueForm(FormPage):
    """Base of create and edit; the URL says of which kind."""

    def allowed(self, request):
        self.screen = SCREENS[self.kwargs["screen"]]
        self.form_class = self.screen.form
        return sees_setup(request.user)

    def get_breadcrumbs(self):
        return self.screen.crumbs

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object or self.blank()}

    def blank(self):
        if self.screen.model is Location:
            return Location(institution_id=self.request.user.institution_id)
        return self.screen.model()


class Create(CatalogueForm):
    def allowed(self, request):
        return admit(super().allowed(request), can_change_setup(request.user))

    def get_context(self, **context):
        return context | {"title": self.screen.new_title}

    def act(self, form):
        def create():
            return actions.create_row(self.blank(), form.get_values(), by=self.request.user)

        pk, _made = once(form.form_key, user=self.request.user, kind=self.screen.url, act=create)
        return self.screen.model._default_manager.get(pk=pk)

    def made_before(self, form):
        pk = made_before(form, user=self.request.user, kind=self.screen.url)
        return self.screen.model._default_manager.filter(pk=pk).first()


class Edit(CatalogueForm):
    def get_object(self):
        row = get_object_or_404(self.screen.rows(self.request.user), pk=self.kwargs["pk"])
        admit(True, can_change_setup(self.request.user))
        return row

    def get_context(self, **context):
        used = [words for words, _url in uses_of(self.object, self.request.user)]
        return context | {"title": str(self.object), "used": used}

    template_name = "assets/catalogue_form.html"

    def act(self, form):
        return actions.change_row(self.object, form.get_values(), by=self.request.user, version=form.current_version)


@require_POST
def switch_use(request, screen, pk):
    """Put out of use, or back into it."""
    row = get_object_or_404(SCREENS[screen].rows(request.user), pk=pk)
    admit(True, can_change_setup(request.user))
    if row.is_active:
        return button(request, row, actions.deactivate, _("It is out of use: nothing new can choose it."))
    return button(request, row, actions.reactivate, _("It is in use again."))

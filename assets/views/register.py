"""The list of assets, the page of one, and entering, changing and moving them."""

from io import BytesIO

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from assets import actions, picker
from assets.actions.register import what_stands_in_the_way
from assets.choices import RETIRED, STORED, TRANSITIONS
from assets.filters import AssetFilter
from assets.forms import AssetForm, NewAssetForm, StateForm
from assets.lanes import timeline
from assets.looks import acceptance_of, state_of
from assets.models import Asset
from assets.permissions import can_answer, can_edit, can_register, sees_cost, sees_register
from assets.tables import AssetCostTable, AssetTable
from office import search
from office.calendars import today
from office.once import made_before, once
from ui import markup
from ui.lists import ListPage
from ui.pages import FormPage, admit

REGISTER = (_("Assets"), "/assets/")
MY_DEVICES = (_("My devices"), "/my-devices/")


class AssetList(ListPage):
    name = "assets"
    title = _("Assets")
    template_name = "assets/list.html"
    table_class = AssetTable
    filterset_class = AssetFilter
    orderings = {
        "newest": ("-pk",),
        "tag": ("tag",),
        "warranty_end": ("warranty_end",),
    }
    default_sort = "tag"
    search = True
    search_label = _("Search by tag, serial number, name or model")
    empty_icon = "devices"
    empty_text = _("The devices, licences, systems and websites of the institution will stand here.")

    def allowed(self, request):
        return sees_register(request.user)

    def read_request(self, request):
        if sees_cost(request.user):
            self.table_class = AssetCostTable
        super().read_request(request)

    def get_queryset(self):
        rows = Asset.objects.visible_to(self.request.user).for_list().select_related("supplier")
        return rows.defer("search_text", "notes")

    def search_queryset(self, queryset, words):
        return search.search(queryset, words, prefix=True)

    def get_create(self):
        return (reverse("new_asset"), _("New asset")) if can_register(self.request.user) else None

    def count_words(self, count):
        return ngettext("%(count)s asset", "%(count)s assets", count) % {"count": f"{count:,}"}


def get_asset(request, pk):
    """The asset with everything its page shows, through its visibility."""
    rows = Asset.objects.visible_to(request.user).for_list().select_related("supplier", "parent__category")
    return get_object_or_404(rows.select_related("parent__model__manufacturer"), pk=pk)


@require_safe
def asset_page(request, pk):
    """One asset: what it is, who has it, its time line, and the panels of every room."""
    asset = get_asset(request, pk)
    user, custody = request.user, asset.held
    at_desk = sees_register(user)
    context = {
        "title": asset.title,
        "object": asset,
        "custody": custody,
        "state": state_of(asset),
        "acceptance": custody and acceptance_of(custody),
        "breadcrumbs": [REGISTER if at_desk else MY_DEVICES],
        "at_desk": at_desk,
        "sees_cost": sees_cost(user),
        "can_edit": can_edit(user, asset),
        "next_states": TRANSITIONS[asset.state],
        "can_answer": bool(custody and can_answer(user, custody)),
        "warranty": _warranty(asset),
        "timeline": timeline(asset, user, today()),
        "new_ticket_url": new_ticket_url(asset),
    }
    return render(request, "assets/asset.html", context)


def _warranty(asset):
    """(label, colour, icon) of the maker's warranty today; None when nothing is known of it."""
    if asset.warranty_end is None:
        return None
    if asset.has_warranty_on(today()):
        return (gettext("under warranty"), "green", "shield-check")
    return (gettext("warranty ended"), "secondary", "shield-x")


def new_ticket_url(asset):
    """Where a problem with this device is reported; the room that takes reports may be absent."""
    try:
        return f"{reverse('new_ticket')}?asset={asset.pk}"
    except NoReverseMatch:
        return ""


@require_safe
def asset_by_tag(request, tag):
    """A label points here."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), tag=tag)
    return HttpResponseRedirect(asset.get_absolute_url())


@require_safe
def asset_qr(request, pk):
    """The address of an asset as a picture for its label."""
    import segno

    asset = get_object_or_404(Asset.objects.visible_to(request.user), pk=pk)
    picture = BytesIO()
    segno.make(label_address(asset), error="m").save(picture, kind="svg", border=2, dark="#000", light="#fff")
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def label_address(asset):
    path = reverse("asset_by_tag", args=[asset.tag]) if asset.tag else asset.get_absolute_url()
    return settings.SITE_URL + path


class AssetCreate(FormPage):
    title, form_class, template_name = _("New asset"), NewAssetForm, "assets/asset_form.html"
    success_message = _("The asset is registered.")
    breadcrumbs = [REGISTER]

    def allowed(self, request):
        return admit(sees_register(request.user), can_register(request.user))

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": Asset(institution_id=self.request.user.institution_id)}

    def act(self, form):
        def create():
            return actions.create_asset(
                by=self.request.user, values=form.get_values(), state=form.cleaned_data["state"]
            )

        pk, _made = once(form.form_key, user=self.request.user, kind="asset", act=create)
        return Asset.objects.get(pk=pk)

    def made_before(self, form):
        return Asset.objects.filter(pk=made_before(form, user=self.request.user, kind="asset")).first()


class AssetPage(FormPage):
    """Base of the pages that act on one asset of the own institution."""

    def get_object(self):
        asset = get_asset(self.request, self.kwargs["pk"])
        admit(True, can_edit(self.request.user, asset))
        return asset

    def get_breadcrumbs(self):
        return [REGISTER, (str(self.object), self.object.get_absolute_url())]


class AssetEdit(AssetPage):
    title, form_class, template_name = _("Edit the asset"), AssetForm, "assets/asset_form.html"

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object}

    def act(self, form):
        return actions.change_asset(
            self.object, by=self.request.user, values=form.get_values(), version=form.current_version
        )


class AssetState(AssetPage):
    title, form_class, template_name = _("Change the state"), StateForm, "assets/state_form.html"
    success_message = _("The state is changed.")

    def get_form_arguments(self):
        return {"asset": self.object}

    def get_context(self, **context):
        possible = TRANSITIONS[self.object.state]
        retiring = next(iter(possible & RETIRED), None)
        storing = next(iter(possible & STORED), None)
        return context | {
            "lead": self.object,
            "state": state_of(self.object),
            "retiring": what_stands_in_the_way(self.object, retiring) if retiring else [],
            "storing": what_stands_in_the_way(self.object, storing) if storing else [],
            "asset": self.object,
        }

    def act(self, form):
        return actions.change_state(self.object, by=self.request.user, to=form.cleaned_data["state"])


@require_safe
def pick_model(request):
    """Options for a model box."""
    typed = _typed(request) if can_register(request.user) else ""
    return _options(picker.model_label(model) for model in (picker.find_models(typed) if typed else []))


@require_safe
def pick_asset(request):
    """Options for a box that names another asset."""
    typed = _typed(request) if sees_register(request.user) else ""
    found = picker.find_assets(typed, picker.assets_of(request.user)) if typed else []
    return _options(picker.asset_label(asset) for asset in found)


def _typed(request):
    typed = request.GET.get(request.GET.get("from", ""), "").strip()[: picker.LONGEST]
    return typed if len(typed) >= picker.FEWEST_LETTERS else ""


def _options(words):
    return HttpResponse(markup.join([markup.tag("option", value=word) for word in words]))

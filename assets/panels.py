"""What this room hangs on pages: custody and history on an asset, devices on a person, lanes, the home tile, search."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.lanes import Bar, register_lane
from assets.looks import acceptance_of, state_of
from assets.models import Asset, AssetCategory, AssetModel, Custody, Location, Manufacturer
from assets.permissions import can_edit, sees_cost, sees_register, sees_setup
from office import search
from office.fold import fold
from office.history import history_of, register_currency, register_words
from office.kinds import register_kind
from office.setup import register_card
from people.models import Unit, User, Vendor
from ui.registry import (
    Hit,
    HomeTile,
    NavigationEntry,
    Panel,
    SearchSource,
    home_tiles,
    navigation,
    panels,
    search_sources,
)

CUSTODY_ROWS = 20
TILE_ROWS = 6
HIDDEN_COST = {"purchase_cost", "currency"}
HIDDEN = {"custody"}  # which receipt was meant: for programs


def custody_of(assets, user):
    """{asset id: its newest custodies}."""
    data = {asset.pk: {"rows": [], "can_edit": can_edit(user, asset)} for asset in assets}
    for custody in Custody.objects.filter(asset__in=assets).with_people()[: CUSTODY_ROWS * len(assets)]:
        data[custody.asset_id]["rows"].append({"custody": custody, "acceptance": acceptance_of(custody)})
    return data


def history_on(assets, user):
    hidden = HIDDEN if sees_cost(user) else HIDDEN | HIDDEN_COST
    return {asset.pk: history_of(asset, hidden=hidden) for asset in assets}


def devices_of_people(people, user):
    """{person id: what they hold}; nobody's page shows an empty card."""
    held = {}
    rows = Asset.objects.visible_to(user).for_list().filter(held__person__in=people).order_by("-pk")
    for asset in rows.defer("search_text", "notes"):
        held.setdefault(asset.held.person_id, []).append({"asset": asset, "state": state_of(asset)})
    return held


def on_asset(user, asset):
    return sees_register(user)


def custody_bars(asset, user):
    """Who had it; an employee sees her own times only."""
    rows = asset.custodies.with_people()
    if not sees_register(user):
        rows = rows.filter(person=user)
    return [
        Bar(
            timezone.localdate(row.started_at),
            row.ended_at and timezone.localdate(row.ended_at),
            str(row.holder),
            tone="custody" if row.person_id else "quiet",
        )
        for row in rows
    ]


def warranty_bars(asset, user):
    start = asset.warranty_start or asset.purchase_date or asset.warranty_end
    if asset.warranty_end is None or start is None:
        return []
    return [Bar(min(start, asset.warranty_end), asset.warranty_end, gettext("Warranty"), tone="warranty")]


def my_devices(user):
    """The newest devices in the user's hands; None for who holds nothing."""
    from assets.views.custody import devices_of

    devices = devices_of(user)
    if not devices:
        return None
    return {
        "devices": devices[:TILE_ROWS],
        "more": len(devices) - TILE_ROWS,
        "open": sum(device["can_answer"] for device in devices),
    }


def exact(user, words):
    """The page of the asset with this tag or serial number, when there is just one."""
    visible = Asset.objects.visible_to(user)
    for spelling in dict.fromkeys((words, words.upper())):
        if pk := visible.filter(tag=spelling).values_list("pk", flat=True).first():
            return reverse("asset", args=[pk])
    if len(words) < 3:
        return None
    twins = list(visible.filter(serial_key=fold(words)[:120]).values_list("pk", flat=True)[:2])
    return reverse("asset", args=twins) if len(twins) == 1 else None


def find(user, words, limit):
    rows = (
        Asset.objects.visible_to(user).select_related("category", "model__manufacturer").defer("search_text", "notes")
    )
    return [
        Hit(
            title=asset.title,
            url=asset.get_absolute_url(),
            subtitle=" · ".join(part for part in (asset.serial_number, asset.get_state_display()) if part),
            icon=asset.category.icon,
            number=asset.tag,
        )
        for asset in search.find(rows, words, limit)
    ]


def register():
    """Called once, when the room opens."""
    _register_words()
    _register_kinds()
    _register_lanes()
    _register_panels()
    _register_cards()
    navigation.register(
        NavigationEntry(
            name="assets", title=_("Assets"), url="assets", icon="devices", order=30, key="a", allowed=_may_list
        )
    )
    navigation.register(
        NavigationEntry(
            name="my_devices",
            title=_("My devices"),
            url="my_devices",
            icon="device-laptop",
            order=35,
            allowed=_may_hold,
        )
    )
    search_sources.register(
        SearchSource(
            name="assets",
            title=_("Assets"),
            icon="devices",
            order=20,
            find=find,
            exact=exact,
            more=lambda words: f"{reverse('assets')}?{urlencode({'q': words})}",
            query_budget=6,  # PostgreSQL looks before it walks
        )
    )
    home_tiles.register(
        HomeTile(
            name="my_devices",
            title=_("My devices"),
            icon="device-laptop",
            order=30,
            fetch=my_devices,
            template="assets/_my_devices_tile.html",
            wide=True,
        )
    )


def _register_kinds():
    register_kind(
        "assets.asset", _("Asset"), _assets, hidden=lambda user: HIDDEN if sees_cost(user) else HIDDEN | HIDDEN_COST
    )
    for model, title in (
        (AssetCategory, _("Category")),
        (Manufacturer, _("Manufacturer")),
        (AssetModel, _("Model")),
        (Location, _("Location")),
    ):
        register_kind(model._meta.label_lower, title, _rows_of(model))


def _assets(user):
    return (
        Asset.objects.visible_to(user).select_related("category", "model__manufacturer").defer("search_text", "notes")
    )


def _rows_of(model):
    def rows(user):
        found = model._default_manager.all() if sees_setup(user) else model._default_manager.none()
        found = found.visible_to(user) if hasattr(found, "visible_to") else found
        return found.select_related("manufacturer") if model is AssetModel else found

    return rows


def _may_hold(user, obj=None):
    return bool(user.institution_id)


def _may_list(user, obj=None):
    return sees_register(user)


def _register_lanes():
    register_lane("custody", _("Custody"), 10, custody_bars)
    register_lane("coverage", _("Coverage"), 20, warranty_bars, gaps=True)


def _register_panels():
    panels.register(
        Panel(
            on="assets.asset",
            name="custody",
            title=_("Custody"),
            icon="user-check",
            order=10,
            allowed=on_asset,
            fetch=custody_of,
            template="assets/_custody_panel.html",
        )
    )
    panels.register(
        Panel(
            on="assets.asset",
            name="history",
            title=_("Movement log"),
            icon="history",
            order=900,
            allowed=on_asset,
            fetch=history_on,
            template="assets/_history_panel.html",
            query_budget=4,
        )
    )
    panels.register(
        Panel(
            on="people.user",
            name="devices",
            title=_("Devices in custody"),
            icon="devices",
            order=20,
            allowed=on_asset,
            fetch=devices_of_people,
            template="assets/_person_devices_panel.html",
        )
    )


def _register_cards():
    cards = [
        (_("Categories of assets"), "tags", "asset_categories", _("What an asset can be."), AssetCategory),
        (_("Manufacturers"), "building", "manufacturers", _("Who makes the devices."), Manufacturer),
        (
            _("Models"),
            "device-laptop",
            "asset_models",
            _("Products with their warranty and end of support."),
            AssetModel,
        ),
        (_("Locations"), "map-pin", "locations", _("Sites, buildings, floors, rooms and racks."), Location),
    ]
    for order, (title, icon, url, description, model) in enumerate(cards):
        register_card(title, icon, url, sees_setup, description, count=_counter(model), order=200 + order)


def _counter(model):
    def count(user):
        rows = model._default_manager.filter(is_active=True)
        return rows.visible_to(user) if hasattr(rows, "visible_to") else rows

    return count


def _register_words():
    register_currency(Asset)
    register_words(
        verbs={
            "state_changed": _("State changed"),
            "handed_over": _("Handed over"),
            "transferred": _("Custody transferred"),
            "taken_back": _("Taken back"),
            "custody_accepted": _("Receipt confirmed"),
            "custody_declined": _("Receipt disputed"),
            "custody_on_paper": _("Receipt signed on paper"),
        },
        names={
            "holder_person": _("Custodian"),
            "holder_unit": _("Unit that holds it"),
            "holder_vendor": _("Vendor that holds it"),
        },
        models={"holder_person": User, "holder_unit": Unit, "holder_vendor": Vendor},
    )

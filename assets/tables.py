"""What the list of assets and the lists of the catalogue show."""

from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.looks import acceptance_of, state_of
from office.calendars import today
from ui import markup, text
from ui.markup import badge
from ui.tables import NOTHING, BaseTable, ChoiceColumn, Column, DayColumn, MachineColumn, MoneyColumn, StateColumn
from ui.tables import NumberColumn as Count


class AssetTable(BaseTable):
    tag = MachineColumn(_("Asset tag"), link=True)
    name = Column(_("Name and model"), accessor="title")
    category = Column(_("Category"), accessor="category__name")
    serial_number = MachineColumn(_("Serial number"))
    holder = Column(_("Holder"), accessor="held__holder")
    unit = Column(_("Unit"))
    location = Column(_("Location"), accessor="location__name")
    state = StateColumn(_("State"), look=state_of)
    criticality = ChoiceColumn(_("Criticality"))
    supplier = Column(_("Supplier"))
    purchase_date = DayColumn(_("Purchase date"))
    warranty_end = DayColumn(_("Warranty until"))

    default_columns = ("tag", "name", "serial_number", "holder", "unit", "location", "state", "warranty_end")

    def render_tag(self, asset):
        words = markup.machine(asset.tag) or format_html('<span class="quiet">{}</span>', gettext("no tag"))
        return format_html('<a href="{}">{}</a>', asset.get_absolute_url(), words)

    def render_name(self, asset):
        """The picture of the category, what people call it, and the model below when it has a name of its own."""
        more = ""
        if asset.name and asset.model_id:
            more = format_html('<span class="asset-model"><bdi>{}</bdi></span>', str(asset.model))
        title = format_html('<span class="asset-words"><bdi>{}</bdi>{}</span>', asset.title, more)
        return format_html(
            '<span class="asset-name" title="{}">{}{}</span>',
            asset.category.name,
            markup.icon(asset.category.icon),
            title,
        )

    def render_holder(self, asset):
        custody = asset.held
        if custody is None:
            return NOTHING
        mark = badge(*acceptance_of(custody)) if custody.is_unsigned or custody.is_in_dispute else ""
        return format_html("{} {}", markup.person(custody.holder), mark)

    def render_warranty_end(self, asset):
        if asset.warranty_end is None:
            return NOTHING
        words = text.day(asset.warranty_end)
        if asset.warranty_end >= today():
            return words
        return format_html('<span class="is-past">{}{}</span>', markup.icon("shield-x"), words)

    def value_holder(self, asset):
        return str(asset.held.holder) if asset.held else None

    def value_name(self, asset):
        return asset.title

    def value_unit(self, asset):
        return str(asset.unit) if asset.unit_id else None

    def value_supplier(self, asset):
        return str(asset.supplier) if asset.supplier_id else None


class AssetCostTable(AssetTable):
    """With the cost, for managers, auditors and administrators."""

    purchase_cost = MoneyColumn(_("Purchase cost"))


def in_use(row):
    return (gettext("in use"), "green", "check") if row.is_active else (gettext("out of use"), "secondary", "ban")


class CategoryTable(BaseTable):
    name = Column(_("Name"), link=True)
    kind = ChoiceColumn(_("Kind"))
    parent = Column(_("Belongs to"), accessor="parent__name")
    asset_count = Count(_("Assets"))
    state = StateColumn(_("State"), look=in_use)

    def render_name(self, row):
        words = format_html("{}<bdi>{}</bdi>", markup.icon(row.icon), row.name)
        return format_html('<a class="asset-name" href="{}">{}</a>', row.get_absolute_url(), words)


class ManufacturerTable(BaseTable):
    name = Column(_("Name"), link=True)
    model_count = Count(_("Models"))
    state = StateColumn(_("State"), look=in_use)


class ModelTable(BaseTable):
    name = Column(_("Model"), link=True)
    manufacturer = Column(_("Manufacturer"), accessor="manufacturer__name")
    part_number = MachineColumn(_("Part number"))
    category = Column(_("Category"), accessor="category__name")
    end_of_support = DayColumn(_("End of support"))
    asset_count = Count(_("Assets"))
    state = StateColumn(_("State"), look=in_use)


class LocationTable(BaseTable):
    name = Column(_("Name"), link=True)
    kind = ChoiceColumn(_("Kind"))
    code = MachineColumn(_("Code"))
    asset_count = Count(_("Assets"))
    state = StateColumn(_("State"), look=in_use)

    def render_name(self, row):
        """A step further in for each place it belongs to."""
        step = min(row.depth, 5)
        return format_html(
            '<a class="tree-step tree-step-{}" href="{}"><bdi>{}</bdi></a>', step, row.get_absolute_url(), row.name
        )

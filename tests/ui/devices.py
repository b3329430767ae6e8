"""A list page over the register, as an app would write one; it serves the tests of the list page."""

import django_filters

from assets.models import Asset
from ui.filtering import DayRange, ListFilter
from ui.lists import BulkAction, ListPage
from ui.tables import BaseTable, Column, DayColumn, MachineColumn


class DeviceTable(BaseTable):
    tag = MachineColumn("Asset number", link=lambda asset: f"/devices/{asset.pk}/")
    name = Column("Name")
    serial_number = MachineColumn("Serial number")
    ends = DayColumn("Warranty", accessor="warranty_end")
    notes = Column("Notes", visible=False)


class DeviceFilter(ListFilter):
    name = django_filters.CharFilter(label="Name")
    cost = django_filters.NumberFilter(field_name="purchase_cost", lookup_expr="gte", label="Cost")
    ends = DayRange(field_name="warranty_end", label="Warranty")


class DeviceList(ListPage):
    name = "devices"
    title = "Devices"
    table_class = DeviceTable
    filterset_class = DeviceFilter
    orderings = {"tag": ("tag",), "ends": ("warranty_end", "tag"), "name": ("name", "-tag")}
    default_sort = "tag"
    search = True
    bulk_actions = (BulkAction("count", "Count them"),)

    def get_queryset(self):
        return Asset.objects.all()

    def search_queryset(self, queryset, words):
        return queryset.filter(name__contains=words)

    def bulk_count(self, queryset, data):
        return f"{queryset.count()} counted"

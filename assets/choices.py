"""Kinds and states of assets, and which state may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CategoryKind(models.TextChoices):
    HARDWARE = "hardware", _("Hardware")
    NETWORK = "network", _("Network")
    SOFTWARE = "software", _("Software")
    SYSTEM = "system", _("Information system")
    WEBSITE = "website", _("Website")
    CONSUMABLE = "consumable", _("Consumables")


ICONS = [
    ("device-desktop", _("Desktop computer")),
    ("device-laptop", _("Laptop")),
    ("device-mobile", _("Mobile telephone")),
    ("devices", _("Screen")),
    ("printer", _("Printer")),
    ("scan", _("Scanner")),
    ("phone", _("Telephone")),
    ("camera", _("Camera")),
    ("video", _("Projector")),
    ("server", _("Server")),
    ("database", _("Storage")),
    ("plug", _("Power supply")),
    ("network", _("Network switch")),
    ("router", _("Router")),
    ("wifi", _("Wireless network")),
    ("shield", _("Firewall")),
    ("key", _("Licence")),
    ("stack", _("Information system")),
    ("world", _("Website")),
    ("package", _("Consumables")),
    ("box", _("Something else")),
]


class AssetState(models.TextChoices):
    ORDERED = "ordered", _("ordered")
    IN_STORE = "in_store", _("in store")
    RESERVED = "reserved", _("reserved")
    IN_USE = "in_use", _("in use")
    ON_LOAN = "on_loan", _("on loan")
    UNDER_REPAIR = "under_repair", _("under repair")
    LOST = "lost", _("lost")
    OUT_OF_SERVICE = "out_of_service", _("out of service")
    WRITTEN_OFF = "written_off", _("written off")
    DISPOSED = "disposed", _("disposed of")


S = AssetState
HELD = {S.IN_USE, S.ON_LOAN}
LIVE = {S.ORDERED, S.IN_STORE, S.RESERVED, S.IN_USE, S.ON_LOAN, S.UNDER_REPAIR}
GONE = {S.LOST, S.OUT_OF_SERVICE, S.WRITTEN_OFF, S.DISPOSED}
RETIRED = GONE - {S.LOST}  # put away for good: refused while somebody holds it or work on it is open
STORED = {S.ORDERED, S.IN_STORE, S.RESERVED}  # in nobody's hands

# ordered -> in store -> reserved -> in use <-> on loan; in use or in store <-> under repair; any <-> lost;
# any but in use -> out of service -> written off -> disposed of, which is the end.
TRANSITIONS = {
    S.ORDERED: {S.IN_STORE, S.LOST, S.OUT_OF_SERVICE},
    S.IN_STORE: {S.RESERVED, S.IN_USE, S.ON_LOAN, S.UNDER_REPAIR, S.LOST, S.OUT_OF_SERVICE},
    S.RESERVED: {S.IN_STORE, S.IN_USE, S.ON_LOAN, S.LOST, S.OUT_OF_SERVICE},
    S.IN_USE: {S.IN_STORE, S.ON_LOAN, S.UNDER_REPAIR, S.LOST},
    S.ON_LOAN: {S.IN_STORE, S.IN_USE, S.UNDER_REPAIR, S.LOST},
    S.UNDER_REPAIR: {S.IN_STORE, S.IN_USE, S.LOST, S.OUT_OF_SERVICE},
    S.LOST: {S.IN_STORE, S.IN_USE, S.OUT_OF_SERVICE, S.WRITTEN_OFF},
    S.OUT_OF_SERVICE: {S.IN_STORE, S.LOST, S.WRITTEN_OFF},
    S.WRITTEN_OFF: {S.LOST, S.DISPOSED},
    S.DISPOSED: set(),
}


class Criticality(models.TextChoices):
    LOW = "low", pgettext_lazy("criticality", "low")
    MEDIUM = "medium", pgettext_lazy("criticality", "medium")
    HIGH = "high", pgettext_lazy("criticality", "high")
    CRITICAL = "critical", pgettext_lazy("criticality", "critical")


class LocationKind(models.TextChoices):
    SITE = "site", _("site")
    BUILDING = "building", _("building")
    FLOOR = "floor", _("floor")
    ROOM = "room", _("room")
    RACK = "rack", _("rack")


class Acceptance(models.TextChoices):
    PENDING = "pending", _("not signed yet")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("in dispute")
    PAPER = "paper", _("accepted on paper")

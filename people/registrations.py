"""What this room hangs into the pages of the house: navigation, search, set-up cards, words of histories, leaving."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from office import search
from office.calendars import today
from office.history import register_words
from office.setup import register_card
from people import directory, leaving, permissions, picker
from people.actions import leaving as handing_over
from people.models import Absence, Team, Unit, User, Vendor
from ui.registry import Hit, NavigationEntry, SearchSource, navigation, search_sources


def register():
    _navigation()
    _search()
    _cards()
    _words()
    _leaving()


def _navigation():
    navigation.register(
        NavigationEntry(
            name="people",
            title=_("Directory"),
            icon="users",
            url="people",
            key="d",
            order=60,
            allowed=permissions.sees_directory,
        )
    )
    navigation.register(
        NavigationEntry(
            name="vendors",
            title=_("Vendors"),
            icon="building-store",
            url="vendors",
            key="v",
            order=50,
            allowed=permissions.sees_vendors,
        )
    )
    navigation.register(
        NavigationEntry(
            name="setup", title=_("Set-up"), icon="settings", url="setup", key="s", order=90, allowed=has_setup
        )
    )


def has_setup(user):
    return user.works_at_desk or user.is_operator


def _search():
    search_sources.register(
        SearchSource(
            name="people",
            title=_("People"),
            icon="user",
            order=40,
            allowed=permissions.sees_directory,
            find=find_people,
            more=lambda words: f"/people/?{_query(words)}",
        )
    )
    search_sources.register(
        SearchSource(
            name="vendors",
            title=_("Vendors"),
            icon="building-store",
            order=50,
            allowed=permissions.sees_vendors,
            find=find_vendors,
            more=lambda words: f"/vendors/?{_query(words)}",
        )
    )


def _query(words):
    return urlencode({"q": words})


def find_people(user, text, limit):
    return [
        Hit(person.name, person.get_absolute_url(), picker.details(person), "user")
        for person in directory.find_people(user, text, limit)
    ]


def find_vendors(user, text, limit):
    vendors = Vendor.objects.visible_to(user).defer("search_text", "notes")
    found = search.find(vendors, text, limit)
    return [Hit(vendor.name, vendor.get_absolute_url(), vendor.phone, "building-store") for vendor in found]


def _cards():
    register_card(
        _("Users and roles"),
        "user-cog",
        "users",
        permissions.sees_accounts,
        _("Who signs in, with which rights; passwords; leaving."),
        count=lambda user: User.objects.visible_to(user).active(),
        order=10,
    )
    register_card(
        _("Units"),
        "sitemap",
        "units",
        permissions.sees_setup,
        _("Directorates and sections, their heads, their place in the tree."),
        count=lambda user: Unit.objects.visible_to(user).in_use(),
        order=20,
    )
    register_card(
        _("Teams"),
        "users-group",
        "teams",
        permissions.sees_setup,
        _("Who works together on which queues."),
        count=lambda user: Team.objects.visible_to(user).in_use(),
        order=30,
    )
    register_card(
        _("Absences"),
        "calendar-off",
        "absences",
        permissions.sees_all_absences,
        _("Who is away, and who stands in."),
        count=lambda user: Absence.objects.visible_to(user).on(today()),
        order=40,
    )
    register_card(
        _("Institutions"),
        "building",
        "institutions",
        permissions.manages_institutions,
        _("Who shares this installation without seeing each other."),
        count=lambda user: Unit.objects.institutions(),
        order=1,
    )


def _words():
    register_words(
        verbs={
            "roles_changed": _("Roles changed"),
            "password_set": _("Password set by the administration"),
            "password_changed": _("Password changed"),
            "second_step_changed": _("Two-step sign-in changed"),
            "sessions_ended": _("Signed out everywhere"),
            "left": _("Left, account closed"),
            "came_back": _("Came back, account opened"),
            "handed_over": _("Handed over"),
            "absence_added": _("Absence entered"),
            "absence_changed": _("Absence changed"),
            "absence_removed": _("Absence taken back"),
            "member_added": _("Joined the team"),
            "member_removed": _("Left the team"),
            "contact_added": _("Contact added"),
            "contact_changed": _("Contact changed"),
            "contact_removed": _("Contact no longer called"),
            "contact_revived": _("Contact called again"),
        },
        names={
            "contact": _("Contact"),
            "from_date": _("From date"),
            "to_date": _("To date"),
            "substitute": _("Substitute"),
        },
        models={"substitute": User},
    )


def _leaving():
    leaving.register(
        "headed_units", _("Units headed"), handing_over.headed_units, handing_over.pass_on_headed_units, order=10
    )
    leaving.register(
        "substitutions",
        _("Stands in for"),
        handing_over.coming_substitutions,
        handing_over.pass_on_substitutions,
        order=20,
    )

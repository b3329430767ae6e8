"""What the reports about money and vendors hang into the pages of the house."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts import permissions
from contracts.models import BudgetLine
from contracts.ocds_export import write_package
from office import sheets
from office.history import register_words
from office.setup import register_card
from ui.registry import HomeTile, Panel, home_tiles, panels


def register():
    """Called once, when the room opens."""
    sheets.register_writer("ocds", "json", write_ocds)
    panels.register(
        Panel(
            on="people.vendor",
            name="scorecard",
            title=_("Scorecard of the last 12 months"),
            icon="gauge",
            order=5,
            allowed=sees_register,
            fetch=score_parts,
            template="contracts/_score_panel.html",
            query_budget=0,
        )
    )
    home_tiles.register(
        HomeTile(
            name="contract_money",
            title=_("Money and vendors"),
            icon="coin",
            order=6,
            allowed=permissions.reads_reports,
            fetch=lambda user: reverse("contract_money_part"),
            template="contracts/_money_tile.html",
            query_budget=0,
            wide=True,
        )
    )
    register_card(
        _("Budget lines"),
        "cash",
        "budget_lines",
        permissions.reads_reports,
        _("What each fiscal year allots for contracts, line by line."),
        count=lambda user: BudgetLine.objects.in_use().filter(institution=user.institution_id),
        order=401,
    )
    register_card(
        _("Weights of the scorecards"),
        "scale",
        "score_weights",
        permissions.sees_register,
        _("How much each measure counts when vendors are judged."),
        order=402,
    )
    register_words(
        names={
            "allocated": _("allocated"),
            "fiscal_year": _("fiscal year"),
            "code": _("budget item"),
            "response": _("answered in time"),
            "restore": _("repaired in time"),
            "repeat": _("faults that did not come back"),
            "visits": _("promised visits and reports"),
            "satisfaction": _("satisfaction of the employees"),
        }
    )


def sees_register(user, obj=None):
    return permissions.sees_register(user)


def score_parts(vendors, user):
    """{vendor id: the address its scorecard is fetched from}."""
    return {vendor.pk: reverse("vendor_score_part", args=[vendor.pk]) for vendor in vendors}


def write_ocds(file, view, queryset, progress):
    """The writer of the sheets of kind "ocds"; the list admits nobody without the right to see amounts."""
    user = view.request.user
    amounts = permissions.reads_reports(user)
    return write_package(file, queryset, institution=user.institution, amounts=amounts, progress=progress)

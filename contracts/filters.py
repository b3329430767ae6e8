"""What narrows the lists of this room."""

from datetime import timedelta

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.choices import BEFORE_FORCE, RUNNING, CallState, CaseState, ContractState, ContractType, Renewal
from contracts.models import Instalment
from office.calendars import today
from people import directory
from people.filters import UnitSelect
from people.models import User, Vendor
from ui.filtering import DayRange, ListFilter

DECIDE = [
    ("over", _("overdue")),
    ("7", _("within 7 days")),
    ("30", _("within 30 days")),
    ("90", _("within 90 days")),
    ("any", _("at any time")),
    ("none", _("nothing to decide")),
]


ENDS = [("30", _("within 30 days")), ("90", _("within 90 days")), ("180", _("within 180 days"))]
LACKS = [("owner", _("an owner")), ("deputy", _("a deputy"))]


class ContractFilter(ListFilter):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=ContractState.choices)
    decide = django_filters.ChoiceFilter(label=_("To decide"), choices=DECIDE, method="to_decide")
    type = django_filters.ChoiceFilter(label=_("Type"), choices=ContractType.choices)
    vendor = django_filters.ModelChoiceFilter(label=_("Vendor"), queryset=Vendor.objects.order_by("sort_key"))
    owner = django_filters.CharFilter(label=_("Owner or deputy"), method="run_by_somebody")
    unit = UnitSelect()
    ends = django_filters.ChoiceFilter(label=_("Ends"), choices=ENDS, method="ending")
    lacks = django_filters.ChoiceFilter(label=_("Without"), choices=LACKS, method="lacking")
    renewal = django_filters.ChoiceFilter(label=_("Renewal"), choices=Renewal.choices)
    decide_by = DayRange(field_name="decide_by", label=_("Decide by"))
    end = DayRange(field_name="current_end", label=_("End date"))

    def to_decide(self, contracts, name, value):
        day = today()
        if value == "none":
            return contracts.filter(decide_by=None)
        if value == "any":
            return contracts.to_decide()
        if value == "over":
            return contracts.filter(decide_by__lt=day)
        return contracts.filter(decide_by__range=(day, day + timedelta(days=int(value))))

    def ending(self, contracts, name, value):
        """Of those that run: from today on, the last day included."""
        day = today()
        return contracts.running().filter(current_end__range=(day, day + timedelta(days=int(value))))

    def lacking(self, contracts, name, value):
        """An owner, or a deputy, who is there: one who left is none. Of contracts that are not over."""
        going = contracts.filter(state__in=[*RUNNING, *BEFORE_FORCE])
        if value == "owner":
            return going.filter(Q(owner=None) | Q(owner__is_active=False))
        return going.filter(Q(deputy=None) | Q(deputy__is_active=False))

    def run_by_somebody(self, contracts, name, words):
        user = self.request.user
        people = directory.narrow(User.objects.visible_to(user), user, words).order_by().values("pk")
        return contracts.filter(Q(owner__in=people) | Q(deputy__in=people))


LATE = [
    ("any", _("any promise")),
    ("response", _("Answer")),
    ("on_site", _("On site")),
    ("restore", _("Repair")),
]


class CallFilter(ListFilter):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=CallState.choices)
    late = django_filters.ChoiceFilter(label=_("Broken promise"), choices=LATE, method="broken")
    vendor = django_filters.ModelChoiceFilter(label=_("Vendor"), queryset=Vendor.objects.order_by("sort_key"))
    contract = django_filters.CharFilter(
        label=_("Contract number"), field_name="term__contract__number", lookup_expr="iexact"
    )
    opened = DayRange(field_name="opened_at", label=_("Opened"))

    def broken(self, calls, name, value):
        return calls.late() if value == "any" else calls.filter(**{f"{value}_breached_at__isnull": False})


WHEN = [("now", _("today")), ("past", _("ended")), ("ahead", _("not begun yet"))]
KINDS = [("asset", _("Assets")), ("model", _("Models")), ("location", _("Locations"))]


class CoverageFilter(ListFilter):
    when = django_filters.ChoiceFilter(label=_("Covered"), choices=WHEN, method="at_time")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=KINDS, method="of_kind")

    def at_time(self, rows, name, value):
        day = today()
        if value == "now":
            return rows.on(day)
        return rows.filter(to_date__lt=day) if value == "past" else rows.filter(from_date__gt=day)

    def of_kind(self, rows, name, value):
        return rows.filter(**{f"{value}__isnull": False})


PAYMENTS = [("open", _("not paid yet")), ("overdue", _("overdue")), *Instalment.State.choices]


class PaymentFilter(ListFilter):
    state = django_filters.ChoiceFilter(label=_("State"), choices=PAYMENTS, method="in_state")
    due = DayRange(field_name="due", label=_("Due on"))
    fiscal_year = django_filters.NumberFilter(label=_("Fiscal year"), min_value=2000, max_value=2199)
    budget_line = django_filters.CharFilter(
        label=_("Budget item"), method="of_line", max_length=60, help_text=_("A hyphen: without any.")
    )
    vendor = django_filters.ModelChoiceFilter(
        label=_("Vendor"), queryset=Vendor.objects.order_by("sort_key"), field_name="term__contract__vendor"
    )
    unit = UnitSelect(path="term__contract__unit")
    currency = django_filters.CharFilter(label=_("Currency"), field_name="term__contract__currency", max_length=3)

    def in_state(self, rows, name, value):
        State = Instalment.State
        if value == "open":
            return rows.exclude(state=State.PAID)
        if value == "overdue":
            return rows.exclude(state__in=[State.PAID, State.WITHHELD]).filter(due__lt=today())
        return rows.filter(state=value)

    def of_line(self, rows, name, words):
        return rows.filter(budget_line="") if words == "-" else rows.filter(budget_line__iexact=words)


class BudgetLineFilter(ListFilter):
    fiscal_year = django_filters.NumberFilter(label=_("Fiscal year"), min_value=2000, max_value=2199)
    state = django_filters.ChoiceFilter(
        label=_("In use"), choices=[("yes", _("in use")), ("no", _("out of use"))], method="in_state"
    )

    def in_state(self, rows, name, value):
        return rows.filter(is_active=value == "yes")


class CaseFilter(ListFilter):
    """Without vendors to choose from: a member of a committee may be nobody who sees them."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=CaseState.choices)
    decide = DayRange(field_name="term__contract__decide_by", label=_("Decide by"))

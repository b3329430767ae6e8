"""The renewal board, the list of cases, the page of one case, and its offers as a list."""

from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from contracts import looks, offers, permissions, words
from contracts.case_overview import name_of, overview_of
from contracts.choices import CaseState
from contracts.filters import CaseFilter
from contracts.models import CommitteeMember, Contract, RenewalCase
from contracts.tables import CasePriceTable, CaseTable, OfferPriceTable, OfferTable
from contracts.views.register import register_crumbs
from office import search
from office.calendars import today
from ui.lists import ListPage

BOARD = (_("Renewal board"), "/contracts/renewals/")
CARDS = 8  # in a lane; the rest is a click away


def has_cases(user):
    """Who gets the board: who has the register, and whoever sits on a committee or answers for a contract."""
    return permissions.sees_register(user) or RenewalCase.objects.visible_to(user).exists()


def get_case(request, pk):
    """The case with what its page shows, through its visibility."""
    rows = RenewalCase.objects.visible_to(request.user).select_related(
        "term__contract__vendor",
        "term__contract__unit",
        "term__contract__predecessor",
        "term__decision",
        "opened_by",
        "recommended_offer__vendor",
        "awarded_offer__vendor",
        "awarded_by",
        "successor",
        "minutes_document",
    )
    members = CommitteeMember.objects.select_related("user").defer("user__search_text")
    return get_object_or_404(rows.prefetch_related(Prefetch("members", members), "criteria"), pk=pk)


def case_crumbs(user, case=None):
    own = [(case.contract.number, case.get_absolute_url())] if case else []
    return [*register_crumbs(user), BOARD, *own]


@require_safe
def board(request):
    """The cases as lanes by their state, the most urgent decision first."""
    if not has_cases(request.user):
        raise Http404
    rows = RenewalCase.objects.visible_to(request.user)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "title": _("Renewal board"),
        "breadcrumbs": register_crumbs(request.user),
        "lanes": [_lane(rows, state, counts.get(state, 0)) for state in CaseState],
        "count": sum(counts.values()),
        "list_url": reverse("renewal_cases"),
    }
    return render(request, "contracts/board.html", context)


def _lane(rows, state, count):
    day = today()
    cards = []
    order = ("term__contract__decide_by", "term__end", "pk") if state != CaseState.AWARDED else ("-awarded_at", "pk")
    for case in rows.filter(state=state).for_list().order_by(*order)[:CARDS] if count else ():
        decide = case.contract.decide_by
        cards.append(
            {
                "case": case,
                "chip": looks.decide_chip(case.contract, day) if decide else None,
                "ends": words.days_left(case.term.end, day),
                "offers": case.offer_count or 0,
            }
        )
    return {
        "state": state,
        "look": (state.label, *looks.CASES[state]),
        "count": count,
        "cards": cards,
        "more": max(count - CARDS, 0),
        "url": f"{reverse('renewal_cases')}?state={state.value}",
    }


class CaseList(ListPage):
    name = "renewal_cases"
    title = _("Renewal cases")
    template_name = "contracts/list.html"
    table_class = CaseTable
    filterset_class = CaseFilter
    orderings = {"newest": ("-pk",), "oldest": ("pk",)}
    default_sort = "newest"
    search = True
    search_label = _("Search by number, title or vendor of the contract")
    empty_icon = "layout-kanban"
    empty_text = _(
        "A renewal case opens by itself at the first reminder of a decision, or from the page of its contract."
    )

    def allowed(self, request):
        return has_cases(request.user)

    def read_request(self, request):
        if permissions.sees_amounts(request.user):
            self.table_class = CasePriceTable
        super().read_request(request)

    def get_queryset(self):
        return RenewalCase.objects.visible_to(self.request.user).for_list()

    def search_queryset(self, queryset, words):
        contracts = Contract.objects.filter(institution=self.request.user.institution_id)
        found = search.search(contracts, words, prefix=True)
        return queryset.filter(term__contract__in=found.order_by().values("pk"))

    def get_context(self, **context):
        return context | {"breadcrumbs": case_crumbs(self.request.user)}

    def count_words(self, count):
        return ngettext("%(count)s case", "%(count)s cases", count) % {"count": f"{count:,}"}


@require_safe
def case_page(request, pk):
    """One case: what comes next, criteria, committee, offers side by side, marks, recommendation, award, history."""
    case = get_case(request, pk)
    context = {
        "title": name_of(case),
        "breadcrumbs": case_crumbs(request.user),
        "object": case,
        "contract": case.contract,
        "chip": looks.decide_chip(case.contract, today()),
        **overview_of(case, request.user, today()),
    }
    return render(request, "contracts/case.html", context)


class OfferList(ListPage):
    """The offers of one case, with their prices for who may see them, as a list with its sheet."""

    name = "case_offers"
    title = _("Offers")
    template_name = "contracts/list.html"
    table_class = OfferTable
    orderings = {"oldest": ("pk",), "newest": ("-pk",)}
    default_sort = "oldest"
    empty_icon = "mail-opened"
    empty_text = _("The offers will stand here side by side, once the criteria are frozen.")

    def allowed(self, request):
        self.case = get_case(request, self.kwargs["pk"])
        return True

    def read_request(self, request):
        if permissions.shows_prices(request.user, self.case):
            self.table_class = OfferPriceTable
        super().read_request(request)
        self.table.currency = self.case.contract.currency
        self.table.lines = {line.offer.pk: line for line in offers.lines_of(self.case, request.user, today())}

    def get_queryset(self):
        return offers.visible_offers(self.case, self.request.user)

    def get_create(self):
        may = permissions.may_step(self.request.user, self.case, "offers")
        return (reverse("offer_enter", args=[self.case.pk]), _("Enter an offer")) if may else None

    def get_context(self, **context):
        return context | {"breadcrumbs": case_crumbs(self.request.user, self.case), "lead": name_of(self.case)}

    def count_words(self, count):
        return ngettext("%(count)s offer", "%(count)s offers", count) % {"count": f"{count:,}"}

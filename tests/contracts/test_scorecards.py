"""Scorecards: each measure by hand, the weighted mean of what is known, credits for those who may see them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.html import escape

from contracts import actions
from contracts.models import Obligation, Penalty, Promise, ScoreWeights, ServiceCall
from contracts.scorecards import cards_of, weighted, weights_of
from contracts.views.scores import periods
from office.models import Attachment, Blob, Event
from tests import factories
from tests.contracts.test_pages import queries_of

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
WEIGHTS = {"response": 30, "restore": 30, "repeat": 15, "visits": 15, "satisfaction": 10}


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-10-20T09:00:00Z", tick=True):
        yield


def call(contract, by, number, *, late=False, opened=datetime(2026, 5, 4, 8, tzinfo=UTC), **fields):
    """A call that was answered and repaired, both in time or both late."""
    state = "missed" if late else "met"
    kept = {"response_state": state, "restore_state": state}
    if late:
        kept |= {"response_breached_at": opened, "restore_breached_at": opened}
    return ServiceCall.objects.create(
        institution=contract.institution,
        number=f"CALL-{number}",
        vendor=contract.vendor,
        term=contract.terms.get(),
        level=contract.levels.get(),
        subject="Jam",
        opened_at=opened,
        opened_by=by,
        response_at=opened,
        restored_at=opened,
        **kept | fields,
    )


def proof(contract):
    blob = Blob.objects.create(sha256=f"{Blob.objects.count():064x}", size=1, media_type="text/plain")
    return Attachment.objects.create(kind="contracts.contract", object_id=contract.pk, blob=blob, name="a.txt")


def card_of(thing, user):
    return cards_of([thing], *YEAR, user, WEIGHTS)[thing.pk]


def test_what_is_unknown_counts_for_nothing():
    known = {"response": Decimal(80), "restore": Decimal(50), "repeat": None, "visits": Decimal(100)}

    assert weighted(known, WEIGHTS) == Decimal("72.0")  # (80 · 30 + 50 · 30 + 100 · 15) / 75
    assert weighted({"response": None}, WEIGHTS) is None
    assert weighted({"response": Decimal(80)}, {"response": 0}) is None


def test_a_vendor_is_measured_by_its_calls_of_the_period(contract, manager, basil):
    for number in range(3):
        call(contract, basil, number)
    call(contract, basil, 3, late=True)
    call(contract, basil, 4, late=True, opened=datetime(2025, 12, 31, 8, tzinfo=UTC))  # of the year before

    card = card_of(contract.vendor, manager)

    assert (card.calls, card.measures["response"].percent, card.measures["restore"].shown) == (4, Decimal(75), "3/4")
    assert card.score == Decimal("75.0")


def test_visits_count_once_they_are_due_and_waived_ones_never(contract, manager):
    term, promise = contract.terms.get(), Promise.objects.create(contract=contract)
    for day, state in ((date(2026, 3, 31), "met"), (date(2026, 6, 30), "scheduled"), (date(2026, 7, 1), "waived")):
        met = {"met_on": day, "evidence": proof(contract)} if state == "met" else {}
        Obligation.objects.create(term=term, promise=promise, due=day, state=state, **met)
    Obligation.objects.create(term=term, promise=promise, due=date(2026, 12, 31))

    measure = card_of(contract.vendor, manager).measures["visits"]

    assert (measure.percent, measure.shown) == (Decimal(50), "1/2")


def test_credits_are_added_for_those_who_see_amounts_and_hidden_from_others(contract, manager, basil):
    term = contract.terms.get()
    late = call(contract, basil, 1, late=True)
    promise = Promise.objects.create(contract=contract)
    visit = Obligation.objects.create(term=term, promise=promise, due=date(2026, 3, 31))
    Penalty.objects.create(term=term, call=late, clock="restore", days_late=1, amount=Decimal(30), state="agreed")
    Penalty.objects.create(term=term, obligation=visit, days_late=2, amount=Decimal("12.500"), state="applied")
    Penalty.objects.create(term=term, days_late=9, amount=Decimal(900), state="agreed")  # of no call and no visit

    assert card_of(contract.vendor, manager).credits == {"JOD": Decimal("42.500")}
    assert card_of(contract.vendor, basil).credits is None
    assert card_of(contract.vendor, basil).score == card_of(contract.vendor, manager).score


def test_calls_of_another_institution_do_not_count(contract, manager, basil):
    other = factories.make_contract(factories.make_institution(), vendor=contract.vendor)
    call(other, other.owner, 1, late=True)

    assert card_of(contract.vendor, manager).calls == 0


def test_weights_are_rows_with_a_history_and_something_must_count(ministry, manager, basil):
    assert weights_of(ministry.pk) == WEIGHTS

    actions.save_weights(by=manager, values=WEIGHTS | {"visits": 40})

    assert weights_of(ministry.pk)["visits"] == 40
    assert Event.objects.about(ScoreWeights.objects.get()).get().changes["visits"] == [15, 40]
    with pytest.raises(ValidationError):
        actions.save_weights(by=manager, values=dict.fromkeys(WEIGHTS, 0))
    with pytest.raises(PermissionDenied):
        actions.save_weights(by=basil, values=WEIGHTS)


@pytest.mark.parametrize(
    ("day", "key", "span"),
    [
        (date(2026, 10, 20), "2026-4", (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2026, 10, 20), "2026-3", (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 2, 3), "2025-4", (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 2, 3), "12m", (date(2025, 2, 1), date(2026, 2, 3))),
        (date(2024, 2, 29), "12m", (date(2023, 2, 1), date(2024, 2, 29))),
        (date(2026, 10, 20), "2025", (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_a_period_has_its_first_and_last_day(day, key, span):
    assert periods(day)[key][1:] == span


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_comparison_costs_the_same_for_one_vendor_and_three(
    sign_in, contract, manager, basil, ministry, owner, language
):
    manager.language = language
    manager.save()
    call(contract, basil, 0)
    client, url = sign_in(manager), reverse("vendor_scores")
    client.get(url)
    before = queries_of(client, url)
    for number in (1, 2):
        call(factories.make_contract(ministry, owner=owner), basil, number, late=number == 2)

    assert queries_of(client, url) == before <= 20
    rows = client.get(url).context["rows"]
    assert [row["card"].score for row in rows] == [Decimal(100), Decimal(100), Decimal(0)]


def test_each_figure_opens_its_rows(sign_in, contract, manager, basil):
    call(contract, basil, 0)
    call(contract, basil, 1, late=True)
    client = sign_in(manager)

    page = client.get(reverse("vendor_scorecard", args=[contract.vendor_id]), {"period": "2026"})

    card = page.context["card"]
    assert len(client.get(card.calls_url).context["page"].rows) == 2
    assert len(client.get(card.measures["response"].url).context["page"].rows) == 1  # the broken one
    assert [row["card"].thing for row in page.context["contracts"]] == [contract]


def test_each_figure_on_the_page_of_a_vendor_opens_its_rows(sign_in, contract, manager, basil):
    late = call(contract, basil, 1, late=True)
    visit = Obligation.objects.create(
        term=contract.terms.get(), promise=Promise.objects.create(contract=contract), due=date(2026, 3, 31)
    )
    for owed in ({"call": late, "clock": "restore"}, {"obligation": visit}):
        Penalty.objects.create(term=visit.term, days_late=1, amount=Decimal(1500), state="agreed", **owed)
    part, whole = (reverse(f"vendor_score{name}", args=[contract.vendor_id]) for name in ("_part", "card"))

    pages = {person: sign_in(person).get(part) for person in (manager, basil)}

    told = pages[manager].content.decode()
    card = pages[manager].context["card"]
    rows = [card.calls_url, *(card.measures[name].url for name in ("response", "restore"))]
    assert [len(sign_in(manager).get(url).context["page"].rows) for url in rows] == [1, 1, 1]
    assert all(f'href="{escape(url)}"' in told for url in rows)
    assert f'<a href="{whole}#contracts"><b>0.0 %</b></a>' in told
    assert f'<a href="{whole}#contracts">3,000.000 JOD</a>' in told
    assert "3,000.000" not in pages[basil].content.decode()


def test_the_sheet_has_no_credits_for_a_technician(sign_in, contract, manager, basil):
    call(contract, basil, 0)

    heads = {}
    for person in (manager, basil):
        answer = sign_in(person).get(reverse("vendor_scores"), {"export": "csv"})
        heads[person.username] = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]

    assert "Credits" in heads[manager.username]
    assert "Credits" not in heads[basil.username]


def test_dina_sees_no_scorecard(sign_in, contract, dina):
    addresses = [reverse("vendor_scores"), reverse("vendor_scorecard", args=[contract.vendor_id])]

    assert [sign_in(dina).get(url).status_code for url in addresses] == [404, 404]

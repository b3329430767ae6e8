"""The renewal case: criteria freeze before offers, prices wait for all marks, the award makes a draft."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from assets.models import Asset
from contracts import actions, continuity, mail, permissions, reminders, succession
from contracts.models import Contract, Coverage, Offer, RenewalCase, Term
from contracts.offers import lines_of
from office.models import Event, OutboxRow
from tests import factories
from tests.contracts import case_scene as scene
from tests.contracts.conftest import day

TODAY = date(2026, 7, 5)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-07-05T09:00:00Z", tick=True):
        yield


def refused(code, act, *args, **kwargs):
    """That an action refuses with this code, at a field or as a whole, and leaves nothing of it."""
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        act(*args, **kwargs)
    errors = refusal.value.error_dict.values() if hasattr(refusal.value, "error_dict") else [[refusal.value]]
    assert [one.code for some in errors for one in some] == [code]


# Opening


def test_the_first_reminder_opens_the_case_once_with_criteria_that_make_a_hundred(contract):
    for _ in range(2):
        reminders.climb(day("2026-06-04"))
    reminders.climb(day("2026-08-03"))

    case = RenewalCase.objects.get()
    assert (case.term, case.state, case.opened_by) == (contract.terms.get(), "open", None)
    assert sum(one.weight for one in case.criteria.all()) == 100
    assert list(Event.objects.about(case).values_list("verb", "channel")) == [("case_opened", "clock")]


def test_before_the_first_rung_no_case_is_open(contract):
    reminders.climb(day("2026-06-03"))

    assert not RenewalCase.objects.exists()


def test_a_case_opened_by_hand_is_found_again(contract, owner):
    assert scene.opened(contract) == scene.opened(contract)
    assert RenewalCase.objects.get().opened_by == owner


def test_a_draft_has_nothing_to_renew(contract):
    Contract.objects.update(state="draft")

    refused("draft", actions.open_case, contract, by=contract.owner)


def test_who_may_not_edit_the_contract_opens_nothing(contract, manager, basil):
    stranger = factories.make_user(institution=contract.institution, is_manager=True)
    for person in (basil, stranger):
        with pytest.raises(PermissionDenied):
            actions.open_case(contract, by=person)


@pytest.mark.parametrize(("decision", "state"), [("terminate", "closed"), ("expire", "closed"), ("retender", "open")])
def test_a_decision_to_end_closes_the_case_and_one_to_tender_does_not(contract, owner, decision, state):
    case = scene.opened(contract)

    actions.record_decision(contract, by=owner, decision=decision, reason="Enough.")

    assert scene.fresh(case).state == state


def test_a_renewal_at_once_closes_the_case(contract, owner):
    case = scene.opened(contract)

    actions.record_decision(contract, by=owner, decision="renew", reason="Good.", new_end=date(2027, 12, 31))

    assert scene.fresh(case).state == "closed"


def test_a_contract_that_renewed_itself_closes_its_case(contract):
    case = scene.opened(contract)
    Contract.objects.update(renewal="auto", renewal_months=12)

    actions.renew_by_itself(contract, today=date(2027, 1, 1))

    assert scene.fresh(case).state == "closed"


# Criteria


def test_weights_that_do_not_make_a_hundred_are_not_frozen(contract, owner):
    case = scene.opened(contract)
    actions.remove_criterion(case.criteria.first(), by=owner)

    refused("weights", actions.freeze_criteria, case, by=owner)


def test_without_a_technical_criterion_nothing_is_frozen(contract, owner):
    case = scene.opened(contract)
    for one in case.criteria.filter(kind="technical"):
        actions.remove_criterion(one, by=owner)
    only = case.criteria.get()
    values = {"kind": "financial", "name_ar": "", "name_en": "Price", "weight": Decimal(100)}
    actions.save_criterion(case, by=owner, values=values, criterion=only)

    refused("technical", actions.freeze_criteria, case, by=owner)


def test_frozen_criteria_do_not_change(contract, owner):
    case = scene.with_committee(contract)
    values = {"kind": "technical", "name_ar": "", "name_en": "Colour", "weight": Decimal(1)}

    refused("state", actions.save_criterion, case, by=owner, values=values)
    refused("state", actions.save_criterion, case, by=owner, values=values, criterion=case.criteria.first())
    refused("state", actions.remove_criterion, case.criteria.first(), by=owner)
    refused("state", actions.freeze_criteria, case, by=owner)


def test_a_second_financial_criterion_is_refused(contract, owner):
    values = {"kind": "financial", "name_ar": "", "name_en": "Discount", "weight": Decimal(1)}

    refused("financial", actions.save_criterion, scene.opened(contract), by=owner, values=values)


def test_no_offer_comes_in_before_the_criteria_are_frozen(contract):
    refused("state", scene.offered, scene.opened(contract), "near")


def test_the_database_knows_that_offers_follow_the_criteria(contract):
    scene.opened(contract)

    with pytest.raises(IntegrityError), transaction.atomic():
        RenewalCase.objects.update(state="evaluating")


# Offers and marks


def test_a_vendor_offers_once(contract):
    case, offers = scene.with_offers(contract)

    refused("taken", scene.offered, case, "near", vendor=offers["near"].vendor)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"received_on": date(2026, 7, 6)}, "future"),
        ({"valid_until": date(2026, 6, 30)}, "backwards"),
        ({"response_minutes": 500}, "order"),
    ],
)
def test_an_offer_that_contradicts_itself_is_refused(contract, given, code):
    refused(code, scene.offered, scene.with_committee(contract), "near", **given)


def test_no_event_names_a_price(contract, owner):
    _case, _offers = scene.before_committee(contract)

    told = str(list(Event.objects.values_list("changes", flat=True)))
    assert "9000" not in told
    assert "12000" not in told


def test_a_price_typed_anew_replaces_the_sealed_one_and_is_told_without_it(contract, owner):
    _case, offers = scene.with_offers(contract)
    values = {name: getattr(offers["near"], name) for name in actions.cases.OFFER_FIELDS}

    actions.change_offer(offers["near"], by=owner, values=values)
    actions.change_offer(offers["near"], by=owner, values=values, price_per_year=Decimal(7000))

    assert Offer.objects.get(pk=offers["near"].pk).price_per_year == 7000
    changed = Event.objects.filter(verb="offer_changed").get()
    assert changed.changes["price_sealed"] == [None, None]


def test_prices_wait_for_every_member_even_for_who_typed_them(contract, owner, auditor, administrator):
    case, offers = scene.with_offers(contract)
    for person in (owner, auditor, administrator):
        assert [line.price for line in lines_of(scene.fresh(case), person, TODAY)] == [None, None]
    refused("unlocked", actions.open_prices, case, by=owner)

    scene.marked(case, offers)

    assert not permissions.shows_prices(owner, scene.fresh(case))  # locked, and not opened yet
    actions.open_prices(case, by=owner)
    for person in (owner, auditor, administrator):
        prices = {line.price for line in lines_of(scene.fresh(case), person, TODAY)}
        assert prices == set(scene.PRICES.values())


def test_who_sees_no_amounts_sees_no_price_afterwards_but_the_marks(contract, basil):
    case, _offers = scene.before_committee(contract)

    lines = lines_of(scene.fresh(case), basil, TODAY)

    assert [(line.price, line.per_asset, line.score) for line in lines] == [(None, None, None)] * 2
    assert [line.technical for line in lines] == [Decimal("44.00"), Decimal("61.00")]  # 60x.5+70x.2, 90x.5+80x.2


def test_a_committee_that_is_too_small_opens_nothing(contract, owner):
    case = scene.opened(contract)
    actions.add_member(case, by=owner, user=owner)
    case = actions.freeze_criteria(case, by=owner)
    scene.marked(case, {name: scene.offered(case, name) for name in scene.PRICES})

    refused("committee", actions.open_prices, case, by=owner)


def test_the_scores_are_those_worked_by_hand(contract, owner):
    factories.cover(contract, factories.make_asset(contract.institution, state="in_use"))
    factories.cover(contract, factories.make_asset(contract.institution, state="in_use"))
    factories.cover(contract, factories.make_asset(contract.institution, state="lost"))
    case, _offers = scene.before_committee(contract)

    near, far = lines_of(scene.fresh(case), owner, TODAY)

    assert (near.per_asset, far.per_asset) == (Decimal("4500.250"), Decimal("6000.125"))
    assert (near.score.total, near.score.place) == (Decimal("74.00"), 2)  # 44 + 30
    assert (far.score.total, far.score.place) == (Decimal("83.50"), 1)  # 61 + 30 x 9000.5 / 12000.25


def test_marks_are_locked_only_when_complete_and_then_for_good(contract, owner):
    case, offers = scene.with_offers(contract)
    criterion = case.criteria.filter(kind="technical").first()
    actions.give_marks(case, by=owner, points={(offers["near"].pk, criterion.pk): Decimal(50)})

    refused("missing", actions.lock_marks, case, by=owner)
    scene.marked(case, offers)
    refused("locked", actions.give_marks, case, by=owner, points={})
    refused("locked", actions.lock_marks, case, by=owner)


def test_a_mark_taken_away_is_missing(contract, owner):
    case, offers = scene.with_offers(contract)
    key = (offers["near"].pk, case.criteria.filter(kind="technical").first().pk)
    member = actions.give_marks(case, by=owner, points={key: Decimal(50)})

    actions.give_marks(case, by=owner, points={key: None})

    assert not member.marks.exists()


def test_the_financial_criterion_and_foreign_offers_take_no_marks(contract, owner):
    case, offers = scene.with_offers(contract)
    money = case.criteria.get(kind="financial")

    refused("foreign", actions.give_marks, case, by=owner, points={(offers["near"].pk, money.pk): Decimal(1)})
    refused("foreign", actions.give_marks, case, by=owner, points={(0, money.pk): Decimal(1)})


def test_who_sits_on_no_committee_marks_nothing(contract, manager):
    case, _offers = scene.with_offers(contract)

    with pytest.raises(PermissionDenied):
        actions.give_marks(case, by=manager, points={})


def test_after_the_first_lock_no_offer_comes_in_or_changes(contract, owner):
    case, offers = scene.with_offers(contract)
    scene.marked(case, offers)

    refused("locked", scene.offered, case, "near", vendor=factories.make_vendor())
    values = {name: getattr(offers["near"], name) for name in actions.cases.OFFER_FIELDS}
    refused("locked", actions.change_offer, offers["near"], by=owner, values=values)


def test_an_offer_set_aside_is_neither_marked_nor_opened(contract, owner):
    case, offers = scene.with_offers(contract)
    actions.set_offer_aside(offers["far"], by=owner, reason="No bid security.")
    scene.marked(case, {"near": offers["near"], "far": offers["near"]})
    actions.open_prices(case, by=owner)

    lines = {line.offer.pk: line for line in lines_of(scene.fresh(case), owner, TODAY)}

    assert lines[offers["near"].pk].price == scene.PRICES["near"]
    assert lines[offers["far"].pk].price is None
    refused("foreign", actions.recommend, case, by=owner, offer=offers["far"], reason="All the same.", minutes="Met.")


def test_a_seat_goes_with_its_marks_until_they_are_locked(contract, owner):
    case, offers = scene.with_offers(contract)
    stays, goes = case.members.all()[:2]

    actions.remove_member(goes, by=owner)
    assert case.members.count() == 2
    scene.marked(case, offers)
    refused("locked", actions.remove_member, stays, by=owner)


def test_one_chair_and_no_stranger(contract, owner):
    case = scene.with_committee(contract)
    stranger = factories.make_user(institution=factories.make_institution())
    colleague = factories.make_user(institution=contract.institution)

    refused("foreign", actions.add_member, case, by=owner, user=stranger)
    refused("chair", actions.add_member, case, by=owner, user=colleague, is_chair=True)
    refused("taken", actions.add_member, case, by=owner, user=owner)


# Recommendation, votes, award


def test_a_recommendation_needs_minutes_as_text_or_as_a_paper(contract, owner):
    case, offers = scene.before_committee(contract)
    given = {"by": owner, "offer": offers["near"], "reason": "Cheapest."}

    refused("required", actions.recommend, case, **given)
    paper = SimpleUploadedFile("minutes.pdf", b"%PDF-1.4 minutes", content_type="application/pdf")
    actions.recommend(case, document=paper, **given)

    assert scene.fresh(case).minutes_document.name == "minutes.pdf"


def test_recommending_something_else_takes_the_votes_back(contract, owner):
    case, offers = scene.voted(contract)

    actions.recommend(case, by=owner, offer=offers["near"], reason="Cheaper.", minutes="We met again.")

    assert set(case.members.values_list("vote", flat=True)) == {""}
    refused("votes", actions.award_case, case, by=owner, decision="retender")


def test_a_member_votes_once_and_says_why_not(contract, owner):
    case, _offers = scene.recommended(contract)

    refused("required", actions.cast_vote, case, by=owner, vote="against")
    actions.cast_vote(case, by=owner, vote="for")
    refused("voted", actions.cast_vote, case, by=owner, vote="against", remark="No.")


@pytest.mark.parametrize(
    "votes", [("for", "against", "abstained"), ("against", "against", "for"), ("abstained", "abstained", "abstained")]
)
def test_without_more_votes_for_than_against_nothing_is_awarded(contract, owner, votes):
    case, _offers = scene.voted(contract, votes=votes)

    refused("against", actions.award_case, case, by=owner, decision="retender")


def test_the_award_records_the_decision_that_silences_the_reminders(contract, owner):
    case, offers = scene.voted(contract)

    refused("required", actions.award_case, case, by=owner)
    actions.award_case(case, by=owner, decision="retender")

    case = scene.fresh(case)
    assert (case.state, case.awarded_offer, case.awarded_by) == ("awarded", offers["far"], owner)
    assert case.term.decision.decision == "retender"
    assert Contract.objects.get(pk=contract.pk).decide_by is None


def test_where_the_decision_is_recorded_already_the_award_asks_for_none(contract, owner):
    case, _offers = scene.voted(contract)
    actions.record_decision(contract, by=owner, decision="renegotiate", reason="Too dear.")

    actions.award_case(case, by=owner)

    assert case.term.contract.terms.get().decision.decision == "renegotiate"


def test_a_closed_case_goes_no_further(contract, owner):
    case, _offers = scene.recommended(contract)
    actions.close_case(case, by=owner, reason="The budget is gone.")

    refused("state", actions.cast_vote, case, by=owner, vote="for")
    refused("state", actions.close_case, case, by=owner, reason="Again.")


# The successor


@pytest.fixture
def covered(contract):
    """Two printers of one model under the contract, one of them lost; a third of that model is not covered."""
    model = factories.make_model()
    known = {"model": model, "state": "in_use"}
    devices = [factories.make_asset(contract.institution, tag=f"P-{n}", **known) for n in range(3)]
    Term.objects.update(value=Decimal(1000))
    for device in devices[:2]:
        factories.cover(contract, device, cost_share=Decimal(400))
    Asset.objects.filter(pk=devices[1].pk).update(state="lost")
    return devices


def successor(case, **more):
    values = {"number": "", "title": "Printers anew", "start": date(2027, 1, 1), "end": date(2027, 12, 31)}
    given = values | {"value": scene.PRICES["far"]} | more.pop("values", {})
    return actions.make_successor(case, by=case.contract.owner, values=given, **more)


def test_the_register_suggests_what_to_drop_and_what_to_add(contract, covered):
    case, _offers = scene.awarded(contract)
    factories.make_asset(contract.institution, state="in_use")  # of another kind and model

    proposal = succession.proposal_for(case)

    assert [line.asset for line in proposal.lines] == covered[:1]
    assert [line.asset for line in proposal.drops] == covered[1:2]
    assert proposal.additions == covered[2:]
    assert (proposal.start, proposal.end) == (date(2027, 1, 1), date(2027, 12, 31))
    assert proposal.value == scene.PRICES["far"]


def test_one_of_the_same_kind_in_the_same_place_is_suggested_too(contract):
    place, kind = factories.make_location(contract.institution), factories.make_asset_category()
    known = {"location": place, "category": kind, "state": "in_use"}
    covered, beside = (factories.make_asset(contract.institution, **known) for _ in range(2))
    factories.make_asset(contract.institution, location=place, state="in_use")  # another kind
    factories.cover(contract, covered)
    case, _offers = scene.awarded(contract)

    assert succession.proposal_for(case).additions == [beside]


def test_the_award_becomes_the_draft_of_the_successor(contract, owner, covered):
    values = {"kind": "visit", "title": "", "per_year": 2, "penalty_per_day": Decimal(10), "penalty_cap": Decimal(5)}
    actions.add_promise(contract, by=owner, values=values, amendment=factories.make_amendment(contract))
    case, offers = scene.awarded(contract)
    lost = Coverage.objects.get(asset=covered[1])

    made = successor(case, leave_out=[lost.pk], take_in=[covered[2]])

    made = Contract.objects.get(pk=made.pk)
    assert (made.state, made.vendor, made.predecessor) == ("draft", offers["far"].vendor, contract)
    assert scene.fresh(case).successor == made
    term, level = made.terms.get(), made.levels.get()
    assert (term.start, term.end, term.value) == (date(2027, 1, 1), date(2027, 12, 31), scene.PRICES["far"])
    assert (level.response_minutes, level.restore_minutes, level.on_site) == (120, 480, True)
    lines = Coverage.objects.filter(term=term).order_by("asset__tag")
    assert [line.asset for line in lines] == [covered[0], covered[2]]
    assert [line.cost_share for line in lines] == [Decimal("4800.100"), None]  # 400 of 1,000 before
    assert made.promises.get().per_year == 4  # as offered
    refused("made", successor, case)


def test_a_later_start_leaves_a_gap_that_both_contracts_show(contract, covered, sign_in, owner):
    case, _offers = scene.awarded(contract)

    made = successor(case, values={"start": date(2027, 1, 11)})

    assert continuity.gap_days(continuity.last_day(contract), made.terms.get().start) == 10
    for one in (contract, made):
        assert "10 days without cover" in sign_in(owner).get(one.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("ended", "begins", "days"),
    [
        (date(2026, 12, 31), date(2027, 1, 1), 0),
        (date(2026, 12, 31), date(2027, 1, 2), 1),
        (date(2026, 12, 31), date(2026, 12, 1), 0),
        (None, date(2027, 1, 2), 0),
        (date(2026, 12, 31), None, 0),
    ],
)
def test_gap_days_count_neither_end(ended, begins, days):
    assert continuity.gap_days(ended, begins) == days


def test_a_successor_does_not_begin_before_the_end(contract):
    case, _offers = scene.awarded(contract)

    refused("overlap", successor, case, values={"start": date(2026, 12, 31)})
    assert Contract.objects.count() == 1


def test_a_gap_between_two_terms_is_shown(contract, sign_in, owner):
    Term.objects.create(contract=contract, sequence=2, start=date(2027, 1, 6), end=date(2027, 12, 31))
    actions.refresh_dates(contract)

    assert "5 days without cover" in sign_in(owner).get(contract.get_absolute_url()).content.decode()


def test_a_case_belongs_to_its_institution(contract):
    case = scene.opened(contract)
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    assert not RenewalCase.objects.visible_to(stranger).exists()
    assert not permissions.sees_case(stranger, scene.fresh(case))


def test_the_rule_of_rows_and_of_one_row_agree(contract, owner, basil, dina, auditor):
    case = scene.with_committee(contract)
    seated = case.members.exclude(user__in=[owner, contract.deputy]).get().user

    for person in (owner, basil, dina, auditor, seated):
        listed = RenewalCase.objects.visible_to(person).exists()
        assert permissions.sees_case(person, scene.fresh(case)) is listed
    assert RenewalCase.objects.visible_to(seated).exists()
    assert not RenewalCase.objects.visible_to(dina).exists()


# What the members are told


def told(case):
    rows = OutboxRow.objects.filter(topic="contracts.case").order_by("pk")
    return [(row.recipient, row.payload["what"]) for row in rows]


def test_members_are_asked_for_marks_when_the_criteria_freeze_and_late_ones_when_named(contract, owner):
    case = scene.with_committee(contract)
    others = [member.user for member in case.members.exclude(user=owner).order_by("user_id")]
    assert sorted(told(case), key=lambda one: one[0].pk) == [(person, "seat") for person in others]

    late = factories.make_user(institution=contract.institution)
    actions.add_member(case, by=owner, user=late)

    assert told(case)[-1] == (late, "seat")


def test_members_are_asked_for_their_vote_on_each_recommendation(contract, owner):
    case, offers = scene.recommended(contract)
    actions.recommend(case, by=owner, offer=offers["near"], reason="Cheaper.", minutes="We met again.")

    assert [what for _person, what in told(case)].count("vote") == 4  # two others, twice


def test_the_mail_leads_to_the_case_and_is_dropped_once_the_marks_are_locked(contract, owner, deputy):
    case, offers = scene.with_offers(contract)
    row = OutboxRow.objects.get(topic="contracts.case", recipient=deputy)

    made = mail.make_case(row)
    assert case.get_absolute_url() in made.text
    assert "C-2026-014" in made.subject
    scene.marked(case, offers)

    assert mail.make_case(row) is None

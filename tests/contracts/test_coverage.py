"""Who covers an asset at an instant: by asset, model and place, in force or not, the best first."""

from datetime import UTC, date, datetime

import pytest

from contracts import actions, coverage
from contracts.models import Contract
from office.models import WorkingCalendar
from people.models import VendorContact
from tests import factories

SUNDAY_NOON = datetime(2026, 6, 7, 9, 0, tzinfo=UTC)  # 12:00 in Amman
FRIDAY = datetime(2026, 6, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def printer(ministry):
    return factories.make_asset(ministry, model=factories.make_model(), warranty_end=None)


def names(asset, at=SUNDAY_NOON):
    covers = coverage.who_covers(asset, at)
    assert coverage.call_now(asset, at)["covers"] == covers  # which asks for the past as well
    return [cover.contract.number if cover.contract else "warranty" for cover in covers]


def make(ministry, manager, number, asset=None, **rest):
    level = {name: rest.pop(name) for name in ("response_minutes", "restore_minutes") if name in rest}
    contract = factories.make_contract(ministry, owner=manager, number=number, **rest)
    contract.levels.update(**level)
    if asset:
        factories.cover(contract, asset)
    return contract


def test_a_contract_that_names_the_asset_covers_it(ministry, manager, printer):
    contract = make(ministry, manager, "C-1", printer)

    (cover,) = coverage.who_covers(printer, SUNDAY_NOON)

    assert (cover.contract, cover.vendor, cover.until) == (contract, contract.vendor, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        (datetime(2025, 12, 31, 20, 59, tzinfo=UTC), []),  # 23:59 in Amman
        (datetime(2025, 12, 31, 21, 0, tzinfo=UTC), ["C-1"]),
        (datetime(2026, 12, 31, 20, 59, tzinfo=UTC), ["C-1"]),
        (datetime(2026, 12, 31, 21, 0, tzinfo=UTC), []),
    ],
)
def test_days_are_local_and_both_ends_are_covered(ministry, manager, printer, at, covered):
    make(ministry, manager, "C-1", printer)

    assert names(printer, at) == covered


def test_a_contract_may_name_the_model_or_a_place_around_the_asset(ministry, manager, printer):
    building = factories.make_location(ministry)
    printer.location = factories.make_location(ministry, parent=building)
    printer.save()
    by_model, by_place = make(ministry, manager, "model"), make(ministry, manager, "place")
    factories.cover(by_model, None, model=printer.model)
    factories.cover(by_place, None, location=building)

    assert names(printer) == ["model", "place"]


def test_a_contract_of_another_institution_covers_nothing_here(manager, printer):
    factories.cover(make(factories.make_institution(), manager, "theirs"), None, model=printer.model)

    assert names(printer) == []


def test_the_best_promise_comes_first(ministry, manager, printer):
    printer.warranty_end = date(2027, 1, 1)
    make(ministry, manager, "slow", printer, response_minutes=60, restore_minutes=960)
    make(ministry, manager, "none", printer, response_minutes=None, restore_minutes=None)
    make(ministry, manager, "fast", printer, response_minutes=240, restore_minutes=480)
    make(ministry, manager, "quick answer", printer, response_minutes=30, restore_minutes=960)

    assert names(printer) == ["fast", "quick answer", "slow", "none", "warranty"]


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_never_was_in_force_never_covers(ministry, manager, printer, state):
    make(ministry, manager, "C-1", printer, state=state)

    assert names(printer) == []


def test_what_is_over_now_still_covered_then(ministry, manager, printer):
    make(ministry, manager, "C-1", printer, state="expired")

    assert names(printer) == ["C-1"]


def test_a_terminated_contract_covers_until_the_day_before(contract, owner, printer):
    factories.cover(contract, printer)
    actions.terminate_contract(contract, by=owner, on=date(2026, 6, 8), reason="Breach.")

    (cover,) = coverage.who_covers(printer, SUNDAY_NOON)

    assert cover.until == date(2026, 6, 7)
    assert names(printer, datetime(2026, 6, 8, 9, tzinfo=UTC)) == []


def test_a_suspended_contract_pauses(contract, owner, printer):
    factories.cover(contract, printer)
    actions.suspend_contract(contract, by=owner, reason="Strike.", on=date(2026, 6, 1))
    actions.resume_contract(contract, by=owner, on=date(2026, 6, 7))

    assert names(printer, FRIDAY) == []
    assert names(printer, SUNDAY_NOON) == ["C-2026-014"]


def test_a_warranty_covers_from_the_purchase_to_its_end(ministry):
    vendor = factories.make_vendor(phone="06-5555555")
    asset = factories.make_asset(
        ministry, purchase_date=date(2026, 1, 1), warranty_end=date(2026, 6, 7), supplier=vendor
    )

    (cover,) = coverage.who_covers(asset, SUNDAY_NOON)

    assert (cover.is_warranty, cover.phone, cover.until) == (True, "06-5555555", date(2026, 6, 7))


def test_hours_are_the_vendors(ministry, manager, printer):
    make(ministry, manager, "C-1", printer, response_minutes=240)

    (open_now,), (closed_now,) = (coverage.who_covers(printer, at) for at in (SUNDAY_NOON, FRIDAY))

    assert (open_now.is_open, open_now.opens_at) == (True, None)
    assert open_now.response_due == datetime(2026, 6, 8, 6, 0, tzinfo=UTC)  # 3.5 h on Sunday, half an hour on Monday
    assert (closed_now.is_open, closed_now.opens_at) == (False, datetime(2026, 6, 7, 5, 30, tzinfo=UTC))


def test_day_and_night_is_always_open(ministry, manager, printer):
    contract = make(ministry, manager, "C-1", printer, response_minutes=60)
    contract.levels.update(calendar=WorkingCalendar.objects.create(name_en="24x7", always_open=True))

    (cover,) = coverage.who_covers(printer, FRIDAY)

    assert (cover.is_open, cover.response_due) == (True, datetime(2026, 6, 5, 10, 0, tzinfo=UTC))


def test_support_is_asked_for_before_sales(ministry, manager, printer):
    contract = make(ministry, manager, "C-1", printer)
    VendorContact.objects.create(vendor=contract.vendor, name="Seller", role="sales", phone="1")
    VendorContact.objects.create(vendor=contract.vendor, name="Gone", role="support", phone="2", is_active=False)
    VendorContact.objects.create(vendor=contract.vendor, name="Helper", role="support", phone="3")

    (cover,) = coverage.who_covers(printer, SUNDAY_NOON)

    assert (cover.contact.name, cover.phone) == ("Helper", "3")


def test_one_question_takes_three_queries(ministry, manager, printer, django_assert_max_num_queries):
    printer.location, printer.supplier = factories.make_location(ministry), factories.make_vendor()
    printer.warranty_end = date(2027, 1, 1)
    printer.save()
    make(ministry, manager, "C-1", printer)
    assert coverage.who_covers(printer, SUNDAY_NOON)[0].is_open  # the calendar is remembered
    fresh = type(printer).objects.get(pk=printer.pk)

    with django_assert_max_num_queries(3):
        assert len(coverage.who_covers(fresh, SUNDAY_NOON)) == 2


def test_many_assets_take_as_many_queries_as_one(ministry, manager, django_assert_num_queries):
    contract = make(ministry, manager, "C-1")
    assets = [factories.make_asset(ministry) for _ in range(5)]
    for asset in assets:
        factories.cover(contract, asset)

    with django_assert_num_queries(2):
        covers = coverage.who_covers_many(assets, SUNDAY_NOON)

    assert [len(covers[asset.pk]) for asset in assets] == [1] * 5


def test_covered_until_reaches_over_terms_that_follow_each_other(contract, owner, printer):
    factories.cover(contract, printer)
    actions.add_term(contract, by=owner, end=date(2027, 12, 31))

    assert coverage.covered_until([printer], date(2026, 6, 7)) == {printer.pk: date(2027, 12, 31)}


def test_covered_until_stops_at_a_gap(ministry, manager, printer):
    make(ministry, manager, "C-1", printer)
    make(ministry, manager, "C-2", printer, start=date(2027, 1, 2), end=date(2027, 12, 31))

    assert coverage.covered_until([printer], date(2026, 6, 7)) == {printer.pk: date(2026, 12, 31)}
    assert coverage.covered_until([printer], date(2028, 6, 7)) == {printer.pk: None}


def test_that_nobody_covers_a_device_and_who_did_is_told_by_one_statement(
    ministry, manager, printer, django_assert_num_queries
):
    make(ministry, manager, "C-1", printer)
    make(ministry, manager, "C-0", printer, start=date(2025, 1, 1), end=date(2025, 12, 31))
    next_year = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)

    with django_assert_num_queries(1):
        answer = coverage.call_now(printer, next_year)

    assert (answer["covers"], answer["ended"].contract.number) == ([], "C-1")


def test_where_nobody_covers_the_last_cover_is_named(ministry, manager, printer):
    make(ministry, manager, "C-1", printer, start=date(2025, 1, 1), end=date(2025, 12, 31))

    answer = coverage.call_now(printer, SUNDAY_NOON)

    assert (answer["best"], answer["ended"].contract.number) == (None, "C-1")


def test_a_contract_that_starts_later_covers_then(ministry, manager, printer):
    make(ministry, manager, "C-1", printer)
    Contract.objects.update(state="active")

    assert names(printer, datetime(2024, 1, 1, tzinfo=UTC)) == []


def test_a_contract_notes_the_same_day_that_what_it_covers_left_service(ministry, manager, printer):
    from assets import actions as asset_actions
    from assets.choices import AssetState
    from office.models import Event

    contract, other = (make(ministry, manager, number, printer) for number in ("C-1", "C-2"))
    Contract.objects.filter(pk=other.pk).update(state="cancelled")
    holder = factories.make_user(ministry, is_technician=True)

    asset_actions.change_state(printer, by=holder, to=AssetState.LOST)

    event = Event.objects.get(verb="covered_gone")
    assert (event.object_id, event.changes) == (contract.pk, {"asset": [printer.pk, printer.pk]})

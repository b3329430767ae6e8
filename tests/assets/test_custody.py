"""Custody: hand over, take back, transfer, and the receiver's word."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assets import actions
from assets.choices import Acceptance, AssetState
from assets.models import Custody
from office.models import Event
from tests.factories import make_asset, make_institution, make_unit, make_user, make_vendor


@pytest.fixture
def laptop(ministry):
    return make_asset(ministry)


def test_handing_over_makes_the_receiver_holder_of_record_but_unsigned(laptop, basil, amal):
    custody = actions.hand_over(laptop, to=amal, by=basil, reason="New colleague", condition="New")

    laptop.refresh_from_db()
    assert laptop.state == AssetState.IN_USE
    assert custody.is_unsigned
    assert list(type(laptop).objects.held_by(amal)) == [laptop]


def test_handing_over_is_written_into_the_history(laptop, basil, amal):
    actions.hand_over(laptop, to=amal, by=basil)

    events = [(event.verb, event.changes) for event in Event.objects.about(laptop).order_by("id")]
    assert events == [
        ("handed_over", {"holder_person": [None, amal.pk]}),
        ("state_changed", {"state": ["in_store", "in_use"]}),
    ]


def test_what_somebody_holds_is_not_handed_over_twice(laptop, basil, amal, dina):
    actions.hand_over(laptop, to=amal, by=basil)

    with pytest.raises(ValidationError) as refusal:
        actions.hand_over(laptop, to=dina, by=basil)

    assert refusal.value.code == "held"
    assert Custody.objects.get().person == amal


def test_a_transfer_leaves_no_moment_without_a_holder(laptop, basil, amal, dina):
    actions.hand_over(laptop, to=amal, by=basil)
    actions.transfer(laptop, to=dina, by=basil, condition="Scratched lid")

    new, old = Custody.objects.order_by("-started_at")
    assert (old.person, new.person) == (amal, dina)
    assert old.ended_at == new.started_at
    assert old.condition_in == "Scratched lid"


def test_taking_back_puts_it_into_the_store(laptop, basil, amal):
    actions.hand_over(laptop, to=amal, by=basil)
    custody = actions.take_back(laptop, by=basil, condition="Good")

    laptop.refresh_from_db()
    assert (laptop.state, custody.received_by, custody.is_open) == (AssetState.IN_STORE, basil, False)


def test_a_vendor_that_receives_it_repairs_it(laptop, basil):
    actions.hand_over(laptop, to=make_vendor(), by=basil)

    laptop.refresh_from_db()
    assert laptop.state == AssetState.UNDER_REPAIR


def test_a_unit_can_hold_a_device_and_lending_says_so(laptop, basil, ministry):
    actions.hand_over(laptop, to=make_unit(ministry), by=basil, loan=True)

    laptop.refresh_from_db()
    assert laptop.state == AssetState.ON_LOAN


def test_the_receiver_confirms_once(laptop, basil, amal):
    custody = actions.hand_over(laptop, to=amal, by=basil)
    actions.accept(custody, by=amal)

    with pytest.raises(ValidationError) as refusal:
        actions.decline(custody, by=amal)

    custody.refresh_from_db()
    assert (custody.accepted, refusal.value.code) == (Acceptance.ACCEPTED, "answered")


def test_declining_leaves_the_custody_in_dispute_and_never_with_nobody(laptop, basil, amal):
    custody = actions.hand_over(laptop, to=amal, by=basil)
    actions.decline(custody, by=amal, note="I never got it")

    custody.refresh_from_db()
    assert custody.is_in_dispute
    assert list(type(laptop).objects.in_dispute()) == [laptop]
    assert custody.person == amal


def test_nobody_answers_for_somebody_else(laptop, basil, amal, dina):
    custody = actions.hand_over(laptop, to=amal, by=basil)

    with pytest.raises(PermissionDenied):
        actions.accept(custody, by=dina)


def test_a_signed_receipt_settles_a_dispute(laptop, basil, amal):
    custody = actions.hand_over(laptop, to=amal, by=basil)
    actions.decline(custody, by=amal)
    actions.accept_on_paper(custody, by=basil)

    custody.refresh_from_db()
    assert custody.accepted == Acceptance.PAPER


@pytest.mark.parametrize("who", ["amal", "manager", "auditor"])
def test_only_who_keeps_the_register_hands_over(who, laptop, dina, request):
    with pytest.raises(PermissionDenied):
        actions.hand_over(laptop, to=dina, by=request.getfixturevalue(who))

    assert not Custody.objects.exists()


def test_nothing_is_handed_to_another_institution_or_to_who_left(laptop, basil, ministry):
    stranger = make_user(make_institution())
    gone = make_user(ministry, is_active=False)

    for receiver, code in [(stranger, "institution"), (gone, "inactive")]:
        with pytest.raises(ValidationError) as refusal:
            actions.hand_over(laptop, to=receiver, by=basil)
        assert refusal.value.code == code


def test_what_is_out_of_service_cannot_be_handed_over(ministry, basil, amal):
    old = make_asset(ministry, state=AssetState.OUT_OF_SERVICE)

    with pytest.raises(ValidationError) as refusal:
        actions.hand_over(old, to=amal, by=basil)

    assert refusal.value.code == "transition"
    assert not Custody.objects.exists()


def test_it_is_not_returned_before_it_was_handed_over(laptop, basil, amal):
    actions.hand_over(laptop, to=amal, by=basil)

    with pytest.raises(ValidationError) as refusal:
        actions.take_back(laptop, by=basil, at=timezone.now() - timedelta(days=1))

    assert refusal.value.code == "backwards"


def test_the_database_refuses_overlapping_custody(laptop, basil, amal, dina):
    now = timezone.now()
    Custody.objects.create(asset=laptop, person=amal, started_at=now - timedelta(days=9), ended_at=now)

    start = now - timedelta(days=5)

    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.create(asset=laptop, person=dina, started_at=start, ended_at=now + timedelta(days=1))

    Custody.objects.create(asset=laptop, person=dina, started_at=now)


def test_an_overlap_becomes_a_sentence(laptop, basil, amal, dina):
    now = timezone.now()
    Custody.objects.create(asset=laptop, person=amal, started_at=now - timedelta(days=9), ended_at=now)

    with pytest.raises(ValidationError) as refusal:
        actions.hand_over(laptop, to=dina, by=basil, at=now - timedelta(days=2))

    assert refusal.value.code == "overlap"


@pytest.mark.parametrize("change", [{"person_id": 0}, {"started_at": 0}, {"ended_at": None}])
def test_the_database_keeps_ended_custody_as_it_was(change, laptop, basil, amal, dina):
    actions.hand_over(laptop, to=amal, by=basil)
    custody = actions.take_back(laptop, by=basil)
    values = {"person_id": dina.pk, "started_at": timezone.now() - timedelta(days=3), "ended_at": None}

    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.filter(pk=custody.pk).update(**{name: values[name] for name in change})


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_over_at_once_one_is_told():
    ministry = make_institution()
    basil = make_user(ministry, is_technician=True)
    laptop, receivers = make_asset(ministry), [make_user(ministry) for _ in range(6)]

    def give(receiver):
        try:
            actions.hand_over(laptop, to=receiver, by=basil)
        except ValidationError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(give, receivers))

    assert sorted(map(str, answers)) == ["None", "held", "held", "held", "held", "held"]
    assert Custody.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_writers_that_pass_by_the_actions_are_stopped_by_the_database():
    ministry = make_institution()
    laptop, receivers = make_asset(ministry), [make_user(ministry) for _ in range(6)]

    def write(receiver):
        try:
            Custody.objects.create(asset=laptop, person=receiver, started_at=timezone.now())
        except IntegrityError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(write, receivers))

    assert answers.count("refused") == 5
    assert Custody.objects.count() == 1

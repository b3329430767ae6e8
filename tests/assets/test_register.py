"""The register: entering, changing, and moving from state to state."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assets import actions, blockers
from assets.blockers import Blocker
from assets.choices import GONE, TRANSITIONS, AssetState
from assets.models import Asset
from assets.serials import is_placeholder
from assets.signals import asset_gone
from office.models import Event
from tests.factories import make_asset, make_asset_category, make_institution, make_location, make_model
from ui.forms import Conflict

S = AssetState


@pytest.fixture
def goodbyes():
    """(asset, previous state) of every asset_gone."""
    heard = []

    def listen(asset, previous, **rest):
        heard.append((asset, previous))

    asset_gone.connect(listen)
    yield heard
    asset_gone.disconnect(listen)


def test_a_new_asset_belongs_to_the_institution_of_who_enters_it(basil):
    asset = actions.create_asset(by=basil, values={"tag": "PC-1", "category": make_asset_category()})

    assert asset.institution_id == basil.institution_id
    assert [event.verb for event in Event.objects.about(asset)] == ["created"]


def test_a_tag_is_taken_once_in_an_institution_and_free_in_another(basil, ministry):
    make_asset(make_institution(), tag="PC-1")
    first = make_asset(ministry, tag="PC-1")

    with pytest.raises(ValidationError) as refusal:
        actions.create_asset(by=basil, values={"tag": "PC-1", "category": first.category})

    assert list(refusal.value.error_dict) == ["tag"]


def test_a_maker_gives_a_serial_number_once(basil, ministry):
    model = make_model()
    make_asset(ministry, model=model, serial_number="5CD-900")
    twin = {"tag": "PC-2", "category": make_asset_category(), "model": model, "serial_number": "5cd-900"}

    with pytest.raises(ValidationError) as refusal:
        actions.create_asset(by=basil, values=twin)

    assert list(refusal.value.error_dict) == ["serial_number"]


@pytest.mark.parametrize(
    "serial", ["", "0", "N/A", "Default string", "XXXXXXXX", "To Be Filled By O.E.M.", "غير معروف"]
)
def test_a_serial_number_that_says_nothing_may_repeat(serial, basil, ministry):
    model = make_model()
    make_asset(ministry, model=model, serial_number=serial)

    actions.create_asset(by=basil, values={"category": make_asset_category(), "model": model, "serial_number": serial})

    assert is_placeholder(serial)
    assert Asset.objects.count() == 2


def test_a_change_writes_old_and_new_value(basil, ministry):
    asset = make_asset(ministry, name="Old")
    actions.change_asset(asset, by=basil, values={"name": "New"})

    event = Event.objects.about(asset).get()
    assert (event.verb, event.changes) == ("changed", {"name": ["Old", "New"]})


def test_notes_are_not_copied_into_the_trail(basil, ministry):
    asset = make_asset(ministry)
    actions.change_asset(asset, by=basil, values={"notes": "The owner is ill."})

    assert Event.objects.about(asset).get().changes == {"notes": [None, None]}


def test_saving_without_a_change_leaves_no_trace(basil, ministry):
    asset = make_asset(ministry, name="Same")
    actions.change_asset(asset, by=basil, values={"name": "Same"})

    asset.refresh_from_db()
    assert (asset.version, Event.objects.count()) == (1, 0)


def test_the_second_of_two_people_saving_is_told(basil, ministry):
    asset = make_asset(ministry)
    actions.change_asset(asset, by=basil, values={"name": "First"}, version=1)

    with pytest.raises(Conflict):
        actions.change_asset(asset, by=basil, values={"name": "Second"}, version=1)

    asset.refresh_from_db()
    assert asset.name == "First"


def test_a_place_of_another_institution_is_refused(basil, ministry):
    elsewhere = make_location(make_institution())

    with pytest.raises(ValidationError) as refusal:
        actions.change_asset(make_asset(ministry), by=basil, values={"location": elsewhere})

    assert list(refusal.value.error_dict) == ["location"]


def test_nothing_becomes_a_part_of_itself(basil, ministry):
    rack = make_asset(ministry)
    disk = make_asset(ministry, parent=rack)

    with pytest.raises(ValidationError) as refusal:
        actions.change_asset(rack, by=basil, values={"parent": disk})

    assert list(refusal.value.error_dict) == ["parent"]


def test_dates_and_costs_that_cannot_be_are_refused(basil, ministry):
    wrong = {"warranty_start": date(2026, 2, 1), "warranty_end": date(2026, 1, 1), "purchase_cost": Decimal(-1)}

    with pytest.raises(ValidationError) as refusal:
        actions.change_asset(make_asset(ministry), by=basil, values=wrong)

    assert sorted(refusal.value.error_dict) == ["purchase_cost", "warranty_end"]


@pytest.mark.parametrize("who", ["amal", "manager", "auditor"])
def test_only_who_keeps_the_register_changes_it(who, ministry, request):
    asset = make_asset(ministry, name="Mine")

    with pytest.raises(PermissionDenied):
        actions.change_asset(asset, by=request.getfixturevalue(who), values={"name": "Theirs"})


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_a_state_follows_only_as_the_table_says(before, after, basil, ministry):
    asset = make_asset(ministry, state=before)

    if after == before or after in TRANSITIONS[before]:
        assert actions.change_state(asset, by=basil, to=after).state == after
    else:
        with pytest.raises(ValidationError):
            actions.change_state(asset, by=basil, to=after)


def test_the_rooms_above_hear_once_that_it_is_gone(basil, ministry, goodbyes):
    asset = make_asset(ministry, state=S.IN_STORE)
    for state in (S.OUT_OF_SERVICE, S.WRITTEN_OFF, S.DISPOSED):
        actions.change_state(asset, by=basil, to=state)

    assert goodbyes == [(asset, S.IN_STORE)]
    assert {S.OUT_OF_SERVICE, S.WRITTEN_OFF, S.DISPOSED} < GONE


def test_what_somebody_holds_is_not_retired(basil, amal, ministry, goodbyes):
    asset = make_asset(ministry, state=S.UNDER_REPAIR)
    asset.custodies.create(person=amal, started_at="2026-01-01T08:00Z")

    with pytest.raises(ValidationError) as refusal:
        actions.change_state(asset, by=basil, to=S.OUT_OF_SERVICE)

    assert "Amal Haddad" in refusal.value.messages[0]
    assert goodbyes == []


def test_what_is_in_somebodys_hands_is_not_in_the_store(basil, amal, ministry):
    asset = make_asset(ministry)
    actions.hand_over(asset, to=amal, by=basil)

    with pytest.raises(ValidationError) as refusal:
        actions.change_state(asset, by=basil, to=S.IN_STORE)

    assert refusal.value.code == "blocked"


def test_it_may_be_lost_in_somebodys_hands(basil, amal, ministry):
    asset = make_asset(ministry)
    actions.hand_over(asset, to=amal, by=basil)

    assert actions.change_state(asset, by=basil, to=S.LOST).state == S.LOST


def test_an_upper_room_stops_a_retirement(basil, ministry):
    asset = make_asset(ministry, state=S.IN_STORE)
    blockers.register("test", lambda asset: [Blocker("TKT-2026-00001 is open.", "/t/1")])

    try:
        with pytest.raises(ValidationError) as refusal:
            actions.change_state(asset, by=basil, to=S.OUT_OF_SERVICE)
    finally:
        blockers.unregister("test")

    assert "TKT-2026-00001" in refusal.value.messages[0]

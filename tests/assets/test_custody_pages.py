"""Pages of custody: handing over, taking back, my devices, the receipt, the leaver."""

import pytest
from django.urls import reverse

from assets import actions
from assets.choices import Acceptance, AssetState
from assets.models import Asset, Custody
from people import leaving
from tests.factories import make_asset, make_institution, make_unit, make_vendor


@pytest.fixture
def laptop(ministry):
    return make_asset(ministry, tag="PC-0042", name="Laptop")


@pytest.fixture
def hers(laptop, amal, basil):
    return actions.hand_over(laptop, to=amal, by=basil)


def hand_over(browser, asset, **form):
    return browser.post(reverse("hand_over_asset", args=[asset.pk]), form)


@pytest.mark.parametrize("typed", ["Amal Haddad", "E-77", "amal"])
def test_the_receiver_is_found_by_name_or_number(typed, sign_in, basil, amal, laptop):
    type(amal).objects.filter(pk=amal.pk).update(employee_number="E-77")
    answer = hand_over(sign_in(basil), laptop, kind="person", person=typed)

    assert answer.url == laptop.get_absolute_url()
    assert Custody.objects.get().person == amal


def test_the_form_sent_twice_hands_over_once(sign_in, basil, amal, laptop):
    form = {"kind": "person", "person": "Amal Haddad", "form_key": "0b9ab7f6-8a3c-4f39-9f5c-6a8a5d4f1c11"}
    answers = [hand_over(sign_in(basil), laptop, **form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Custody.objects.count() == 1


def test_an_unknown_receiver_is_refused_and_what_was_typed_is_kept(sign_in, basil, laptop):
    answer = hand_over(sign_in(basil), laptop, kind="person", person="Nobody", reason="For the summer")

    assert list(answer.context["form"].errors) == ["person"]
    assert "For the summer" in answer.content.decode()


def test_a_unit_or_a_vendor_receives_it(sign_in, basil, ministry):
    unit, vendor = make_unit(ministry), make_vendor()
    one, two = make_asset(ministry), make_asset(ministry)
    hand_over(sign_in(basil), one, kind="unit", unit=unit.pk)
    hand_over(sign_in(basil), two, kind="vendor", vendor=vendor.pk, loan="on")

    assert {custody.holder for custody in Custody.objects.all()} == {unit, vendor}
    two.refresh_from_db()
    assert two.state == AssetState.UNDER_REPAIR


def test_a_unit_of_another_institution_cannot_be_named(sign_in, basil, laptop):
    answer = hand_over(sign_in(basil), laptop, kind="unit", unit=make_unit(make_institution()).pk)

    assert "unit" in answer.context["form"].errors
    assert not Custody.objects.exists()


def test_the_same_page_transfers_what_somebody_holds(sign_in, basil, dina, laptop, hers):
    page = sign_in(basil).get(reverse("hand_over_asset", args=[laptop.pk])).content.decode()
    hand_over(sign_in(basil), laptop, kind="person", person="Dina Saleh")

    assert "Transfer of custody" in page
    assert Custody.objects.current().get().person == dina


def test_taking_back_asks_for_condition_and_state(sign_in, basil, laptop, hers):
    form = {"condition": "Broken hinge", "state": "under_repair"}
    sign_in(basil).post(reverse("take_back_asset", args=[laptop.pk]), form)

    laptop.refresh_from_db()
    custody = Custody.objects.get()
    assert (laptop.state, custody.condition_in, custody.is_open) == ("under_repair", "Broken hinge", False)


def test_amal_confirms_on_her_own_page(sign_in, amal, hers):
    browser = sign_in(amal)
    assert "Yes, I have it" in browser.get("/my-devices/").content.decode()

    browser.post(reverse("accept_custody", args=[hers.pk]))
    hers.refresh_from_db()
    assert hers.accepted == Acceptance.ACCEPTED
    assert "Yes, I have it" not in browser.get("/my-devices/").content.decode()


def test_amal_disputes_and_the_desk_reads_why(sign_in, amal, basil, laptop, hers):
    sign_in(amal).post(reverse("decline_custody", args=[hers.pk]), {"note": "It is another laptop"})

    page = sign_in(basil).get(laptop.get_absolute_url()).content.decode()
    assert "It is another laptop" in page
    assert "in dispute" in page


@pytest.mark.parametrize("name", ["accept_custody", "decline_custody", "custody_receipt", "accept_custody_on_paper"])
def test_dina_has_nothing_to_say_about_it(name, sign_in, dina, hers):
    browser, address = sign_in(dina), reverse(name, args=[hers.pk])

    assert {browser.post(address).status_code, browser.get(address).status_code} <= {404, 405}
    hers.refresh_from_db()
    assert hers.accepted == Acceptance.PENDING


def test_the_desk_notes_a_signature_on_paper(sign_in, basil, hers):
    sign_in(basil).post(reverse("accept_custody_on_paper", args=[hers.pk]))

    hers.refresh_from_db()
    assert hers.accepted == Acceptance.PAPER


def test_an_auditor_reads_and_signs_nothing(sign_in, auditor, hers):
    answer = sign_in(auditor).post(reverse("accept_custody_on_paper", args=[hers.pk]))

    hers.refresh_from_db()
    assert (answer.status_code, hers.accepted) == (403, Acceptance.PENDING)


def test_the_receipt_speaks_both_languages(sign_in, basil, hers):
    page = sign_in(basil).get(reverse("custody_receipt", args=[hers.pk])).content.decode()

    assert 'lang="ar"' in page
    assert 'lang="en"' in page
    assert "PC-0042" in page


@pytest.mark.parametrize("count", [1, 3])
def test_my_devices_cost_the_same_however_many(count, sign_in, amal, basil, ministry, django_assert_max_num_queries):
    for _ in range(count):
        actions.hand_over(make_asset(ministry), to=amal, by=basil)
    browser = sign_in(amal)
    browser.get("/my-devices/")

    with django_assert_max_num_queries(4):
        browser.get("/my-devices/")


@pytest.mark.parametrize("address", ["/my-devices/", "{receipt}"])
def test_the_pages_speak_arabic(address, sign_in, amal, hers):
    amal.language = "ar"
    amal.save()

    page = sign_in(amal).get(address.format(receipt=reverse("custody_receipt", args=[hers.pk])))
    assert 'dir="rtl"' in page.content.decode()


def test_what_a_leaver_holds_stands_in_the_way_and_goes_over(amal, dina, administrator, laptop, hers):
    ((kind, things),) = [pair for pair in leaving.holdings_of(amal) if pair[0].kind == "custody"]
    kind.hand_over(amal, dina, administrator)

    assert things == [laptop]
    assert list(Asset.objects.held_by(dina)) == [laptop]
    assert not kind.holdings(amal)


def test_a_lost_device_stays_lost_when_its_holder_leaves(amal, dina, basil, administrator, laptop, hers):
    actions.change_state(laptop, by=basil, to=AssetState.LOST)
    actions.transfer(laptop, to=dina, by=administrator)

    laptop.refresh_from_db()
    assert laptop.state == AssetState.LOST

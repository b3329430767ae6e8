"""Vendors: one company once, and whom to call there."""

import pytest
from django.core.exceptions import ValidationError

from office.models import Event
from people import actions
from people.models import Vendor, VendorContact
from tests.factories import make_vendor

FORM = {"name": "Jordan Data Systems", "language": "en"}


def test_a_manager_adds_a_vendor(sign_in, manager):
    response = sign_in(manager).post("/vendors/new/", FORM | {"tax_number": "١٠٢٩٣", "website": "jds.example"})

    vendor = Vendor.objects.get()
    assert response["Location"] == vendor.get_absolute_url()
    assert (vendor.tax_number, vendor.website) == ("10293", "https://jds.example")
    assert Event.objects.about(vendor).get().verb == "created"


@pytest.mark.parametrize("name", ["شركة الانظمه المتقدمه", "شركة  الأنظمة المُتقدّمة", "شركة الأنظمة المتقدمة"])
def test_a_company_known_by_another_spelling_is_shown_instead(sign_in, manager, name):
    known = make_vendor(name="شركة الأنظمة المتقدمة")

    page = sign_in(manager).post("/vendors/new/", {"name": name, "language": "ar"}).content.decode()

    assert "There is a vendor of this name already." in page
    assert f'<a href="{known.get_absolute_url()}">' in page
    assert Vendor.objects.count() == 1


def test_a_company_known_by_its_tax_number_is_shown_instead(sign_in, manager):
    known = make_vendor(name="Old Name", tax_number="777")

    page = sign_in(manager).post("/vendors/new/", FORM | {"tax_number": "777"}).content.decode()

    assert "Another vendor has this tax number." in page
    assert f'<a href="{known.get_absolute_url()}">' in page
    assert page.count("tax number.") == 1


def test_the_name_of_a_known_company_is_text_not_markup(sign_in, manager):
    make_vendor(name="<script>alert(1)</script> Co", tax_number="777")

    page = sign_in(manager).post("/vendors/new/", FORM | {"tax_number": "777"}).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_two_who_add_one_company_at_once_make_it_once(manager):
    make_vendor(name="Jordan Data Systems")

    with pytest.raises(ValidationError) as refusal:
        actions.create_vendor(by=manager, name="JORDAN data systems")

    assert refusal.value.vendor == Vendor.objects.get()


def test_an_edited_vendor_keeps_its_own_name(sign_in, manager):
    vendor = make_vendor(name="Jordan Data Systems")

    sign_in(manager).post(f"/vendors/{vendor.pk}/edit/", FORM | {"phone": "06-5551000", "version": vendor.version})

    vendor.refresh_from_db()
    assert vendor.phone == "06-5551000"
    assert Event.objects.about(vendor).get().changes["phone"][1] == "06-5551000"


def test_a_renamed_vendor_is_found_by_its_new_name(sign_in, manager):
    vendor = make_vendor(name="Old Name")
    actions.change_vendor(vendor, by=manager, name="Levant Networks")
    browser = sign_in(manager)

    found = browser.get("/vendors/", {"q": "levant"}).context["page"].rows
    gone = browser.get("/vendors/", {"q": "old"}).context["page"].rows

    assert (found, gone) == ([vendor], [])
    assert Vendor.objects.called("LEVANT networks").get() == vendor


def test_contacts_are_kept_with_their_role(sign_in, manager):
    vendor = make_vendor()
    browser = sign_in(manager)

    browser.post(f"/vendors/{vendor.pk}/contacts/new/", {"name": "Salim", "role": "escalation_1", "phone": "079-1"})
    contact = VendorContact.objects.get()
    browser.post(f"/vendors/contacts/{contact.pk}/retire/")

    contact.refresh_from_db()
    assert (contact.vendor, contact.is_active) == (vendor, False)
    verbs = Event.objects.about(vendor).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["contact_added", "contact_removed"]


def test_a_contact_nobody_could_reach_is_refused(sign_in, manager):
    vendor = make_vendor()

    page = sign_in(manager).post(f"/vendors/{vendor.pk}/contacts/new/", {"name": "Salim", "role": "support"})

    assert "Give a telephone number or a mail address." in page.content.decode()


def test_a_vendor_out_of_use_stays_to_be_seen(sign_in, manager, basil):
    vendor = make_vendor()

    sign_in(manager).post(f"/vendors/{vendor.pk}/retire/")

    assert "out of use" in sign_in(basil).get(vendor.get_absolute_url()).content.decode()


def test_a_technician_reads_and_changes_nothing(sign_in, basil):
    vendor = make_vendor(name="Levant Networks")

    page = sign_in(basil).get(vendor.get_absolute_url()).content.decode()

    assert "Levant Networks" in page
    assert "/edit/" not in page


def test_vendors_are_in_the_global_search_of_those_who_see_them(sign_in, basil, amal):
    vendor = make_vendor(name="Levant Networks")

    assert vendor.get_absolute_url() in sign_in(basil).get("/search/?q=levant").content.decode()
    assert vendor.get_absolute_url() not in sign_in(amal).get("/search/?q=levant").content.decode()

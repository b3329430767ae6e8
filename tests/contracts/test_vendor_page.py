"""The vendor's page behind its secret address: what it shows, what it takes, and to whom it does not exist."""

import base64
import hashlib
import re
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from contracts import actions, coverage
from contracts.models import VendorLink
from office.models import Attachment
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64

FILES = ("attachment", "attachment_thumbnail")


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        cache.clear()
        yield traveller


@pytest.fixture
def make_call(contract, basil, ministry):
    """(call, address of its page) of a new printer under the contract."""

    def _make_call(language="en"):
        printer = factories.make_asset(ministry, name="Printer of the third floor")
        factories.cover(contract, printer)
        call = actions.open_call(
            by=basil,
            institution=ministry,
            cover=coverage.who_covers(printer)[0],
            asset=printer,
            subject="Jammed",
            text="It jams.",
            channel="phone",
            language=language,
        )
        _link, token = actions.make_link(call, by=basil)
        return call, reverse("vendor_page", args=[token])

    return _make_call


@pytest.fixture
def page(make_call):
    return make_call()


def send(client, address, kind, **fields):
    return client.post(address, {"kind": kind, "name": "Fadi", "form_key": str(uuid.uuid4())} | fields)


def drawn():
    file = BytesIO()
    Image.new("RGB", (60, 20), "white").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def everything():
    """A digest of every row of every table but the sessions'."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            digest.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return digest.hexdigest()


def test_it_shows_the_device_and_the_promises_and_nobody_of_ours(client, page, basil):
    _call, address = page

    response = client.get(address)

    words = response.content.decode()
    assert response.status_code == 200
    assert all(told in words for told in ("Printer of the third floor", "It jams.", "CALL-2026-00001"))
    assert basil.name not in words
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_asking_for_it_changes_not_one_row(client, page):
    _call, address = page
    before = everything()

    for method in (client.get, client.head):
        assert method(address).status_code == 200
    client.get(f"{address}?kind=restored&name=Fadi&language=ar")

    assert everything() == before


def test_it_speaks_the_vendors_language_and_switches(client, make_call):
    _call, address = make_call("ar")

    arabic, english = client.get(address), client.get(f"{address}?language=en")

    assert 'lang="ar"' in arabic.content.decode()
    assert 'dir="rtl"' in arabic.content.decode()
    assert (english.headers["Content-Language"], 'lang="en"' in english.content.decode()) == ("en", True)


def test_from_receipt_to_repair_every_step_is_evidence_with_its_address(client, page, the_clock):
    call, address = page

    send(client, address, "received")
    send(client, address, "coming", promised_for="2026-11-22T11:00")
    the_clock.move_to(NOW + timedelta(hours=2))
    send(client, address, "on_site", happened_at="2026-11-22T10:45")
    the_clock.move_to(NOW + timedelta(hours=3))
    report = SimpleUploadedFile("report.png", PNG, "image/png")
    response = send(client, address, "restored", remark="New roller.", document=report, signature=drawn())

    call.refresh_from_db()
    steps = list(call.steps.exclude(kind="escalated").order_by("pk"))
    assert response.status_code == 302
    assert [step.kind for step in steps] == ["received", "coming", "on_site", "restored"]
    assert {(step.ip, step.name, step.by) for step in steps} == {("127.0.0.1", "Fadi", None)}
    assert call.on_site_at == datetime(2026, 11, 22, 7, 45, tzinfo=UTC)
    assert (call.response_state, call.restore_state) == ("met", "met")
    assert [steps[3].document.name, steps[3].signature.name] == ["report.png", "signature.png"]


def test_without_a_script_the_typed_name_is_the_signature(client, page):
    call, address = page

    nameless = send(client, address, "restored", name=" ")
    assert (nameless.status_code, call.steps.filter(kind="restored").count()) == (200, 0)
    assert "it stands for your signature" in nameless.content.decode()

    assert send(client, address, "restored").status_code == 302
    assert call.steps.get(kind="restored").signature is None


@pytest.mark.parametrize("signature", ["data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zz4=", "x", "%00"])
def test_what_is_no_drawing_is_refused_in_a_sentence(client, page, signature):
    call, address = page

    response = send(client, address, "restored", signature=signature)

    assert response.status_code == 200
    assert "signature could not be read" in response.content.decode()
    assert call.steps.count() == 1


def test_files_have_the_limits_of_the_house_and_what_was_typed_is_kept(client, page, settings):
    call, address = page
    program = SimpleUploadedFile("report.exe", b"MZ", "application/octet-stream")

    response = send(client, address, "report", document=program, remark="Here it is.")

    assert "cannot be attached" in response.content.decode()
    assert "Here it is." in response.content.decode()
    assert (call.steps.count(), Attachment.objects.count()) == (1, 0)


def test_the_same_form_twice_is_one_step(client, page):
    call, address = page
    key = str(uuid.uuid4())

    answers = [send(client, address, "received", form_key=key).status_code for _ in range(2)]

    assert (answers, call.steps.filter(kind="received").count()) == ([302, 302], 1)


def dead(address):
    response = Client().get(address, HTTP_ACCEPT_LANGUAGE="en")
    posted = Client().post(address, {"kind": "received", "name": "x"}, HTTP_ACCEPT_LANGUAGE="en")
    assert (response.status_code, posted.status_code) == (404, 404)
    return re.sub(r'(csrf[^>]*|name="next" value=)"[^"]*"', "", response.content.decode())


def test_guessed_expired_revoked_called_off_and_foreign_links_are_one_neutral_page(make_call, basil, the_clock):
    (first, revoked), (second, off), (_third, late) = make_call(), make_call(), make_call()
    actions.revoke_link(first.links.get(), by=basil)
    actions.cancel_call(second, by=basil, reason="Twice.")
    digest = VendorLink.objects.first().digest
    the_clock.move_to(NOW + timedelta(days=31))

    pages = [dead(address) for address in (revoked, off, late, "/v/guessed/", f"/v/{digest}/", "/v/%20/")]

    assert len(set(pages)) == 1
    assert "CALL-" not in pages[0]


def test_one_link_never_answers_another_call(client, make_call):
    (first, address), (second, _other) = make_call(), make_call()

    send(client, address, "received", call=second.pk, link=second.links.get().pk, token="x")

    assert [call.steps.filter(kind="received").count() for call in (first, second)] == [1, 0]


def test_after_the_call_was_closed_only_a_report_can_be_sent(client, page, basil):
    call, address = page
    actions.record_step(call, by=basil, kind="restored")

    assert send(client, address, "on_site").status_code == 200
    report = SimpleUploadedFile("report.png", PNG, "image/png")
    assert send(client, address, "report", document=report).status_code == 302
    assert [step.kind for step in call.steps.filter(link__isnull=False)] == ["report"]


def test_who_guesses_often_is_told_to_wait_and_who_has_a_link_is_not(client, page):
    _call, address = page

    answers = [client.get(f"/v/{n}/").status_code for n in range(22)]

    assert answers == [404] * 20 + [429] * 2
    assert client.get(address).status_code == 200


def test_a_link_sends_sixty_reports_an_hour_and_no_more(client, page):
    call, address = page

    answers = [send(client, address, "received", form_key=str(uuid.uuid4())).status_code for _ in range(61)]

    assert answers[-2:] == [302, 429]
    assert call.steps.filter(kind="received").count() == 60


def test_it_is_no_page_for_other_methods(client, page):
    _call, address = page

    assert [getattr(client, method)(address).status_code for method in ("put", "delete", "patch")] == [405] * 3


def test_it_needs_the_token_of_the_form(page):
    _call, address = page

    assert Client(enforce_csrf_checks=True).post(address, {"kind": "received"}).status_code == 403


def test_another_vendors_link_shows_and_moves_nothing_of_this_ones_call(client, make_call, contract, page):
    """Two vendors, a call each: whoever has the one address has nothing of the other call, file or signature."""
    call, address = page
    send(client, address, "report", document=SimpleUploadedFile("secret-report.png", PNG, "image/png"))
    send(client, address, "restored", signature=drawn())
    other_vendor = factories.make_vendor(name="Beta Repair")
    second, second_address = make_call()
    type(second).objects.filter(pk=second.pk).update(vendor=other_vendor)
    rival, files = Client(), [row.pk for row in Attachment.objects.of(call)]

    shown = rival.get(second_address).content.decode()
    fetched = [rival.get(reverse(name, args=[pk])).status_code for name in FILES for pk in files]
    send(rival, second_address, "on_site")

    assert len(files) == 2
    assert not [word for word in (call.number, call.vendor.name, "secret-report") if word in shown]
    assert {code for code in fetched if code not in (302, 404)} == set()  # to the sign-in, or nothing at all
    assert [row.steps.filter(kind="on_site").count() for row in (call, second)] == [0, 1]


def test_a_form_that_is_sent_again_after_the_call_is_over_is_no_second_step(client, page, basil):
    call, address = page
    key = str(uuid.uuid4())
    send(client, address, "restored", form_key=key)
    actions.confirm_step(call.steps.get(kind="restored"), by=basil)

    again = send(client, address, "restored", form_key=key)
    anew = send(client, address, "restored")

    call.refresh_from_db()
    assert (again.status_code, anew.status_code, call.state) == (302, 200, "closed")
    assert call.steps.filter(kind="restored").count() == 1


def test_a_form_of_one_call_sent_to_another_is_its_own_step_there(client, make_call):
    """The key belongs to the form of one call: replayed at another address it neither hides nor doubles anything."""
    (first, address), (second, other) = make_call(), make_call()
    key = str(uuid.uuid4())

    for each in (address, other, address):
        send(client, each, "received", form_key=key)

    assert [call.steps.filter(kind="received").count() for call in (first, second)] == [1, 1]


def test_a_link_that_was_replaced_leads_nowhere_and_the_new_one_does(client, page, basil):
    call, address = page
    actions.revoke_link(call.links.get(), by=basil)
    _link, token = actions.make_link(call, by=basil)

    assert client.get(address).status_code == 404
    assert send(client, address, "received").status_code == 404
    assert send(client, reverse("vendor_page", args=[token]), "received").status_code == 302
    assert call.steps.filter(kind="received").count() == 1

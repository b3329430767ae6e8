"""The outbox as the administration sees it: envelopes only, retry, hold and release."""

import pytest
from django.urls import reverse

from office import kinds, outbox
from office.models import Event, MailHold, OutboxRow
from office.models.outbox import OutboxState
from tests.factories import make_asset, make_institution, make_user


@outbox.topic("test.page")
def _mail(row):
    return outbox.Mail("Secret subject", "Secret text")


@pytest.fixture
def owe(ministry, amal):
    """Owe Amal a mail; states and errors as given."""

    def _owe(to=amal, about=None, **values):
        row = outbox.enqueue(
            "test.page", to=to, about=about, key=f"k{OutboxRow.objects.count()}", payload={"x": "Secret"}
        )
        OutboxRow.objects.filter(pk=row.pk).update(**values)
        row.refresh_from_db()
        return row

    return _owe


def rows(response):
    return list(response.context["page"].rows)


def test_the_administrator_sees_envelopes_and_no_text(sign_in, administrator, owe):
    owe()
    page = sign_in(administrator).get("/outbox/").content.decode()

    assert "Amal Haddad" in page
    assert "queued" in page
    assert "Secret" not in page


def test_a_failure_says_why(sign_in, administrator, owe):
    owe(state=OutboxState.FAILED, error_class="refused", error="550 no such user")

    page = sign_in(administrator).get("/outbox/").content.decode()
    assert "refused by the mail server" in page
    assert "550 no such user" in page


def test_what_it_is_about_is_named_for_who_may_see_it(sign_in, administrator, ministry, owe):
    asset = make_asset(ministry, tag="PC-0042")
    owe(about=asset)

    assert "PC-0042" in sign_in(administrator).get("/outbox/").content.decode()


def test_mail_of_another_institution_is_not_there(sign_in, administrator, owe):
    owe(to=make_user(make_institution()))

    assert rows(sign_in(administrator).get("/outbox/")) == []


def test_amal_sees_what_was_sent_to_her_and_basil_what_is_about_what_he_sees(sign_in, amal, dina, basil, ministry, owe):
    hers, about_asset = owe(), owe(to=dina, about=make_asset(ministry))

    assert rows(sign_in(amal).get("/outbox/")) == [hers]
    assert rows(sign_in(dina).get("/outbox/")) == [about_asset]
    assert rows(sign_in(basil).get("/outbox/")) == [about_asset]


def test_a_failed_mail_is_sent_again(sign_in, administrator, owe):
    failed, sent = owe(state=OutboxState.FAILED, attempts=9), owe(state=OutboxState.SENT)
    sign_in(administrator).post("/outbox/", {"action": "retry", "selected": [failed.pk, sent.pk]})

    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.attempts, sent.state) == ("queued", 0, "sent")
    assert Event.objects.get().verb == "mail_retried"


@pytest.mark.parametrize("who", ["amal", "basil", "manager", "auditor"])
def test_only_an_administrator_retries_holds_and_releases(who, sign_in, owe, request):
    failed = owe(state=OutboxState.FAILED)
    browser = sign_in(request.getfixturevalue(who))
    answers = [
        browser.post("/outbox/", {"action": "retry", "selected": [failed.pk]}),
        browser.post(reverse("hold_mail")),
        browser.post(reverse("release_mail")),
    ]

    failed.refresh_from_db()
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert (failed.state, MailHold.objects.exists()) == ("failed", False)


def test_held_mail_waits_until_it_is_released(sign_in, administrator, owe):
    row = owe()
    browser = sign_in(administrator)
    browser.post(reverse("hold_mail"), {"reason": "The server moves"})
    page = browser.get("/outbox/").content.decode()
    outbox.drain()
    row.refresh_from_db()
    was = row.state
    browser.post(reverse("release_mail"))
    outbox.drain()

    row.refresh_from_db()
    assert "The server moves" in page
    assert "held" in page
    assert (was, row.state) == ("queued", "sent")


def test_holding_twice_holds_once(sign_in, administrator, ministry):
    browser = sign_in(administrator)
    browser.post(reverse("hold_mail"))
    browser.post(reverse("hold_mail"))

    assert MailHold.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_for_three(
    count, sign_in, administrator, ministry, owe, django_assert_max_num_queries
):
    for _ in range(count):
        owe(about=make_asset(ministry))
    browser = sign_in(administrator)
    browser.get("/outbox/")

    with django_assert_max_num_queries(7):
        browser.get("/outbox/")


def test_the_export_holds_no_text_of_mails(sign_in, administrator, owe):
    owe()
    answer = sign_in(administrator).get("/outbox/?export=csv")

    body = b"".join(answer.streaming_content).decode()
    assert "Amal Haddad" in body
    assert "Secret" not in body


def test_the_page_speaks_arabic(sign_in, administrator, owe):
    administrator.language = "ar"
    administrator.save()
    owe()

    assert 'dir="rtl"' in sign_in(administrator).get("/outbox/").content.decode()


def test_a_kind_that_nobody_registered_shows_nothing(ministry, basil):
    assert kinds.things(basil, [("nowhere.thing", 1)]) == {}

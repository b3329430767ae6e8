"""The words of mails: previews of every kind, and what an institution puts in the place of the house's own."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from helpdesk import actions
from office import mailtext_actions, mailtexts, outbox, views_mailtexts, views_outbox
from office.models import Event, MailWording, OutboxRow
from tests import factories

RECEIVED, NEWS = "ticket.received", "ticket.news"
PAGE = "/setup/mail-texts/"


@pytest.fixture
def say(administrator):
    """Choose other words for a kind of mail, in English."""

    def _say(topic, **words):
        return mailtext_actions.change_words(topic, {"en": words}, by=administrator)

    return _say


@pytest.fixture
def ticket(queue, basil, amal):
    return actions.file_ticket(requester=amal, by=basil, subject="The printer", description="It is jammed.")


def mail_to(person, topic=NEWS):
    return outbox.make(OutboxRow.objects.filter(recipient=person, topic=topic).latest("pk"))


def test_every_kind_of_mail_has_a_preview_in_both_languages(administrator):
    shown = {
        (topic, language): views_mailtexts.mail_of(topic, administrator, language)
        for topic in views_outbox.topic_names()
        for language in ("ar", "en")
    }

    without = [
        topic for topic in views_outbox.topic_names() if mailtexts.sample(topic, _row(topic, administrator)) is None
    ]
    assert without == []
    assert all(mail.subject and mail.text and "<table" in mail.html for mail in shown.values())
    assert all(f'dir="{"rtl" if language == "ar" else "ltr"}"' in mail.html for (_t, language), mail in shown.items())
    assert "%(" not in "".join(mail.subject + mail.text for mail in shown.values())


def _row(topic, reader):
    return mailtexts.sample_row(topic, reader)


def test_other_words_leave_with_the_next_mail(say, ticket, amal):
    say(NEWS, subject="Request {number} of the ministry", opening="Dear {name},", closing="The support of {house}")

    mail = mail_to(amal)

    assert mail.subject.startswith("Request \u2066TKT-")
    assert mail.text.startswith("Dear \u2068Amal Haddad\u2069,")
    assert "The support of" in mail.text
    assert "The support of" in mail.html


def test_the_other_language_keeps_the_words_of_the_house(say, ticket, amal):
    say(NEWS, subject="Request {number} of the ministry")
    amal.language = "ar"
    amal.save()

    assert "Request" not in mail_to(amal).subject


def test_another_institution_keeps_the_words_of_the_house(say):
    say(RECEIVED, lead="We are on it.")
    elsewhere = factories.make_user(factories.make_institution(), language="en")

    assert "We are on it." not in views_mailtexts.mail_of(RECEIVED, elsewhere, "en").text


def test_what_was_typed_is_text_and_nothing_else(say, ticket, amal):
    say(NEWS, closing="<b onmouseover=x>{name}</b> {{ 7|add:7 }} %(number)s".replace("{{ 7|add:7 }}", "&amp;"))

    html = mail_to(amal).html

    assert "&lt;b onmouseover=x&gt;" in html
    assert "&amp;amp; %(number)s" in html


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Request {number.__class__}", "place"),
        ("Request {settings} {number}", "place"),
        ("Request {0} {number}", "place"),
        ("Request {number} {", "brace"),
        ("Request {{number}}", "brace"),
        ("A request", "needed"),
    ],
)
def test_a_place_that_is_not_there_is_refused(say, words, code):
    with pytest.raises(ValidationError) as refusal:
        say(NEWS, subject=words)

    assert refusal.value.code == code
    assert not MailWording.objects.exists()


def test_an_empty_text_brings_the_words_of_the_house_back(say, ticket, amal):
    say(NEWS, subject="Request {number}")
    say(NEWS, subject="")

    assert mail_to(amal).subject.startswith("Ticket")


def test_the_words_of_the_house_typed_again_are_no_change(say):
    with override("en"):
        say(RECEIVED, lead="We have taken in your request. You can follow it under its number.")

    assert MailWording.objects.get().words == {}
    assert not Event.objects.filter(kind="office.mailwording").exists()


def test_the_change_stands_in_the_history(say, administrator):
    row = say(RECEIVED, lead="We are on it.")

    event = Event.objects.get(kind="office.mailwording", object_id=row.pk)
    assert (event.actor, event.changes) == (administrator, {"lead_en": ["", "We are on it."]})


# The pages


def test_the_overview_draws_every_mail_in_a_frame(sign_in, administrator):
    page = sign_in(administrator).get(PAGE).content.decode()

    assert page.count("<iframe") == len(views_outbox.topic_names())
    assert "TKT-2026-00042" in page


def test_a_frame_holds_the_mail_without_script_and_without_styles_at_elements(sign_in, administrator):
    answer = sign_in(administrator).get(f"{PAGE}{NEWS}/ar/")
    page = answer.content.decode()

    assert 'style="' not in page
    assert 'dir="rtl"' in page
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_texts_are_changed_on_their_page(sign_in, administrator):
    browser = sign_in(administrator)
    browser.get(f"{PAGE}{RECEIVED}/")

    answer = browser.post(f"{PAGE}{RECEIVED}/", {"version": "0", "lead_ar": "وصلنا طلبك {number}."}, follow=True)

    assert "وصلنا طلبك {number}." in answer.content.decode()
    assert "TKT-2026-00042" in browser.get(f"{PAGE}{RECEIVED}/ar/").content.decode()
    assert MailWording.objects.get().words["ar"] == {"lead": "وصلنا طلبك {number}."}


def test_a_wrong_place_gets_a_sentence_at_its_box_and_what_was_typed_stays(sign_in, administrator):
    page = sign_in(administrator).post(f"{PAGE}{RECEIVED}/", {"version": "0", "lead_en": "Dear {nobody}"})

    words = page.content.decode()
    assert "There is no place called" in words
    assert "Dear {nobody}" in words


def test_the_second_of_two_people_gets_both_values(sign_in, administrator, say):
    browser = sign_in(administrator)
    say(RECEIVED, lead="We are on it.")

    answer = browser.post(f"{PAGE}{RECEIVED}/", {"version": "0", "lead_en": "It is with us."})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "We are on it." in page
    assert "It is with us." in page


def test_technicians_look_and_change_nothing_and_employees_find_nothing(sign_in, basil, amal):
    assert sign_in(basil).get(PAGE).status_code == 200
    assert sign_in(basil).get(f"{PAGE}{NEWS}/").status_code == 403
    assert sign_in(amal).get(PAGE).status_code == 404


def test_a_kind_that_is_none_is_not_found(sign_in, administrator):
    browser = sign_in(administrator)

    assert browser.get(f"{PAGE}ticket.nothing/").status_code == 404
    assert browser.get(f"{PAGE}{NEWS}/fr/").status_code == 404


def test_the_overview_asks_as_much_whatever_was_changed(sign_in, administrator, say, django_assert_max_num_queries):
    say(RECEIVED, lead="We are on it.")
    say(NEWS, closing="Bye.")
    browser = sign_in(administrator)
    browser.get(PAGE)

    with django_assert_max_num_queries(10 + 2 * len(views_outbox.topic_names())):
        browser.get(PAGE)


def test_the_pages_speak_arabic(sign_in, administrator):
    administrator.language = "ar"
    administrator.save()
    browser = sign_in(administrator)

    assert "نصوص الرسائل" in browser.get(PAGE).content.decode()
    assert "نصوص الرسائل" in browser.get(f"{PAGE}{NEWS}/").content.decode()

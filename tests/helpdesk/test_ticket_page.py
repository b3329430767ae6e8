"""The page of one ticket: who gets which one, what stands on it, what its buttons do."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk import actions
from helpdesk.choices import Status
from office.models import Attachment, Event
from tests import factories


def page(browser, ticket):
    return browser.get(ticket.get_absolute_url())


def post(browser, ticket, act, **data):
    return browser.post(f"{ticket.get_absolute_url()}{act}/", data)


def text_file(name="log.txt"):
    return SimpleUploadedFile(name, b"It says: error 42.\n", content_type="text/plain")


ACTS = "take start assign transfer wait resume reply note confirm reopen close cancel follow unfollow followers edit"


def test_who_asked_reads_the_promise_and_the_public_words(sign_in, taken, amal, basil):
    actions.reply_to_ticket(taken, by=basil, text="We are coming.")
    actions.note_ticket(taken, by=basil, text="marzipan")

    shown = page(sign_in(amal), taken).content.decode()

    assert "We are working on it." in shown
    assert "We are coming." in shown
    assert "marzipan" not in shown
    assert "ticket_desk" not in shown


def test_the_employees_page_names_nothing_of_the_desks_inside(sign_in, taken, amal, basil):
    actions.wait_ticket(taken, by=basil, kind="vendor", note="Al-Noor 4711")

    shown = page(sign_in(amal), taken).content.decode()

    assert "Waiting for: the vendor" in shown
    assert "Al-Noor" not in shown
    assert str(taken.queue) not in shown


def test_the_desk_works_on_a_page_with_both_faces(sign_in, ticket, basil):
    shown = page(sign_in(basil), ticket).content.decode()

    assert "Reply to Amal" in shown
    assert "Only the desk reads this" in shown
    assert str(ticket.queue) in shown


def test_a_technician_of_another_team_gets_only_the_note(sign_in, ticket, outsider):
    shown = page(sign_in(outsider), ticket).content.decode()

    assert "Internal note" in shown
    assert "Reply to Amal" not in shown


def test_an_auditor_reads_all_and_has_no_button(sign_in, taken, auditor, basil):
    actions.note_ticket(taken, by=basil, text="marzipan")

    shown = page(sign_in(auditor), taken).content.decode()

    assert "marzipan" in shown
    assert "composer" not in shown.split('id="composer"')[-1].split("</div>")[0]


def test_a_covered_device_shows_its_managers_the_public_part(sign_in, ministry, desk, amal, basil, manager):
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry, owner=manager), device)
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Broken", asset=device), by=basil)
    actions.note_ticket(ticket, by=basil, text="marzipan")

    shown = page(sign_in(manager), ticket)

    assert shown.status_code == 200
    assert "marzipan" not in shown.content.decode()


@pytest.mark.parametrize("act", ["", *(f"{act}/" for act in ACTS.split())])
def test_dina_finds_nothing_at_any_address_of_the_ticket(sign_in, solved, dina, act):
    browser = sign_in(dina)
    nowhere = factories.make_ticket().pk + 1000
    before = Event.objects.count()

    for pk in (solved.pk, nowhere):
        for response in (browser.get(f"/tickets/{pk}/{act}"), browser.post(f"/tickets/{pk}/{act}", {"text": "x"})):
            assert response.status_code in (404, 405)
    assert browser.get(f"/t/{solved.number}").status_code == 404
    assert Event.objects.count() == before


def test_the_short_link_leads_to_the_ticket(sign_in, ticket, amal):
    response = sign_in(amal).get(f"/t/{ticket.number.lower()}")

    assert response.url == ticket.get_absolute_url()


def test_reading_a_restricted_ticket_leaves_a_line(sign_in, secret_queue, amal, auditor):
    ticket = factories.make_ticket(amal, queue=secret_queue)

    page(sign_in(auditor), ticket)
    page(sign_in(amal), ticket)

    assert list(Event.objects.about(ticket).values_list("verb", "actor")) == [("read", auditor.pk)]


def test_an_administrator_does_not_find_a_restricted_ticket(sign_in, secret_queue, amal, administrator):
    ticket = factories.make_ticket(amal, queue=secret_queue)

    assert page(sign_in(administrator), ticket).status_code == 404


def test_a_reply_is_taken_in_once(sign_in, taken, amal):
    browser, key = sign_in(amal), str(uuid.uuid4())

    for _ in range(2):
        response = post(browser, taken, "reply", text="Hello?", form_key=key)

    assert response.status_code == 302
    assert taken.messages.count() == 1


def test_a_reply_with_a_file_shows_both(sign_in, taken, amal):
    browser = sign_in(amal)

    post(browser, taken, "reply", text="See here.", files=[text_file()])

    shown = page(browser, taken).content.decode()
    assert "See here." in shown
    assert "log.txt" in shown


def test_a_refused_reply_keeps_what_was_typed(sign_in, taken, amal):
    response = post(sign_in(amal), taken, "reply", text="See here.", files=[text_file("evil.exe")])

    assert response.status_code == 422
    assert "See here." in response.content.decode()
    assert "cannot be attached" in response.content.decode()
    assert not taken.messages.exists()


def test_an_empty_reply_says_so(sign_in, taken, amal):
    response = post(sign_in(amal), taken, "reply", text="")

    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_the_button_of_a_reply_asks_or_solves(sign_in, taken, basil, state):
    browser = sign_in(basil)

    post(browser, taken, "reply", text="Which printer?", then="wait")
    assert state(taken) == Status.WAITING
    post(browser, taken, "reply", text="New toner.", then="resolve")
    assert state(taken) == Status.RESOLVED


def test_a_file_of_an_internal_note_does_not_exist_for_who_asked(sign_in, taken, basil, amal):
    actions.note_ticket(taken, by=basil, text="See the log.", files=[text_file()])
    file = Attachment.objects.get()

    assert sign_in(amal).get(f"/files/{file.pk}/").status_code == 404
    assert sign_in(basil).get(f"/files/{file.pk}/").status_code == 200


def test_a_file_moves_out_of_sight_with_its_ticket(sign_in, taken, basil, amal, dina, secret_queue):
    actions.reply_to_ticket(taken, by=amal, text="See.", files=[text_file()])
    file = Attachment.objects.get()
    actions.transfer_ticket(taken, by=basil, queue=secret_queue)

    seen = [user for user in (amal, basil, dina) if sign_in(user).get(f"/files/{file.pk}/").status_code == 200]

    assert seen == [amal]


def test_reading_a_file_of_a_restricted_ticket_leaves_a_line(sign_in, secret_queue, amal, auditor):
    ticket = factories.make_ticket(amal, queue=secret_queue)
    actions.attach_files(ticket, by=amal, files=[text_file()])

    sign_in(auditor).get(f"/files/{Attachment.objects.get().pk}/")

    assert Event.objects.about(ticket).filter(verb="read", actor=auditor).exists()


def test_it_works_now_and_still_broken(sign_in, solved, amal, state):
    browser = sign_in(amal)

    post(browser, solved, "reopen", **{"again-text": "It jams again."})
    assert state(solved) == Status.IN_PROGRESS
    post(browser, solved, "confirm")
    assert state(solved) == Status.RESOLVED
    post(browser, solved, "confirm")
    assert state(solved) == Status.CLOSED


def test_a_button_pressed_too_late_is_answered_with_a_sentence(sign_in, solved, basil):
    response = sign_in(basil).post(f"{solved.get_absolute_url()}reply/", {"text": "Again.", "then": "resolve"})

    assert response.status_code == 422
    assert "This ticket is already resolved." in response.content.decode()


def test_of_two_people_who_save_the_second_gets_both_values(sign_in, taken, basil, colleague):
    address = f"{taken.get_absolute_url()}edit/"
    seen = {"subject": taken.subject, "impact": 3, "urgency": 2, "room": "", "extension": "", "version": taken.version}
    actions.change_ticket(taken, by=colleague, subject="The copier is jammed")

    response = sign_in(basil).post(address, seen | {"subject": "The scanner is jammed"})

    taken.refresh_from_db()
    shown = response.content.decode()
    assert response.status_code == 409
    assert "The copier is jammed" in shown
    assert "The scanner is jammed" in shown
    assert taken.subject == "The copier is jammed"


def test_who_chose_after_a_conflict_is_served(sign_in, taken, basil, colleague):
    address = f"{taken.get_absolute_url()}edit/"
    actions.change_ticket(taken, by=colleague, subject="The copier is jammed")
    taken.refresh_from_db()
    data = {"subject": "Mine", "impact": 3, "urgency": 1, "version": taken.version, "keep_subject": "theirs"}

    response = sign_in(basil).post(address, data)

    taken.refresh_from_db()
    assert response.status_code == 302
    assert (taken.subject, taken.urgency) == ("The copier is jammed", 1)


def test_the_device_is_changed_by_its_tag(sign_in, ministry, taken, basil):
    device = factories.make_asset(ministry, tag="AST-777")
    data = {"subject": "Jam", "impact": 3, "urgency": 2, "version": taken.version, "asset_tag": "ast-777"}

    sign_in(basil).post(f"{taken.get_absolute_url()}edit/", data)

    taken.refresh_from_db()
    assert taken.asset == device


def test_a_small_form_comes_as_a_piece_or_as_a_page(sign_in, taken, basil):
    browser, address = sign_in(basil), f"{taken.get_absolute_url()}assign/"

    assert "<html" not in browser.get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" in browser.get(address).content.decode()


def test_assigning_by_form(sign_in, taken, basil, colleague):
    sign_in(basil).post(f"{taken.get_absolute_url()}assign/", {"assignee": colleague.pk})

    taken.refresh_from_db()
    assert taken.assignee == colleague


def test_a_transfer_out_of_sight_leads_back_to_the_list(sign_in, taken, basil, secret_queue):
    response = sign_in(basil).post(f"{taken.get_absolute_url()}transfer/", {"queue": secret_queue.pk})

    assert response.url == "/tickets/"


def test_followers_are_added_by_name_and_leave_again(sign_in, taken, basil, dina):
    browser = sign_in(basil)

    browser.post(f"{taken.get_absolute_url()}followers/", {"person": "Dina Saleh"})
    assert [watcher.user for watcher in taken.watchers.all()] == [dina]
    browser.post(f"{taken.get_absolute_url()}followers/{dina.pk}/remove/")
    assert not taken.watchers.exists()


def test_the_history_is_folded_between_what_was_said(sign_in, taken, basil, colleague):
    actions.assign_ticket(taken, by=basil, to=colleague)
    actions.transfer_ticket(taken, by=basil, queue=factories.make_queue(taken.queue.team, name_en="Elsewhere"))

    shown = page(sign_in(basil), taken).content.decode()

    assert "3 steps" in shown
    assert "Assigned to Badr Khalil" in shown
    assert "to “Elsewhere”" in shown


@pytest.mark.parametrize("reader", ["basil", "amal", "auditor", "manager"])
def test_the_page_takes_few_statements_whatever_stands_on_it(
    request, sign_in, ministry, desk, amal, basil, manager, reader, django_assert_max_num_queries
):
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry, owner=manager), device)
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Broken", asset=device), by=basil)
    for number in range(3):
        actions.reply_to_ticket(ticket, by=basil, text=f"Reply {number}", files=[text_file()])
        actions.file_ticket(requester=amal, subject=f"Other {number}", asset=device)
    browser = sign_in(request.getfixturevalue(reader))
    page(browser, ticket)

    with django_assert_max_num_queries(15):
        page(browser, ticket)


def test_the_page_in_arabic(sign_in, ticket, colleague):
    shown = page(sign_in(colleague), ticket).content.decode()

    assert 'lang="ar"' in shown
    assert "ملاحظة داخلية" in shown
    assert "بمن أتصل" not in shown  # no device, so nobody to call


def test_text_of_people_is_escaped(sign_in, desk, amal, basil):
    ticket = actions.file_ticket(requester=amal, subject="<i>x</i>", description="<script>alert(1)</script>")

    shown = page(sign_in(basil), ticket).content.decode()

    assert "<script>alert" not in shown
    assert "<i>x" not in shown


def test_the_account_of_the_time_is_fetched_after_the_page_and_is_a_page_of_its_own(sign_in, taken, basil):
    url = f"{taken.get_absolute_url()}time/"

    shown = page(sign_in(basil), taken).content.decode()
    part = sign_in(basil).get(url, headers={"HX-Request": "true"}).content.decode()
    whole = sign_in(basil).get(url).content.decode()

    assert f'hx-get="{url}"' in shown
    assert "<svg" in part
    assert "<html" not in part
    assert part.strip().split(">")[0] in whole.replace(" open", "")
    assert "<html" in whole


def test_who_asked_is_not_shown_the_account_of_the_desk(sign_in, taken, amal):
    assert sign_in(amal).get(f"{taken.get_absolute_url()}time/").status_code == 403


def test_the_team_stands_first_among_those_who_may_have_it(sign_in, ticket, basil, colleague, outsider):
    outsider.name = "Aaron Zaid"
    outsider.save()

    form = sign_in(basil).get(f"/tickets/{ticket.pk}/assign/").context["form"]

    assert [str(person) for _key, person in form.fields["assignee"].choices] == [
        "Choose ...",
        *sorted([str(basil), str(colleague)]),
        "Aaron Zaid",
    ]

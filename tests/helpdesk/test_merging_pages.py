"""Merging on the screen: which, what will happen, who is told; and the pages of both afterwards."""

import pytest

from helpdesk import actions
from helpdesk.choices import Status
from helpdesk.models import Ticket, Watcher
from office.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def into(desk, dina, colleague):
    """Dina has reported the same printer; Badr works on it."""
    other = actions.file_ticket(requester=dina, subject="Nothing prints", description="Room 7.")
    return actions.take_ticket(other, by=colleague)


@pytest.fixture
def merged(taken, into, basil):
    actions.merge_ticket(taken, by=basil, into=into)
    taken.refresh_from_db()
    return taken


@pytest.fixture
def secret(secret_queue, dina):
    return factories.make_ticket(dina, queue=secret_queue, number="TKT-2026-00099", subject="Leaked marzipan")


def read(browser, ticket, part=""):
    return browser.get(f"{ticket.get_absolute_url()}{part}").content.decode()


def merge(browser, ticket, **data):
    return browser.post(f"{ticket.get_absolute_url()}merge/", data)


def agree(browser, ticket, **data):
    """Both steps."""
    asked = merge(browser, ticket, **data)
    return merge(browser, ticket, agreed=asked.context["form"]["agreed"].value(), **data)


def test_the_requesters_other_tickets_are_offered_first_then_those_of_the_device(
    sign_in, taken, desk, ministry, amal, dina, basil
):
    device = factories.make_asset(ministry)
    Ticket.objects.filter(pk=taken.pk).update(asset=device)
    same = factories.make_ticket(dina, queue=desk, asset=device, subject="Of the device")
    hers = factories.make_ticket(amal, queue=desk, subject="Of Amal")
    ended = factories.make_ticket(amal, queue=desk, status=Status.CLOSED)
    elsewhere = factories.make_ticket(amal, queue=factories.make_queue(factories.make_team(ministry)))

    form = sign_in(basil).get(f"{taken.get_absolute_url()}merge/").context["form"]

    offered = [int(key) for key, _words in form.fields["other"].choices]
    assert offered == [hers.pk, same.pk]
    assert not {ended.pk, elsewhere.pk, taken.pk} & {*offered}


def test_it_says_first_what_will_happen_and_who_is_told(sign_in, taken, into, basil, ministry):
    Watcher.objects.create(ticket=taken, user=factories.make_user(ministry, name="Sami Follower"))
    browser = sign_in(basil)

    asked = merge(browser, taken, number=into.number)

    shown = asked.content.decode()
    assert [person.name for person in asked.context["plan"]["told"]] == ["Amal Haddad", "Badr Khalil", "Sami Follower"]
    for words in (into.number, into.subject, "Amal Haddad", "Badr Khalil", "Sami Follower", "ends and leads to"):
        assert words in shown
    assert not Ticket.objects.exclude(merged_into=None).exists()


def test_agreed_to_it_is_done_and_opens_the_other_one(sign_in, taken, into, basil):
    done = agree(sign_in(basil), taken, number=into.number)

    taken.refresh_from_db()
    assert (done.status_code, done.url) == (302, into.get_absolute_url())
    assert taken.merged_into == into


def test_who_chooses_from_the_list_need_not_type(sign_in, taken, desk, amal, basil):
    same = factories.make_ticket(amal, queue=desk)

    agree(sign_in(basil), taken, other=same.pk)

    taken.refresh_from_db()
    assert taken.merged_into == same


def test_another_ticket_or_another_person_to_tell_is_asked_about_again(sign_in, taken, into, basil, ministry):
    browser = sign_in(basil)
    agreed = merge(browser, taken, number=into.number).context["form"]["agreed"].value()
    Watcher.objects.create(ticket=taken, user=factories.make_user(ministry, name="Sami Follower"))

    asked = merge(browser, taken, number=into.number, agreed=agreed)

    assert (asked.status_code, "Sami Follower" in asked.content.decode()) == (200, True)
    assert not Ticket.objects.exclude(merged_into=None).exists()


def test_the_number_may_be_typed_in_any_digits(sign_in, taken, into, basil):
    arabic = into.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    asked = merge(sign_in(basil), taken, number=f" {arabic.lower()} ")

    assert asked.context["plan"]["into"] == into


def test_a_hidden_number_is_as_unknown_as_one_that_nobody_has(sign_in, taken, secret, basil):
    browser = sign_in(basil)

    hidden, missing = (merge(browser, taken, number=number) for number in (secret.number, "TKT-2026-55555"))

    assert hidden.context["form"].errors == missing.context["form"].errors
    assert "marzipan" not in hidden.content.decode()


def test_into_one_that_others_work_on_is_refused_with_a_sentence(sign_in, taken, ministry, amal, basil):
    theirs = factories.make_ticket(amal, queue=factories.make_queue(factories.make_team(ministry)))

    asked = merge(sign_in(basil), taken, number=theirs.number)

    assert asked.context["form"].errors["number"] == [
        "You do not work on this ticket, so nothing can be merged into it."
    ]


@pytest.mark.parametrize("number", ["", "x" * 500, "\x00", "TKT-2026-", "⁦٤٢⁩", "'; --"])
def test_nonsense_is_refused_at_the_field(sign_in, taken, basil, number):
    asked = merge(sign_in(basil), taken, number=number, agreed="nonsense", other="99999999999999999999")

    assert (asked.status_code, bool(asked.context["form"].errors)) == (200, True)


def test_what_the_states_forbid_is_said_before_anything_is_asked(sign_in, taken, into, basil, colleague):
    actions.resolve_ticket(into, by=colleague, resolution="Done.")

    asked = merge(sign_in(basil), taken, number=into.number)

    assert asked.context["plan"] is None
    assert "The other ticket is solved or has ended." in asked.content.decode()


def test_many_go_into_one_from_the_list(sign_in, taken, into, ticket, desk, amal, basil):
    others = [factories.make_ticket(amal, queue=desk) for _ in range(2)]
    closed = factories.make_ticket(amal, queue=desk, status=Status.CLOSED)
    chosen = [*others, closed, into]

    sign_in(basil).post(
        "/tickets/view/all/",
        {"action": "merge", "confirmed": "1", "number": into.number, "selected": [each.pk for each in chosen]},
    )

    assert set(Ticket.objects.filter(merged_into=into)) == set(others)


# The pages afterwards


def test_the_merged_page_leads_to_the_other_one(sign_in, merged, into, basil):
    shown = read(sign_in(basil), merged)

    assert f'href="{into.get_absolute_url()}"' in shown
    assert "Take apart" in shown
    assert "Merged into" in shown


def test_to_whoever_may_not_see_the_other_one_it_names_nothing(sign_in, merged, into, amal, dina, colleague):
    actions.resolve_ticket(into, by=colleague, resolution="For Dina alone.")

    shown = read(sign_in(amal), merged)

    for hidden in (into.number, into.subject, into.get_absolute_url(), "Dina", "For Dina alone.", "Badr"):
        assert hidden not in shown
    assert "We believe it is solved, together with another request." in shown
    assert "Merged into another one" in shown


def test_a_technician_outside_the_restricted_queue_reads_no_name_of_it(
    sign_in, taken, secret, secret_queue, basil, colleague
):
    secret_queue.team.members.add(basil)
    actions.merge_ticket(taken, by=basil, into=secret)
    colleague.language = "en"
    colleague.save()
    browser = sign_in(colleague)

    shown = read(browser, taken)

    assert "Merged into another ticket" in shown
    assert secret.number not in shown
    assert "marzipan" not in shown
    assert browser.get(secret.get_absolute_url()).status_code == 404


def test_the_other_page_names_no_restricted_one_that_was_merged_into_it(
    sign_in, secret, into, secret_queue, basil, colleague
):
    secret_queue.team.members.add(basil)
    actions.merge_ticket(secret, by=basil, into=into)
    actions.reply_to_ticket(secret, by=secret.requester, text="It was marzipan.")

    theirs, mine = read(sign_in(colleague), into), read(sign_in(basil), into)

    assert secret.number not in theirs
    assert "marzipan" not in theirs
    assert "Another one was merged into this one" in theirs or "1 step" in theirs or "steps" in theirs
    assert "It was marzipan." in mine
    assert secret.number in mine


def test_an_auditors_look_at_what_was_merged_from_a_restricted_queue_is_written_down(
    sign_in, secret, into, secret_queue, basil, auditor
):
    secret_queue.team.members.add(basil)
    actions.merge_ticket(secret, by=basil, into=into)

    read(sign_in(auditor), into)

    assert Event.objects.about(secret).filter(verb="read", actor=auditor).exists()


def test_what_was_said_on_the_merged_one_stands_on_the_other_page_with_its_number(sign_in, merged, into, amal, basil):
    actions.reply_to_ticket(merged, by=amal, text="It smells of smoke.")

    shown = read(sign_in(basil), into)

    assert "It smells of smoke." in shown
    assert "Since this morning." in shown
    assert shown.count(merged.number) >= 3


def test_she_writes_on_her_own_page_and_is_read_on_the_other(sign_in, merged, into, amal, basil):
    browser = sign_in(amal)
    browser.post(f"{merged.get_absolute_url()}reply/", {"text": "Is there news?"})

    assert "Is there news?" in read(browser, merged)
    assert "We work on this request together with another one" in read(browser, merged)
    assert "Is there news?" in read(sign_in(basil), into)


def test_of_two_of_her_own_she_is_led_to_the_other(sign_in, taken, amal, basil):
    same = actions.file_ticket(requester=amal, subject="Again")
    actions.merge_ticket(same, by=basil, into=taken)

    assert f'href="{taken.get_absolute_url()}"' in read(sign_in(amal), same)


def test_when_the_other_one_is_closed_there_is_nothing_to_write_in(sign_in, merged, into, amal, colleague):
    actions.resolve_ticket(into, by=colleague, resolution="Done.")
    actions.close_ticket(into, by=colleague)

    shown = read(sign_in(amal), merged)

    assert "reply/" not in shown
    assert "This request is closed." in shown


def test_the_button_takes_apart(sign_in, merged, basil, state):
    sign_in(basil).post(f"{merged.get_absolute_url()}apart/")

    assert state(merged) == Status.IN_PROGRESS


def test_lists_call_it_merged_and_no_open_view_has_it(sign_in, merged, into, basil, amal):
    browser = sign_in(basil)

    assert merged.number not in browser.get("/tickets/").content.decode()
    assert "Merged" in browser.get("/tickets/view/all/").content.decode()
    assert "Merged" in sign_in(amal).get("/requests/").content.decode()


def test_its_number_leads_to_its_page(sign_in, merged, basil):
    assert sign_in(basil).get(f"/t/{merged.number}").url == merged.get_absolute_url()
    assert sign_in(basil).get("/search/", {"q": merged.number}).url == merged.get_absolute_url()


@pytest.mark.parametrize("count", [1, 3])
def test_the_other_page_takes_few_statements_however_many_were_merged(
    sign_in, into, desk, amal, basil, count, django_assert_max_num_queries
):
    for number in range(count):
        ticket = actions.file_ticket(requester=amal, subject=f"Again {number}")
        actions.reply_to_ticket(ticket, by=amal, text="Hello?")
        actions.merge_ticket(ticket, by=basil, into=into)
    browser = sign_in(basil)
    read(browser, into)

    with django_assert_max_num_queries(19):
        read(browser, into)


def test_both_pages_and_the_question_in_arabic(sign_in, merged, into, colleague, desk, amal):
    third = factories.make_ticket(amal, queue=desk)
    browser = sign_in(colleague)

    assert "جرى الدمج في" in read(browser, merged)
    assert "جرى دمجه في هذا الطلب" in read(browser, into)
    assert "ينتهي" in merge(browser, third, number=into.number).content.decode()

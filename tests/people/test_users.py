"""Accounts: making, changing, roles, passwords; what is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from office.models import Event, OutboxRow
from people import actions
from people.models import User
from tests.factories import PASSWORD, make_institution, make_unit, make_user

FORM = {"name": "Sami Odeh", "username": "sami", "email": "Sami@Ministry.Example", "language": "ar"}


def verbs_of(person):
    return list(Event.objects.about(person).order_by("pk").values_list("verb", flat=True))


def test_an_administrator_makes_an_account(sign_in, administrator):
    response = sign_in(administrator).post("/setup/users/new/", FORM | {"roles": ["is_technician"]})

    sami = User.objects.get(username="sami")
    assert response["Location"] == sami.get_absolute_url()
    assert (sami.email, sami.is_technician, sami.institution) == (
        "sami@ministry.example",
        True,
        administrator.institution,
    )
    assert not sami.has_usable_password()
    assert verbs_of(sami) == ["created"]


def test_a_new_colleague_is_told_by_mail_without_a_secret(sign_in, administrator):
    sign_in(administrator).post("/setup/users/new/", FORM)

    row = OutboxRow.objects.get()
    assert (row.topic, row.recipient.username, row.payload) == ("sign_in.welcome", "sami", {})


def test_the_same_form_twice_makes_one_account(sign_in, administrator):
    browser = sign_in(administrator)
    key = browser.get("/setup/users/new/").context["form"].form_key

    answers = [browser.post("/setup/users/new/", FORM | {"form_key": key}) for _ in range(2)]

    assert User.objects.filter(username="sami").count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "AMAL", "Somebody else has this user name."),
        ("username", "amal@ministry.example", "This is the mail address of somebody else."),
        ("username", "with blanks", "Enter a valid username"),
        ("username", "x" * 151, "at most 150"),
        ("email", "AMAL@ministry.example", "Somebody else has this mail address."),
        ("email", "no address", "Enter a valid email address"),
        ("name", "", "required"),
        ("roles", ["is_operator"], "is not one of the available choices"),
        ("unit", "999999", "Select a valid choice"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_keeps_what_was_typed(sign_in, administrator, amal, field, value, words):
    User.objects.filter(pk=amal.pk).update(email="amal@ministry.example")

    page = sign_in(administrator).post("/setup/users/new/", FORM | {field: value}).content.decode()

    assert words in page
    assert 'value="Sami Odeh"' in page or field == "name"
    assert not User.objects.filter(name="Sami Odeh").exists()


def test_a_unit_of_another_institution_is_as_unknown_as_none(sign_in, administrator):
    foreign = make_unit(make_institution())
    browser = sign_in(administrator)

    pages = [browser.post("/setup/users/new/", FORM | {"unit": pk}).content.decode() for pk in (foreign.pk, 999999)]

    assert [page.count("Select a valid choice") for page in pages] == [1, 1]


def test_every_change_is_in_the_history(sign_in, administrator, amal):
    page = sign_in(administrator).get(f"/setup/users/{amal.pk}/edit/")
    form = {"name": amal.name, "username": "amal", "email": amal.email, "language": "en", "room": "214"}
    form |= {"version": page.context["form"].current_version, "roles": ["is_auditor"]}

    sign_in(administrator).post(f"/setup/users/{amal.pk}/edit/", form)

    events = Event.objects.about(amal).order_by("pk")
    assert [(event.verb, event.changes, event.actor) for event in events] == [
        ("changed", {"room": ["", "214"]}, administrator),
        ("roles_changed", {"is_auditor": [False, True]}, administrator),
    ]


def test_of_two_who_edit_one_account_the_second_is_asked(sign_in, administrator, amal):
    browser = sign_in(administrator)
    version = browser.get(f"/setup/users/{amal.pk}/edit/").context["form"].current_version
    actions.change_user(amal, by=administrator, room="first")
    form = {"name": amal.name, "username": "amal", "email": amal.email, "language": "en", "room": "second"}

    response = browser.post(f"/setup/users/{amal.pk}/edit/", form | {"version": version})

    amal.refresh_from_db()
    assert amal.room == "first"
    assert "Somebody saved this while you were writing" in response.content.decode()


def test_a_new_mail_address_is_told_to_the_old_one(administrator, amal):
    old = amal.email

    actions.change_user(amal, by=administrator, email="new@ministry.example")

    assert [(row.topic, row.address) for row in OutboxRow.objects.all()] == [("sign_in.notice", old)]


def test_the_last_administrator_stays_one(administrator):
    with pytest.raises(ValidationError) as refusal:
        actions.grant_roles(administrator, [], by=administrator)

    assert refusal.value.code == "last_administrator"


def test_one_of_two_administrators_may_stop_being_one(ministry, administrator):
    make_user(ministry, is_administrator=True)

    actions.grant_roles(administrator, ["is_auditor"], by=administrator)

    administrator.refresh_from_db()
    assert (administrator.is_administrator, administrator.is_auditor) == (False, True)


def test_a_role_above_the_own_rank_is_refused(administrator, amal):
    with pytest.raises(PermissionDenied):
        actions.grant_roles(amal, ["is_operator"], by=administrator)


def test_roles_one_may_not_grant_stay_as_they_are(ministry, administrator):
    operator = make_user(ministry, is_administrator=True, is_operator=True)
    person = make_user(ministry, is_technician=True)

    actions.grant_roles(person, ["is_manager"], by=operator)

    person.refresh_from_db()
    assert (person.is_technician, person.is_manager, person.is_operator) == (False, True, False)


@pytest.mark.parametrize("act", ["change_user", "grant_roles", "set_password", "deactivate_user"])
@pytest.mark.parametrize("who", ["amal", "basil", "manager", "auditor", "stranger"])
def test_nobody_but_an_administrator_of_the_house_changes_an_account(request, dina, act, who):
    actor = make_user(make_institution(), is_administrator=True) if who == "stranger" else request.getfixturevalue(who)
    arguments = {"grant_roles": [["is_technician"]], "set_password": ["an entirely new phrase"]}.get(act, [])

    with pytest.raises(PermissionDenied):
        getattr(actions, act)(dina, *arguments, by=actor)

    dina.refresh_from_db()
    assert dina.check_password(PASSWORD)
    assert dina.is_active
    assert not Event.objects.about(dina).exists()


def test_a_password_set_by_the_administration_follows_the_rules(sign_in, administrator, amal):
    page = sign_in(administrator).post(f"/setup/users/{amal.pk}/password/", {"password": "short"})

    amal.refresh_from_db()
    assert "too short" in page.content.decode()
    assert amal.check_password(PASSWORD)


def test_a_password_set_by_the_administration_holds(sign_in, administrator, amal):
    sign_in(administrator).post(f"/setup/users/{amal.pk}/password/", {"password": "an entirely new phrase"})

    amal.refresh_from_db()
    assert amal.check_password("an entirely new phrase")
    assert verbs_of(amal) == ["password_set"]
    assert "entirely" not in str(Event.objects.values_list("changes", flat=True))


def test_an_administrator_sends_a_link_and_signs_somebody_out(sign_in, administrator, amal):
    browser = sign_in(administrator)

    browser.post(f"/setup/users/{amal.pk}/send-link/")
    browser.post(f"/setup/users/{amal.pk}/sign-out/")

    amal.refresh_from_db()
    assert OutboxRow.objects.get().topic == "sign_in.link"
    assert amal.sign_in_round == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one():
    ministry = make_institution()
    one, other = (make_user(ministry, is_administrator=True) for _ in range(2))

    def demote(pair):
        try:
            actions.grant_roles(pair[0], [], by=pair[1])
        except (ValidationError, PermissionDenied) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(demote, [(one, other), (other, one)]))

    assert User.objects.filter(is_administrator=True).count() == 1


def test_two_at_once_with_one_user_name_get_a_sentence(administrator, amal):
    with pytest.raises(ValidationError) as refusal:
        actions.create_user(by=administrator, username="Amal", name="Another Amal")

    assert "Somebody else has this user name." in refusal.value.messages

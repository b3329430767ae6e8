"""The rows "people", "vendors" and "set-up" of the table of roles, written from the table."""

import pytest

from people import permissions as may
from tests.factories import make_institution, make_user

ROLES = ("employee", "technician", "manager", "auditor", "administrator")


@pytest.fixture
def cast(amal, basil, manager, auditor, administrator):
    return dict(zip(ROLES, (amal, basil, manager, auditor, administrator), strict=True))


@pytest.mark.parametrize(
    ("right", "allowed"),
    [
        (may.sees_directory, "employee technician manager auditor administrator"),
        (may.searches_contact_details, "technician auditor administrator"),
        (may.sees_accounts, "auditor administrator"),
        (may.can_edit_people, "administrator"),
        (may.sees_setup, "technician auditor administrator"),
        (may.can_change_setup, "administrator"),
        (may.sees_all_absences, "technician auditor administrator"),
        (may.sees_vendors, "technician manager auditor administrator"),
        (may.can_edit_vendors, "manager administrator"),
        (may.manages_institutions, ""),
    ],
)
def test_a_role_has_what_the_table_gives_it(cast, right, allowed):
    assert [role for role in ROLES if right(cast[role])] == allowed.split()


@pytest.mark.parametrize(
    ("right", "allowed"),
    [
        (may.sees_contact_details, "technician auditor administrator"),
        (may.can_edit_person, "administrator"),
        (may.can_deactivate, "administrator"),
        (may.can_change_absence_of, "administrator"),
    ],
)
def test_over_somebody_else_a_role_has_what_the_table_gives_it(cast, dina, right, allowed):
    assert [role for role in ROLES if right(cast[role], dina)] == allowed.split()


def test_nobody_has_anything_over_the_people_of_another_institution(cast):
    stranger = make_user(make_institution())

    rights = [may.sees_directory, may.sees_contact_details, may.sees_accounts, may.can_edit_person]
    rights += [may.can_deactivate, may.can_change_absence_of]
    assert not any(right(person, stranger) for right in rights for person in cast.values())


def test_everybody_sees_and_says_the_own(amal):
    assert may.sees_contact_details(amal, amal)
    assert may.can_change_absence_of(amal, amal)
    assert not may.can_edit_person(amal, amal)


def test_an_operator_manages_institutions_and_nothing_inside(ministry, amal):
    operator = make_user(ministry, is_operator=True)
    operator.institution = None
    rights = [may.sees_directory, may.sees_accounts, may.can_edit_people, may.sees_setup, may.sees_vendors]

    assert may.manages_institutions(operator)
    assert not any(right(operator) for right in rights)
    assert not may.can_edit_person(operator, amal)


def test_roles_add_up(ministry):
    both = make_user(ministry, is_technician=True, is_manager=True)

    assert may.sees_setup(both)
    assert may.can_edit_vendors(both)


def test_nobody_edits_an_account_of_higher_rank(ministry, administrator):
    above = make_user(ministry, is_administrator=True, is_operator=True)

    assert not may.can_edit_person(administrator, above)
    assert may.can_edit_person(administrator, make_user(ministry, is_administrator=True))


def test_nobody_grants_more_than_the_own_rank(administrator, amal):
    assert may.grantable_roles(administrator) == ("is_technician", "is_manager", "is_auditor", "is_administrator")
    assert may.grantable_roles(amal) == ()

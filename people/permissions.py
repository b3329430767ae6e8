"""Who may see and do what with people, units, teams, absences and vendors: rows of the table of roles."""

from people.models.users import ROLES


def sees_directory(user, person=None):
    """Everybody of an institution has its directory; an operator has none."""
    return bool(user.institution_id) and (person is None or person.institution_id == user.institution_id)


def sees_contact_details(user, person):
    """Telephone, room, mail, numbers: the desk, the auditor, the administration, and the person."""
    helps = user.is_technician or user.is_auditor or user.is_administrator
    return sees_directory(user, person) and (helps or user.pk == person.pk)


def searches_contact_details(user):
    """Finds people by telephone, mail and numbers, which others do not see."""
    return bool(user.institution_id and (user.is_technician or user.is_auditor or user.is_administrator))


def sees_accounts(user, person=None):
    """User names, roles, history of accounts."""
    return sees_directory(user, person) and (user.is_auditor or user.is_administrator)


def can_edit_people(user):
    return bool(user.institution_id and user.is_administrator)


def can_edit_person(user, person):
    """Nobody changes the account of somebody of a higher rank."""
    return can_edit_people(user) and person.institution_id == user.institution_id and person.rank <= user.rank


def grantable_roles(user):
    """Names of the roles this person may give and take: no more than the own rank."""
    if not can_edit_people(user):
        return ()
    return ROLES if user.is_operator else tuple(role for role in ROLES if role != "is_operator")


def can_deactivate(user, person):
    return can_edit_person(user, person) and person.pk != user.pk


def sees_setup(user, thing=None):
    """Units, teams and what else is set up for the whole institution: seen by the desk and the auditor."""
    sees = user.is_technician or user.is_auditor or user.is_administrator
    return bool(user.institution_id and sees and _same_institution(user, thing))


def can_change_setup(user, thing=None):
    return bool(user.institution_id and user.is_administrator and _same_institution(user, thing))


def _same_institution(user, thing):
    return thing is None or thing.institution_id == user.institution_id


def sees_all_absences(user):
    return sees_setup(user)


def can_change_absence_of(user, person):
    """Everybody the own, administrators those of their institution."""
    return user.pk == person.pk or (can_edit_people(user) and person.institution_id == user.institution_id)


def sees_vendors(user, vendor=None):
    """Vendors belong to the installation; employees do not see them."""
    return user.works_at_desk


def can_edit_vendors(user, vendor=None):
    return user.is_manager or user.is_administrator


def manages_institutions(user, unit=None):
    return user.is_operator

"""Who may see and do what with assets: the rows "assets" and "set-up" of the table of roles."""

from people.permissions import can_change_setup, sees_setup

__all__ = [
    "can_answer",
    "can_change_setup",
    "can_edit",
    "can_edit_cost",
    "can_register",
    "sees_cost",
    "sees_register",
    "sees_setup",
]


def sees_register(user):
    """The whole register of the institution; an employee sees only what she holds."""
    return bool(user.institution_id and user.works_at_desk)


def sees_cost(user):
    return bool(user.is_manager or user.is_auditor or user.is_administrator)


def can_register(user):
    """Technicians and administrators keep the register."""
    return bool(user.institution_id and (user.is_technician or user.is_administrator))


def can_edit(user, asset):
    return can_register(user) and asset.institution_id == user.institution_id


def can_edit_cost(user):
    return user.is_administrator


def can_answer(user, custody):
    """The receiver says once whether she has it."""
    return custody.person_id == user.pk and custody.is_unsigned

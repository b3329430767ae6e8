"""Who may see and do what with calendars, the outbox and the trail: rows of the table of roles."""


def sees_calendars(user):
    return bool(user.institution_id and (user.is_technician or user.is_auditor or user.is_administrator))


def can_change_calendars(user):
    return bool(user.institution_id and user.is_administrator)


def sees_all_mail(user):
    """Every envelope of the institution; others see those to themselves and of what they see."""
    return bool(user.institution_id and (user.is_auditor or user.is_administrator))


def can_handle_mail(user):
    """Retry, hold and release."""
    return bool(user.institution_id and user.is_administrator)


def sees_trail(user):
    """The movement log: of the institution for auditors and administrators, of what they see for the desk."""
    return bool(user.institution_id and user.works_at_desk)


def sees_whole_trail(user):
    return bool(user.institution_id and (user.is_auditor or user.is_administrator))


def sees_mail_texts(user):
    """Every kind of mail as it would leave, with made-up facts: part of the set-up."""
    return sees_calendars(user)


def can_change_mail_texts(user):
    return bool(user.institution_id and user.is_administrator)

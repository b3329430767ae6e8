"""Accounts: making and changing them, roles, passwords, one's own preferences."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from office.events import record_event
from office.models.events import Channel
from people import sign_in_mail
from people.actions.saving import create, demand, lock, refuse, write
from people.models import Unit, User
from people.models.users import ROLES
from people.permissions import can_edit_people, can_edit_person, grantable_roles

DETAILS = (
    "name",
    "username",
    "email",
    "employee_number",
    "job_title",
    "phone",
    "extension",
    "room",
    "unit",
    "language",
)
OWN_DETAILS = ("phone", "extension", "room")


@transaction.atomic
def create_user(*, by, institution=None, password=None, roles=(), channel=Channel.PAGE, **details):
    """Make an account and tell its owner by mail how to choose a password.

    by: the administrator, None for a command, which may make what it likes. institution: that of `by` unless given.
    roles: names of role fields. Without `password` nobody signs in before one is chosen by the link of the mail.
    """
    if by is not None:
        demand(can_edit_people(by))
        institution = by.institution
        _check_granting(by, roles)
    person = User(institution=institution, **details, **dict.fromkeys(roles, True))
    _check_belonging(person)
    person.set_password(password)
    create(person, [*DETAILS, *ROLES], by=by, channel=channel)
    sign_in_mail.owe_welcome(person)
    return person


@transaction.atomic
def change_user(person, *, by, channel=Channel.PAGE, **details):
    """Change details of an account (`DETAILS`); a new mail address is told to the old one."""
    person = lock(person)
    demand(can_edit_person(by, person))
    old_address = person.email
    if not set(details) <= set(DETAILS):
        raise PermissionDenied
    changes = write(person, details, by=by, channel=channel)
    _check_belonging(person)
    if "email" in changes and old_address:
        sign_in_mail.owe_notice(person, "address_changed", address=old_address)
    return person


@transaction.atomic
def grant_roles(person, roles, *, by, channel=Channel.PAGE):
    """Give exactly these roles (names of role fields); those that `by` may not grant stay as they are.

    The sessions of the person end at the next request. The last administrator of an institution stays one.
    """
    hold_administrators(person.institution_id)
    person = lock(person)
    demand(can_edit_person(by, person))
    grantable = grantable_roles(by)
    _check_granting(by, [role for role in roles if not getattr(person, role)])
    values = {role: role in roles for role in grantable if getattr(person, role) != (role in roles)}
    if person.is_administrator and not values.get("is_administrator", True):
        check_not_last_administrator(person)
    write(person, values, by=by, verb="roles_changed", channel=channel)
    return person


@transaction.atomic
def set_password(person, password, *, by, channel=Channel.PAGE):
    """Set a password for somebody who cannot get a link by mail; all sessions of the person end."""
    person = lock(person)
    demand(by is None or can_edit_person(by, person))
    person.set_password(password)
    person.save(update_fields=["password"])
    record_event(person, "password_set", by=by, channel=channel)
    sign_in_mail.owe_notice(person, "password_changed")
    return person


@transaction.atomic
def end_sessions(person, *, by=None, verb="sessions_ended"):
    """Sign a person out everywhere at the next request."""
    User.objects.filter(pk=person.pk).update(sign_in_round=F("sign_in_round") + 1)
    person.refresh_from_db(fields=["sign_in_round"])
    record_event(person, verb, by=by)


@transaction.atomic
def change_own_details(person, *, channel=Channel.PAGE, **details):
    """One's own telephone, extension and room."""
    if not set(details) <= set(OWN_DETAILS):
        raise PermissionDenied
    person = lock(person)
    write(person, details, by=person, channel=channel)
    return person


def set_preferences(person, *, language=None, theme=None, shortcuts=None):
    """Language ("ar", "en"), theme ("auto", "light", "dark"), keyboard shortcuts ("on", "off"); no history is kept."""
    values = {name: value for name, value in {"language": language, "theme": theme}.items() if value}
    if shortcuts:
        values["preferences"] = person.preferences | {"shortcuts": shortcuts == "on"}
    for name, value in values.items():
        setattr(person, name, value)
    User.objects.filter(pk=person.pk).update(**values)


def choose_notifications(person, ways, *, window):
    """What somebody hears of and how ({"ticket.reply.mine": "digest"}), and for how many minutes mails are gathered."""
    person.preferences = person.preferences | {"notify": ways, "mail_window": window}
    User.objects.filter(pk=person.pk).update(preferences=person.preferences)
    return person


def hold_administrators(institution_id):
    """Let nobody else change who administers this institution until the end of the transaction."""
    Unit.objects.select_for_update().filter(pk=institution_id).first()


def check_not_last_administrator(person):
    """Call it under `hold_administrators`."""
    others = User.objects.administrators_of(person.institution_id).exclude(pk=person.pk)
    if person.is_active and not others.exists():
        raise ValidationError(
            _("This is the last administrator. Make somebody else one first."), code="last_administrator"
        )


def _check_granting(by, roles):
    if not set(roles) <= set(grantable_roles(by)):
        raise PermissionDenied


def _check_belonging(person):
    """The unit is one of the institution's, and the user name nobody else's mail address."""
    if person.unit_id and person.unit.institution_id != person.institution_id:
        refuse("unit", _("Choose a unit of this institution."), "foreign")
    others = User.objects.exclude(pk=person.pk)
    if "@" in person.username and others.filter(email=person.username.lower()).exists():
        refuse("username", _("This is the mail address of somebody else."), "taken")

"""Institutions, the roots of the tree: opened by the operator with their first administrator, then left to him."""

from datetime import time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from office.models import WeeklyPeriod, WorkingCalendar, WorkingSlot
from office.models.events import Channel
from people.actions.saving import create, demand, lock, refuse, write
from people.actions.users import create_user
from people.models import Team, Unit
from people.models.units import UnitKind
from people.permissions import manages_institutions
from people.signals import institution_created

FIELDS = ("name", "second_name", "code", "colour")
SUNDAY_TO_THURSDAY = (6, 0, 1, 2, 3)


@transaction.atomic
def open_institution(*, by, administrator=None, channel=Channel.PAGE, **details):
    """A new institution, ready to work: default calendar, first team, and what the rooms above seed for it.

    by: an operator, None for a command. administrator: details of its first administrator as for `create_user`.
    """
    demand(by is None or manages_institutions(by))
    institution = Unit(kind=UnitKind.INSTITUTION, **details)
    _check_name(institution)
    create(institution, FIELDS, by=by, channel=channel)
    institution.refresh_from_db()
    ensure_calendar()
    team = Team.objects.create(institution=institution, name_en="Technical support", name_ar="الدعم الفني")
    if administrator:
        create_user(by=None, institution=institution, roles=["is_administrator"], channel=channel, **administrator)
    institution_created.send(Unit, institution=institution, team=team, by=by)
    return institution


@transaction.atomic
def change_institution(institution, *, by, channel=Channel.PAGE, **details):
    """Names, short code and colour of an institution."""
    institution = lock(institution)
    demand(manages_institutions(by, institution) and institution.parent_id is None)
    _check_name(Unit(pk=institution.pk, **{name: getattr(institution, name) for name in FIELDS} | details))
    write(institution, details, by=by, channel=channel)
    return institution


def ensure_calendar():
    """The ministry's own calendar, where the installation has none: Sunday to Thursday, 8:30 to 15:30, Amman."""
    calendar, made = WorkingCalendar.objects.get_or_create(
        is_default=True,
        defaults={"name_en": "Official working hours", "name_ar": "ساعات الدوام الرسمي", "zone": settings.TIME_ZONE},
    )
    if made:
        period = WeeklyPeriod.objects.create(calendar=calendar)
        WorkingSlot.objects.bulk_create(
            WorkingSlot(period=period, weekday=day, start=time(8, 30), end=time(15, 30)) for day in SUNDAY_TO_THURSDAY
        )
    return calendar


def _check_name(institution):
    others = Unit.objects.institutions().exclude(pk=institution.pk)
    if others.filter(name=institution.name).exists():
        refuse("name", _("There is an institution of this name already."), "known")
    if institution.code and others.filter(code=institution.code).exists():
        refuse("code", _("Another institution has this short code."), "known")

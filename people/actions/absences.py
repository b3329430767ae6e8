"""Absences and who stands in. Their history is that of the person, since an absence may be taken back."""

from django.db import transaction
from django.utils.translation import gettext as _

from office.events import changes_between, record_event, snapshot
from office.models.events import Channel
from people.actions.saving import demand, lock, refuse, save
from people.models import Absence
from people.permissions import can_change_absence_of

FIELDS = ("from_date", "to_date", "substitute")


@transaction.atomic
def add_absence(person, *, by, from_date, to_date, substitute=None, channel=Channel.PAGE):
    """`person` is away from one date to another, both inclusive; `substitute` acts meanwhile."""
    person = lock(person)  # two absences of one person are checked one after the other
    demand(can_change_absence_of(by, person))
    absence = Absence(person=person, from_date=from_date, to_date=to_date, substitute=substitute)
    _check(absence)
    save(absence)
    record_event(
        person, "absence_added", by=by, changes=changes_between({}, snapshot(absence, FIELDS)), channel=channel
    )
    return absence


@transaction.atomic
def change_absence(absence, *, by, channel=Channel.PAGE, **values):
    """Change the dates or the substitute."""
    person = lock(absence.person)
    absence = lock(absence)
    demand(can_change_absence_of(by, person))
    before = snapshot(absence, FIELDS)
    for name in FIELDS:
        setattr(absence, name, values.get(name, getattr(absence, name)))
    _check(absence)
    changes = changes_between(before, snapshot(absence, FIELDS))
    if changes:
        absence.version += 1
        save(absence)
        record_event(person, "absence_changed", by=by, changes=changes, channel=channel)
    return absence


@transaction.atomic
def remove_absence(absence, *, by, channel=Channel.PAGE):
    """Take an absence back."""
    person = lock(absence.person)
    demand(can_change_absence_of(by, person))
    changes = changes_between(snapshot(absence, FIELDS), dict.fromkeys(FIELDS))
    absence.delete()
    record_event(person, "absence_removed", by=by, changes=changes, channel=channel)


def _check(absence):
    if absence.to_date < absence.from_date:
        refuse("to_date", _("The last day is before the first."), "backwards")
    substitute = absence.substitute
    if substitute and substitute.pk == absence.person_id:
        refuse("substitute", _("Nobody stands in for oneself."), "oneself")
    if substitute and not _is_colleague(substitute, absence.person):
        refuse("substitute", _("Choose an active person of this institution."), "foreign")
    others = Absence.objects.filter(person=absence.person_id).exclude(pk=absence.pk)
    if others.filter(from_date__lte=absence.to_date, to_date__gte=absence.from_date).exists():
        refuse("from_date", _("These days touch another absence of the same person."), "overlap")


def _is_colleague(substitute, person):
    return substitute.is_active and substitute.institution_id == person.institution_id

"""What this room does when the rooms below tell it something."""

from django.dispatch import receiver

from helpdesk import defaults, replans
from office.signals import calendar_changed
from people.signals import institution_created


@receiver(institution_created, dispatch_uid="helpdesk.desk")
def set_up_the_desk(sender, institution, team, **kwargs):
    defaults.seed(institution, team)


@receiver(calendar_changed, dispatch_uid="helpdesk.replan")
def count_due_times_anew(sender, calendar, by, **kwargs):
    replans.order(by=by, calendar=calendar)

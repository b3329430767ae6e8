"""What this room does when the rooms below tell it something."""

from django.dispatch import receiver

from contracts.signals import call_judged, call_stepped
from helpdesk import actions, defaults, replans
from office.signals import calendar_changed
from people.signals import institution_created


@receiver(institution_created, dispatch_uid="helpdesk.desk")
def set_up_the_desk(sender, institution, team, **kwargs):
    defaults.seed(institution, team)


@receiver(calendar_changed, dispatch_uid="helpdesk.replan")
def count_due_times_anew(sender, calendar, by, **kwargs):
    replans.order(by=by, calendar=calendar)


@receiver(call_stepped, dispatch_uid="helpdesk.vendor_step")
def note_what_the_vendor_did(sender, call, step, **kwargs):
    actions.hear_of_step(call, step)


@receiver(call_judged, dispatch_uid="helpdesk.vendor_verdict")
def wait_for_the_vendor_again(sender, call, step, by, **kwargs):
    actions.hear_of_verdict(call, step, by)

"""The one set of targets of each institution becomes its first service policy; open tickets come under it."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

NAMES = {"name_ar": "الخدمة المعتادة", "name_en": "Usual service"}
OPEN = ("new", "assigned", "in_progress", "waiting")


def make_policies(apps, schema_editor):
    old, policy_model = apps.get_model("helpdesk", "ServiceTarget"), apps.get_model("helpdesk", "ServicePolicy")
    target_model, book_model = apps.get_model("helpdesk", "PolicyTarget"), apps.get_model("helpdesk", "ServiceBook")
    ticket_model, queue_model = apps.get_model("helpdesk", "Ticket"), apps.get_model("helpdesk", "Queue")
    calendars = apps.get_model("office", "WorkingCalendar").objects.filter(is_default=True)
    for institution in old.objects.order_by().values_list("institution", flat=True).distinct():
        policy = policy_model.objects.create(institution_id=institution, place=1, hours="queue", **NAMES)
        book_model.objects.create(institution_id=institution)
        for row in old.objects.filter(institution=institution):
            for clock, minutes in (("first_response", row.response_minutes), ("resolution", row.resolution_minutes)):
                if minutes:
                    target_model.objects.create(policy=policy, priority=row.priority, clock=clock, amount=minutes)
        open_tickets = ticket_model.objects.filter(institution=institution, status__in=OPEN)
        own = queue_model.objects.filter(pk=OuterRef("queue"), calendar__isnull=False).values("calendar")
        open_tickets.update(policy=policy, calendar=calendars.values_list("pk", flat=True).first())
        open_tickets.filter(queue__calendar__isnull=False).update(calendar=Subquery(own))


def make_targets(apps, schema_editor):
    """Back: what the first policy in use promises in minutes is what the old table can hold."""
    old, policy_model = apps.get_model("helpdesk", "ServiceTarget"), apps.get_model("helpdesk", "ServicePolicy")
    targets = apps.get_model("helpdesk", "PolicyTarget").objects
    factor = {"minutes": 1, "hours": 60, "days": 420, "closes": 420}
    seen = set()
    for policy in policy_model.objects.filter(is_active=True).order_by("place", "pk"):
        if policy.institution_id in seen:
            continue
        seen.add(policy.institution_id)
        told = {(t.priority, t.clock): t.amount * factor[t.unit] for t in targets.filter(policy=policy.pk)}
        for priority in {priority for priority, _clock in told}:
            old.objects.update_or_create(
                institution_id=policy.institution_id,
                priority=priority,
                defaults={
                    "response_minutes": told.get((priority, "first_response"), 0),
                    "resolution_minutes": told.get((priority, "resolution"), 0),
                },
            )


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0006_service_policies")]

    operations = [migrations.RunPython(make_policies, make_targets)]

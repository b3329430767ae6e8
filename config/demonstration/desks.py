"""The queues of the demonstration: one for each team, and one that only its team sees."""

from datetime import timedelta

from django.utils import timezone

from config.demonstration.clock import Clock, past
from helpdesk import actions
from helpdesk.actions import setting
from helpdesk.choices import Level
from helpdesk.models import Category, Queue
from office.models.events import Channel

SECRETS = [
    ("رسالة مريبة تطلب كلمة المرور", "وصلت إلى ثلاثة موظفين، وفتح أحدهم الرابط.", Level.HIGH),
    ("طلب نسخة من سجل الدخول لحساب موظف", "بطلب من وحدة الرقابة الداخلية، كتاب رقم 118/2026.", Level.LOW),
]


def make(ministry):
    """A queue of the network team with its category, and the restricted one of information security."""
    rania, network = ministry.people["rania"], ministry.teams["network"]
    queue = _add(ministry, Queue(), rania, name_ar="الشبكات", name_en="Networks", team=network)
    category = Category.objects.get(institution=ministry.institution, name_en="Network")
    setting.change_row(category, {"queue": queue}, by=rania)


def make_secrets(ministry):
    """The restricted queue, and what lies in it: seen by its team, and by the auditor."""
    rania, huda = ministry.people["rania"], ministry.people["huda"]
    team = ministry.teams["security"]
    queue = _add(
        ministry, Queue(), rania, name_ar="أمن المعلومات", name_en="Information security", team=team, is_restricted=True
    )
    category = _add(ministry, Category(), rania, name_ar="حادث أمني", name_en="Security incident", queue=queue)
    for n, (subject, text, urgency) in enumerate(SECRETS):
        with past(Clock(timezone.now() - timedelta(days=2 - n, hours=3))):
            actions.file_ticket(
                requester=ministry.employees[3 + n],
                by=huda,
                channel=Channel.PHONE,
                subject=subject,
                description=text,
                category=category,
                impact=Level.MEDIUM,
                urgency=urgency,
            )


def _add(ministry, row, by, **values):
    row.institution = ministry.institution
    return setting.create_row(row, values, by=by)

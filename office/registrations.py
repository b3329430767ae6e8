"""What the office hangs into the pages of the house: set-up cards, columns of its lists, words of histories."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office import views_events, views_outbox
from office.history import register_words
from office.kinds import register_kind
from office.models import MailHold, MailWording, OutboxRow, WorkingCalendar
from office.models.calendars import WEEKDAYS, DayKind
from office.permissions import sees_all_mail, sees_calendars, sees_mail_texts, sees_trail
from office.setup import register_card
from ui import text


def register():
    views_outbox.register()
    views_events.register()
    _cards()
    _kinds()
    register_words(
        verbs={
            "hours_set": _("Weekly hours set"),
            "hours_removed": _("Weekly hours taken out"),
            "day_set": _("Day entered"),
            "day_changed": _("Day changed"),
            "day_removed": _("Day taken out"),
            "mail_held": _("All mail held"),
            "mail_released": _("Mails released"),
            "mail_retried": _("Mail queued again"),
        },
        names={
            "hours": _("hours"),
            "day": _("day"),
            "start": _("opens at"),
            "end": _("closes at"),
            "reason": _("reason"),
            "source": _("source"),
            "confirmed": _("confirmed"),
            "kind": _("kind"),
            **_wording_names(),
        },
        values={
            "kind": dict(DayKind.choices),
            "hours": hours_in_a_line,
            "start": lambda value: value[:5],
            "end": lambda value: value[:5],
        },
    )


def _wording_names():
    """What the texts of mails are called in a history: "lead_ar" and so on."""
    first = (_("First sentence in Arabic"), _("First sentence in English"))
    titles = {
        "subject": (_("Subject in Arabic"), _("Subject in English")),
        "opening": (_("Opening in Arabic"), _("Opening in English")),
        "greeting": (_("Greeting in Arabic"), _("Greeting in English")),
        **dict.fromkeys(("lead", "filed", "waiting", "solved"), first),
        "closing": (_("Closing in Arabic"), _("Closing in English")),
    }
    return {f"{name}_{code}": pair[n] for name, pair in titles.items() for n, code in enumerate(("ar", "en"))}


def hours_in_a_line(value):
    """ "2026-02-18..2026-03-19 6 10:00-15:00" as people read it: days, then the hours of the weekdays."""
    dates, _sep, slots = value.partition(" ")
    days = [text.day(date.fromisoformat(day)) if day else "…" for day in dates.split("..")]
    names = {str(number): str(name) for number, name in WEEKDAYS}
    hours = [f"{names.get(slot[:1], '')} {text.isolate(slot[2:])}" for slot in slots.split(",")]
    span = f"{' – '.join(days)}: " if dates != ".." else ""
    return span + gettext(", ").join(hours)


def _cards():
    register_card(
        _("Working calendars"),
        "calendar-time",
        "calendars",
        sees_calendars,
        _("Hours, Ramadan, holidays: what promises are counted by."),
        count=lambda user: WorkingCalendar.objects.in_use(),
        order=300,
    )
    register_card(
        _("Outbox"),
        "mail",
        "outbox",
        sees_all_mail,
        _("Mails queued, sent, held or failed, and why."),
        order=400,
    )
    register_card(
        _("Words of mails"),
        "mail-opened",
        "mail_texts",
        sees_mail_texts,
        _("Every kind of mail as it leaves, in both languages; change what it says."),
        order=405,
    )
    register_card(
        _("Movement log"),
        "history",
        "events",
        sees_trail,
        _("Who did what, when; nobody can change it."),
        order=410,
    )


def _kinds():
    register_kind("office.workingcalendar", _("Working calendar"), _calendars)
    register_kind("office.outboxrow", _("Mail"), lambda user: OutboxRow.objects.filter(**_mine(user)))
    register_kind("office.mailwording", _("Words of mails"), _wordings)
    register_kind("office.mailhold", _("Hold on the mail"), lambda user: _whole(MailHold.objects.all(), user))


def _calendars(user):
    rows = WorkingCalendar.objects.all()
    return rows if sees_calendars(user) else rows.none()


def _mine(user):
    return {"scope": user.institution_id} if sees_all_mail(user) else {"pk__in": ()}


def _wordings(user):
    rows = MailWording.objects.filter(scope=user.institution_id)
    return rows if sees_mail_texts(user) else rows.none()


def _whole(rows, user):
    return rows if sees_all_mail(user) else rows.none()

"""Sentences about contracts that pages and mails share, in the reader's language."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.choices import Instead, Step
from ui import text


def days_left(day, today):
    """How far a local date lies from the local date `today`: "in 23 days", "today", "4 days ago"."""
    count = (day - today).days
    if count == 0:
        return _("today")
    if count > 0:
        return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}
    return ngettext("%(count)d day ago", "%(count)d days ago", -count) % {"count": -count}


def gap(days):
    """How long nothing is covered between two that follow one another: "10 days without cover"; "" for none."""
    if not days:
        return ""
    return ngettext("%(count)d day without cover", "%(count)d days without cover", days) % {"count": days}


def rung(days):
    """A rung of the ladder: "30 days before", "on the day", "8 days after"."""
    if days == 0:
        return _("on the day itself")
    if days > 0:
        return ngettext("%(count)d day before", "%(count)d days before", days) % {"count": days}
    return ngettext("%(count)d day after", "%(count)d days after", -days) % {"count": -days}


def ladder(rule):
    """A rule in words: {"before": ["180 days before", ...], "after": "a day after, ...", "climbs": "after 5 ..."}."""
    after = ""
    if rule.repeat_at_most:
        often = ngettext("every %(count)d day", "every %(count)d days", rule.repeat_days) % {"count": rule.repeat_days}
        most = ngettext("%(count)d time at most", "%(count)d times at most", rule.repeat_at_most)
        parts = {"often": often, "most": most % {"count": rule.repeat_at_most}}
        after = _("a day after, then %(often)s, %(most)s") % parts
    climbs = ngettext(
        "after %(count)d working day of silence", "after %(count)d working days of silence", rule.climb_after
    ) % {"count": rule.climb_after}
    return {"before": [rung(days) for days in sorted(set(rule.rungs), reverse=True)], "after": after, "climbs": climbs}


def rule_sentence(rule):
    """A rule in one sentence: its days before the date, what comes after it, and when it climbs."""
    spelled = ladder(rule)
    parts = {"days": _(", ").join(spelled["before"]), "after": spelled["after"], "silence": spelled["climbs"]}
    if not spelled["after"]:
        return _("Rule: %(days)s; the next person %(silence)s.") % parts
    return _("Rule: %(days)s; %(after)s; the next person %(silence)s.") % parts


def minutes(count):
    """A promised time as people say it: "30 minutes", "4 hours", "2 hours 30 minutes"; "" without one."""
    if not count:
        return ""
    hours, rest = divmod(count, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if rest:
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return _("%(hours)s and %(minutes)s") % {"hours": parts[0], "minutes": parts[1]} if len(parts) > 1 else parts[0]


def why_you(reminder, contract):
    """Why this person gets a reminder of this contract: one or two sentences to the reader."""
    step, meant = Step(reminder.step), {Step.OWNER: contract.owner_id, Step.DEPUTY: contract.deputy_id}
    stands_in = reminder.instead and (step > Step.DEPUTY or meant[step] != reminder.recipient_id)
    if stands_in:
        return _stands_in(step)
    if step == Step.OWNER:
        return _("You own this contract.")
    why = _instead(reminder.instead) or _("Nothing was decided after the earlier reminders.")
    return f"{_role(step)} {why}"


def _stands_in(step):
    return {
        Step.OWNER: _("You stand in for the owner, who is absent."),
        Step.DEPUTY: _("You stand in for the deputy, who is absent; nothing was decided after the earlier reminders."),
        Step.HEAD: _("You stand in for the head of the unit; nothing was decided after the earlier reminders."),
        Step.DIRECTOR: _("You stand in for the director; nothing was decided after the earlier reminders."),
    }[step]


def _role(step):
    return {
        Step.DEPUTY: _("You are the deputy of this contract."),
        Step.HEAD: _("You head the unit that is responsible for this contract."),
        Step.DIRECTOR: _("You head the directorate of the responsible unit."),
        Step.ADMINISTRATORS: _("You are an administrator, and nobody else is left to be reminded."),
    }[step]


def _instead(instead):
    return {
        Instead.ABSENT: _("The owner is absent."),
        Instead.LEFT: _("The owner is no longer active."),
        Instead.UNREACHABLE: _("The owner has no mail address."),
        Instead.NOBODY: _("No owner is named."),
    }.get(instead, "")


def lateness(reminder):
    """That a reminder comes late, and which days it stands for; "" when it is on time and none before it was missed."""
    missed = _(", ").join(text.day(date.fromisoformat(day)) for day in reminder.missed)
    if not reminder.is_late:
        on_time = _("This reminder stands for those of %(days)s too, which were not sent.")
        return on_time % {"days": missed} if missed else ""
    late = _("This reminder is late: it was due on %(day)s.") % {"day": text.day(reminder.due_on)}
    if not missed:
        return late
    others = _("It stands for those of %(days)s too, which were not sent.") % {"days": missed}
    return f"{late} {others}"

"""Targets as people read them: 30 working minutes, 2 working days, until closing time."""

import re

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.choices import Clock, Priority, TargetUnit

_CODE = re.compile(r"([0-9]+)(m|h|d!|d)")
_UNITS = {"m": TargetUnit.MINUTES, "h": TargetUnit.HOURS, "d": TargetUnit.DAYS, "d!": TargetUnit.CLOSES}


def in_words(amount, unit):
    """ "8 working hours"; the unit as of the rows."""
    if unit == TargetUnit.MINUTES and amount >= 120 and not amount % 60:  # nobody counts in 2400 minutes
        amount, unit = amount // 60, TargetUnit.HOURS
    if unit == TargetUnit.MINUTES:
        words = ngettext("%(count)d working minute", "%(count)d working minutes", amount)
    elif unit == TargetUnit.HOURS:
        words = ngettext("%(count)d working hour", "%(count)d working hours", amount)
    else:
        words = ngettext("%(count)d working day", "%(count)d working days", amount)
    words = words % {"count": amount}
    return _("%(time)s, until closing time") % {"time": words} if unit == TargetUnit.CLOSES else words


def step_in_words(step):
    """Where a step of escalation stands, as a clause."""
    if step.percent is not None:
        return _("at %(percent)d %% of the promised time") % {"percent": step.percent}
    minutes = abs(step.offset_minutes)
    if not minutes:
        return _("when it falls due")
    words = {"time": in_words(minutes, TargetUnit.MINUTES)}
    return (_("%(time)s before it is due") if step.offset_minutes < 0 else _("%(time)s after it was due")) % words


def code_in_words(code):
    """ "8h" of the history as people read it; "" for anything else."""
    found = _CODE.fullmatch(code) if isinstance(code, str) else None
    return in_words(int(found[1]), _UNITS[found[2]]) if found else ""


def history_names():
    """{name in the history of a policy: what it is called}"""
    return {
        f"{clock}_{priority}": format_lazy("{}: {}", clock.label, priority.label)
        for clock in Clock
        for priority in Priority
    }

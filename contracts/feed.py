"""The calendar of one person as text/calendar (RFC 5545): by when to decide, by when to give notice, what ends.

No amounts and no notes: a calendar is read on telephones and by other programs.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contracts.choices import RUNNING, ContractState
from contracts.models import Contract, Term

BACK = timedelta(days=31)
MOST = 2000
ONE_DAY = timedelta(days=1)


def own_contracts(user):
    """What somebody runs or answers for: owned, deputised, of the own unit and below for a manager, of headed units."""
    mine = Q(owner=user) | Q(deputy=user)
    if user.is_manager and user.unit_id:
        mine |= Q(unit__path__contains=f"/{user.unit_id}/")
    if user.headed_units:
        mine |= Q(unit__in=user.headed_units)
    return Contract.objects.visible_to(user).filter(mine)


def calendar_of(user, now=None):
    """The whole calendar of `user` in her language, as bytes."""
    now = now or timezone.now()
    with override(user.language):
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//helpdesk//contracts//EN",
            "CALSCALE:GREGORIAN",
            f"X-WR-CALNAME:{_escaped(_('Contracts'))}",
            "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        ]
        for entry in entries_of(user, timezone.localdate(now)):
            lines += _event(*entry, now)
        lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def entries_of(user, today):
    """[(unique id, local day, words, address)] from a month ago on; one query."""
    live = Term.objects.filter(contract__in=own_contracts(user).filter(state__in=[*RUNNING, ContractState.EXPIRED]))
    rows = live.filter(end__gte=today - BACK).select_related("contract__vendor").order_by("end", "pk")
    rows = rows.defer("contract__search_text", "contract__notes")
    entries = []
    for term in rows[:MOST]:
        named = f"{term.contract.number} {term.contract.title} ({term.contract.vendor.name})"
        url = settings.SITE_URL + term.contract.get_absolute_url()
        days = [("end", term.end, _("Ends: %(contract)s"))]
        if term.remind_on:
            days.append(("decide", term.decide_by, _("Decide by: %(contract)s")))
            if term.notice_deadline:
                days.append(("notice", term.notice_deadline, _("Last day for notice: %(contract)s")))
        entries += [(f"{kind}-{term.pk}", day, words % {"contract": named}, url) for kind, day, words in days]
    return entries


def _event(uid, day, words, url, now):
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@{urlsplit(settings.SITE_URL).hostname or 'helpdesk'}",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + ONE_DAY:%Y%m%d}",
        f"SUMMARY:{_escaped(words)}",
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(words):
    for before, after in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        words = words.replace(before, after)
    return words


def _folded(line):
    """A line of at most 75 octets, continued after a space; no letter is cut in two."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > 74:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"

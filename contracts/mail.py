"""The mails of this room, made when they are sent, in the reader's language, of what she may still see."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contracts import deadlines, permissions, words
from contracts.choices import Answer, CaseState, ReminderState
from contracts.models import Approval, CommitteeMember, Contract, Reminder, Term
from contracts.notices import ANSWERED, APPROVAL, CASE, RENEWED, SEAT
from contracts.reminders import TOPIC
from office import calendars, mailtexts, outbox
from ui import text


@dataclass(frozen=True)
class Line:
    """One contract in a mail of reminders; everything in words but the rows."""

    contract: Contract
    term: Term | None  # None: it is about something else of the contract, which `title` names
    title: str
    decide_by: date
    end: date
    notice_deadline: date | None
    when: str  # "in 23 days"
    is_over: bool
    value: str
    why: str
    late: str
    url: str
    decide_url: str


@outbox.topic(TOPIC)
def make_reminders(row):
    """All reminders of one person of one day. What was decided meanwhile, or is hers no more, is left out."""
    lines = _lines(row)
    return _reminders(lines) if lines else None


def _reminders(lines):
    subject = _subject(lines)
    context = {
        "subject": subject,
        "lead": _lead(lines),
        "lines": lines,
        "closing": _(
            "Only a recorded decision ends these reminders; until then they go on to the next person in line."
        ),
        "language": text.language(),
        "direction": text.direction(),
    }
    why = _("You get this mail because you are responsible for these contracts, or stand in for whoever is.")
    return outbox.Mail(subject, _plain(context), render_to_string("contracts/mail_reminders.html", context), why=why)


def _lines(row):
    owed = Reminder.objects.filter(outbox_key=row.key, recipient=row.recipient, state=ReminderState.OWED)
    return sorted([*_term_lines(row, owed), *_deadline_lines(row, owed)], key=lambda line: line.decide_by)


def _deadline_lines(row, owed):
    """Of securities and whatever else the registry knows; what was settled meanwhile is left out."""
    found = owed.filter(deadline__remind_on__isnull=False, anchor_date=F("deadline__decide_by"))
    rows = found.select_related("deadline__contract__vendor").order_by("anchor_date", "deadline_id", "rung")
    latest = {reminder.deadline_id: reminder for reminder in rows}
    visible = [one for one in latest.values() if deadlines.kind_of(one.deadline).visible(row.recipient, one.deadline)]
    return [_deadline_line(reminder) for reminder in visible]


def _deadline_line(reminder):
    deadline, today = reminder.deadline, calendars.today()
    url = settings.SITE_URL + deadlines.kind_of(deadline).address(deadline)
    return Line(
        contract=deadline.contract,
        term=None,
        title=deadline.title,
        decide_by=deadline.decide_by,
        end=deadline.ends_on,
        notice_deadline=None,
        when=words.days_left(deadline.decide_by, today),
        is_over=deadline.decide_by < today,
        value="",
        why=words.why_you(reminder, deadline),
        late=words.lateness(reminder),
        url=url,
        decide_url=url,
    )


def _term_lines(row, owed):
    reminders = (
        owed.filter(term__isnull=False)
        .select_related("term__contract__vendor")
        .order_by("anchor_date", "term_id", "rung")
    )
    terms = {reminder.term_id: reminder for reminder in reminders}  # the most urgent one of a contract
    visible = set(
        Contract.objects.visible_to(row.recipient)
        .to_decide()
        .filter(terms__in=list(terms))
        .values_list("pk", flat=True)
    )
    return [
        _line(reminder, row.recipient)
        for reminder in terms.values()
        if reminder.term.contract_id in visible
        and reminder.anchor_date == reminder.term.decide_by
        and reminder.term.remind_on
    ]


def _line(reminder, reader):
    term, contract, today = reminder.term, reminder.term.contract, calendars.today()
    shows = permissions.sees_amounts(reader) and term.value is not None
    return Line(
        contract=contract,
        term=term,
        title=contract.title,
        decide_by=term.decide_by,
        end=term.end,
        notice_deadline=term.notice_deadline,
        when=words.days_left(term.decide_by, today),
        is_over=term.decide_by < today,
        value=text.money(term.value, contract.currency) if shows else "",
        why=words.why_you(reminder, contract),
        late=words.lateness(reminder),
        url=settings.SITE_URL + contract.get_absolute_url(),
        decide_url=settings.SITE_URL + reverse("contract_decide", args=[contract.pk]),
    )


def _subject(lines):
    first = lines[0]
    if len(lines) > 1:
        return ngettext(
            "%(count)d contract to decide, by %(day)s",
            "%(count)d contracts to decide, the first by %(day)s",
            len(lines),
        ) % {"count": len(lines), "day": text.day(first.decide_by)}
    pattern = (
        _("Decision overdue since %(day)s: %(contract)s") if first.is_over else _("Decide by %(day)s: %(contract)s")
    )
    return pattern % {"day": text.day(first.decide_by), "contract": text.isolate(first.contract.number)}


def _lead(lines):
    over = sum(line.is_over for line in lines)
    if over:
        return ngettext(
            "The date by which this had to be decided has passed for %(count)d contract.",
            "The date by which this had to be decided has passed for %(count)d contracts.",
            over,
        ) % {"count": over}
    return ngettext(
        "%(count)d contract waits for your decision.", "%(count)d contracts wait for your decision.", len(lines)
    ) % {"count": len(lines)}


def _plain(context):
    """The mail without HTML; every line begins with a word of its language, machine values keep their own direction."""
    blocks = [context["lead"]]
    for line in context["lines"]:
        blocks.append("\n".join(f"{label}: {value}" for label, value in _facts(line)))
    blocks.append(context["closing"])
    return "\n\n".join(blocks) + "\n"


def _facts(line):
    contract = line.contract
    facts = [
        (_("Contract"), f"{text.isolate(contract.number)} {text.isolate_text(line.title)}"),
        (_("Vendor"), text.isolate_text(contract.vendor.name)),
        (_("Decide by"), f"{text.day(line.decide_by, weekday=True)} ({line.when})"),
    ]
    if line.notice_deadline:
        facts.append((_("Notice deadline"), text.day(line.notice_deadline)))
    facts.append((_("End date"), text.day(line.end)))
    if line.value:
        facts.append((_("Contract value"), line.value))
    facts.append((_("Why you"), " ".join(part for part in (line.why, line.late) if part)))
    facts.append((_("Record the decision"), text.isolate(line.decide_url)))
    return facts


@outbox.topic(RENEWED)
def make_renewed(row):
    """That a contract renewed itself, to its owner and deputy."""
    term = Term.objects.filter(pk=row.payload["term"]).select_related("contract__vendor").first()
    if term is None or not permissions.sees_contract(row.recipient, term.contract):
        return None
    return _renewed(row, term, settings.SITE_URL + term.contract.get_absolute_url())


def _renewed(row, term, url):
    contract = term.contract
    places = {"contract": text.isolate(contract.number), "day": text.day(term.end)}
    context = {
        "subject": mailtexts.say(row, "subject", **places),
        "lead": mailtexts.say(row, "lead", **places),
        "contract": contract,
        "term": term,
        "url": url,
        "language": text.language(),
        "direction": text.direction(),
    }
    facts = [
        (_("Contract"), f"{text.isolate(contract.number)} {text.isolate_text(contract.title)}"),
        (_("Vendor"), text.isolate_text(contract.vendor.name)),
        (_("Decide by"), text.day(term.decide_by, weekday=True)),
    ]
    plain = "\n".join(f"{label}: {value}" for label, value in facts)
    body = "\n\n".join([context["lead"], plain, context["url"]]) + "\n"
    why = _("You get this mail because you are responsible for this contract, or stand in for whoever is.")
    html = render_to_string("contracts/mail_renewed.html", context)
    return outbox.Mail(context["subject"], body, html, why=why)


@outbox.topic(APPROVAL)
def make_approval(row):
    """That a contract waits for the reader's approval; nothing once it was answered or is hers no more."""
    asked = _approval(row)
    if asked is None or asked.answer or not permissions.can_move(row.recipient, asked.contract, "approve"):
        return None
    return _asked(row, asked.contract, asked.asked_by.name)


def _asked(row, contract, name, url=""):
    places = {"contract": text.isolate(contract.number), "name": text.isolate_text(name)}
    return _short(contract, mailtexts.say(row, "subject", **places), mailtexts.say(row, "lead", **places), url)


@outbox.topic(ANSWERED)
def make_answered(row):
    """What came of asking for approval, with the reason of a refusal."""
    asked = _approval(row)
    if asked is None or not permissions.sees_contract(row.recipient, asked.contract):
        return None
    contract, is_approved = asked.contract, asked.answer == Answer.APPROVED
    subject = _("Contract %(contract)s is approved") if is_approved else _("Contract %(contract)s was sent back")
    lead = _("%(name)s has approved the contract.") if is_approved else _("%(name)s has sent the contract back.")
    lead %= {"name": text.isolate_text(asked.by.name)}
    if asked.remark:
        lead = f"{lead} {text.isolate_text(asked.remark)}"
    return _short(contract, subject % {"contract": text.isolate(contract.number)}, lead)


def _approval(row):
    rows = Approval.objects.filter(pk=row.payload["approval"])
    return rows.select_related("contract__vendor", "contract__unit", "asked_by", "by").first()


@outbox.topic(CASE)
def make_case(row):
    """That a committee waits for the reader's marks, or vote; nothing once they are given or the case went on."""
    seats = CommitteeMember.objects.filter(case=row.payload["case"], user=row.recipient)
    seat = seats.select_related("case__term__contract__vendor").first()
    for_marks = row.payload["what"] == SEAT
    waits = CaseState.EVALUATING if for_marks else CaseState.COMMITTEE
    if seat is None or seat.case.state != waits or (seat.locked_at if for_marks else seat.vote):
        return None
    return _to_member(seat.case.contract, for_marks, settings.SITE_URL + seat.case.get_absolute_url())


def _to_member(contract, for_marks, url):
    if for_marks:
        subject, lead = (
            _("Committee: renewal of %(contract)s"),
            _("You sit on the committee for this renewal. Mark the technical offers, then lock your marks."),
        )
    else:
        subject, lead = (
            _("Your vote: renewal of %(contract)s"),
            _("The committee has a recommendation for this renewal. It waits for your vote."),
        )
    why = _("You get this mail because you sit on the committee for this renewal.")
    return _short(contract, subject % {"contract": text.isolate(contract.number)}, lead, url, why)


def _short(contract, subject, lead, url="", why=""):
    """A mail of one sentence about one contract."""
    context = {
        "subject": subject,
        "lead": lead,
        "contract": contract,
        "url": url or settings.SITE_URL + contract.get_absolute_url(),
        "language": text.language(),
        "direction": text.direction(),
    }
    named = f"{text.isolate(contract.number)} {text.isolate_text(contract.title)}"
    facts = [(_("Contract"), named), (_("Vendor"), text.isolate_text(contract.vendor.name))]
    plain = "\n".join(f"{label}: {value}" for label, value in facts)
    body = "\n\n".join([lead, plain, context["url"]]) + "\n"
    why = why or _("You get this mail because this contract is approved by you, or was written by you.")
    return outbox.Mail(subject, body, render_to_string("contracts/mail_short.html", context), why=why)


# Words that may be put otherwise, and mails with made-up facts to look at.

NUMBER, UNTIL = gettext_lazy("number of the contract"), gettext_lazy("last day of the new term")
RENEWED_TEXTS = [
    mailtexts.subject(gettext_lazy("Contract %(contract)s has renewed itself"), contract=NUMBER, day=UNTIL),
    mailtexts.lead(
        gettext_lazy("No notice was given in time, so the contract has renewed itself until %(day)s."),
        contract=NUMBER,
        day=UNTIL,
    ),
]
ASKER = gettext_lazy("who asks for it")
APPROVAL_TEXTS = [
    mailtexts.subject(gettext_lazy("Contract %(contract)s waits for your approval"), contract=NUMBER, name=ASKER),
    mailtexts.lead(
        gettext_lazy("%(name)s has sent a contract for approval. Nobody who wrote it may approve it."),
        contract=NUMBER,
        name=ASKER,
    ),
]


def _sample_term():
    today = calendars.today()
    vendor = SimpleNamespace(name=_("Horizon Information Systems"))
    contract = SimpleNamespace(number="CON-2026-00014", title=_("Maintenance of printers and scanners"), vendor=vendor)
    end = today + timedelta(days=120)
    return SimpleNamespace(contract=contract, end=end, decide_by=today + timedelta(days=30), notice_deadline=None)


def _sample_url():
    return settings.SITE_URL + reverse("contracts")


def sample_reminders(_row):
    term, today = _sample_term(), calendars.today()
    line = Line(
        contract=term.contract,
        term=None,
        title=term.contract.title,
        decide_by=term.decide_by,
        end=term.end,
        notice_deadline=None,
        when=words.days_left(term.decide_by, today),
        is_over=False,
        value="",
        why=_("You own this contract."),
        late="",
        url=_sample_url(),
        decide_url=_sample_url(),
    )
    return _reminders([line])


def _sample_answered(_row):
    contract = _sample_term().contract
    subject = _("Contract %(contract)s is approved") % {"contract": text.isolate(contract.number)}
    lead = _("%(name)s has approved the contract.") % {"name": text.isolate_text(_("Manar Odeh"))}
    return _short(contract, subject, lead, _sample_url())


def register_texts():
    mailtexts.register(TOPIC, [], sample_reminders)
    mailtexts.register(RENEWED, RENEWED_TEXTS, lambda row: _renewed(row, _sample_term(), _sample_url()))
    mailtexts.register(
        APPROVAL, APPROVAL_TEXTS, lambda row: _asked(row, _sample_term().contract, _("Manar Odeh"), _sample_url())
    )
    mailtexts.register(ANSWERED, [], _sample_answered)
    mailtexts.register(CASE, [], lambda row: _to_member(_sample_term().contract, True, _sample_url()))

"""Two institutions with everybody who may meet in them, and one of everything that a page can be about.

Amal asks, Basil solves; Dina, Majed and everybody of the second institution must not see it.
"""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from assets.models import Custody
from contracts.actions import refresh_dates
from contracts.choices import ContractState
from contracts.models import (
    Approval,
    BudgetLine,
    CalendarFeed,
    CallStep,
    CommitteeMember,
    Contract,
    Criterion,
    Instalment,
    Mark,
    Obligation,
    Offer,
    Penalty,
    Promise,
    ReminderRule,
    RenewalCase,
    Security,
    Suspension,
    VendorLink,
)
from contracts.models.feeds import digest
from helpdesk import actions as desk
from helpdesk.choices import Status
from helpdesk.models import Draft, EscalationStep, Mailbox, Message, ReceivedMail, Replan, ServicePolicy, Watcher
from office import files, outbox, sheets, stopping
from office.calendars import today
from office.events import record_event
from office.models import DayOverride, Notification, OutboxRow, Sheet
from people.models import Absence, VendorContact
from tests import factories as make

ROLES = {
    "amal": (),
    "dina": (),
    "hala": (),
    "sami": (),
    "basil": ("is_technician",),
    "tareq": ("is_technician",),
    "salma": ("is_technician",),
    "manar": ("is_manager",),
    "majed": ("is_manager",),
    "adel": ("is_auditor",),
    "rania": ("is_administrator",),
}
FOREIGN = {"xenia": (), "xavier": ("is_technician",), "ximena": ("is_manager",), "xerxes": ("is_administrator",)}
INSIDE = (*ROLES,)
OUTSIDE = (*FOREIGN,)
EVERYBODY = ("anon", *INSIDE, "omar", *OUTSIDE)


class Scene(SimpleNamespace):
    """Names of people and things as attributes; `client(name)` is a fresh browser of one of EVERYBODY."""

    def client(self, name, **options):
        browser = Client(**options)
        if name != "anon":
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return browser

    def sign_everybody_in(self):
        for name in EVERYBODY[1:]:
            browser = Client()
            browser.force_login(getattr(self, name))
            self.sessions[name] = browser.cookies[settings.SESSION_COOKIE_NAME].value


def picture(colour="red", size=(40, 30)):
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def upload(name="photo.png", content=None):
    return SimpleUploadedFile(name, picture() if content is None else content)


def build():
    """Make both institutions; everything is a row, so that a scene costs a second and not ten."""
    scene = Scene(sessions={})
    _first(scene)
    _second(scene)
    _installation(scene)
    _papers(scene)
    scene.sign_everybody_in()
    return scene


def _first(scene):
    scene.one = make.make_institution(name="First Ministry", code="ONE", colour="#0b6e4f")
    scene.it = make.make_unit(scene.one, name="Directorate of IT", kind="directorate")
    scene.accounts = make.make_unit(scene.one, name="Accounts section")
    scene.archive = make.make_unit(scene.one, name="Archive section")
    scene.archive_room = make.make_unit(scene.archive, name="Reading room")
    scene.old_unit = make.make_unit(scene.one, name="Typing pool", is_active=False)
    seats = {"amal": scene.accounts, "dina": scene.accounts, "hala": scene.accounts, "majed": scene.archive}
    seats["sami"] = scene.accounts
    for name, roles in ROLES.items():
        fields = dict.fromkeys(roles, True) | {"unit": seats.get(name, scene.it)}
        setattr(scene, name, _person(scene.one, name, **fields))
    scene.gone = _person(scene.one, "gone", unit=scene.accounts, is_active=False)
    scene.accounts.head = scene.hala
    scene.accounts.save()
    _desk(scene)
    _devices(scene)
    _contracts(scene)
    _tickets(scene)


def _person(institution, name, **fields):
    return make.make_user(
        institution,
        username=name,
        name=f"{name.title()} Persona",
        email=f"{name}@{institution.code.lower()}.example",
        language="en",
        extension=str(100 + len(name)),
        **fields,
    )


def _desk(scene):
    scene.team = make.make_team(scene.one, [scene.basil], name_en="Desk")
    scene.network = make.make_team(scene.one, [scene.tareq], name_en="Network")
    scene.guard = make.make_team(scene.one, [scene.salma], name_en="Guard")
    scene.spare_team = make.make_team(scene.one, [scene.basil], name_en="Spare")
    scene.old_team = make.make_team(scene.one, name_en="Typists", is_active=False)
    scene.directors = make.make_team(scene.one, [scene.rania], name_en="Board")
    scene.board_queue = make.make_queue(scene.directors, name_en="Of the board", is_restricted=True)
    scene.queue = make.make_queue(scene.team, name_en="Desk", is_default=True)
    scene.network_queue = make.make_queue(scene.network, name_en="Network")
    scene.secret_queue = make.make_queue(scene.guard, name_en="Investigations", is_restricted=True)
    scene.idle_queue = make.make_queue(scene.network, name_en="Of nobody")
    scene.idle_category = make.make_category(scene.queue, name_en="Of nothing")
    scene.category = make.make_category(scene.queue, name_en="Printing")
    scene.policy = ServicePolicy.objects.get(institution=scene.one)
    scene.idle_policy = make.make_policy(scene.one, name_en="For nobody")
    scene.step = EscalationStep.objects.create(policy=scene.policy, percent=50)
    scene.replan = Replan.objects.create(institution=scene.one, total=3)
    scene.secret_category = make.make_category(scene.secret_queue, name_en="Incident")


def _devices(scene):
    scene.kind = make.make_asset_category(name_en="Printer")
    scene.model = make.make_model(category=scene.kind)
    scene.maker = scene.model.manufacturer
    scene.place = make.make_location(scene.one, name_en="Room 7", code="R7")
    scene.printer = _asset(scene, "ONE-1", scene.amal, name="Printer of accounts", purchase_cost="310.500")
    scene.laptop = _asset(scene, "ONE-2", scene.dina, name="Laptop of Dina")
    scene.spare = make.make_asset(scene.one, category=scene.kind, tag="ONE-3", name="Spare switch")
    scene.custody = scene.printer.custodies.get()


def _asset(scene, tag, holder, **fields):
    asset = make.make_asset(holder.institution, category=scene.kind, tag=tag, state="in_use", **fields)
    Custody.objects.create(asset=asset, person=holder, started_at=timezone.now() - timedelta(days=9))
    return asset


def _contracts(scene):
    day = today()
    scene.vendor = make.make_vendor(name="Alpha Care")
    common = {"unit": scene.it, "vendor": scene.vendor}
    scene.contract = make.make_contract(
        scene.one,
        owner=scene.manar,
        number="C-1",
        title="Care of printers",
        start=day - timedelta(days=300),
        end=day + timedelta(days=65),
        **common,
    )
    scene.term = scene.contract.terms.get()
    make.make_amendment(scene.contract)
    scene.level = scene.contract.levels.get()
    scene.coverage = make.cover(scene.contract, scene.printer)
    make.cover(scene.contract, scene.laptop)
    scene.draft = make.make_contract(scene.one, owner=scene.manar, number="C-2", state=ContractState.DRAFT, **common)
    scene.suspended = make.make_contract(
        scene.one, owner=scene.manar, number="C-3", state=ContractState.SUSPENDED, **common
    )
    Suspension.objects.create(contract=scene.suspended, from_date=day, reason="Fire in the store", by=scene.manar)
    hers = {"unit": scene.accounts, "vendor": scene.vendor, "deputy": scene.majed}  # Hala heads that unit
    for name, number, state in (("ready", "C-4", ContractState.DRAFT), ("asked", "C-5", ContractState.IN_APPROVAL)):
        made = make.make_contract(scene.one, owner=scene.manar, number=number, state=state, **hers)
        setattr(scene, name, made)
    record_event(scene.asked, "submitted", by=scene.manar)
    Approval.objects.create(contract=scene.asked, asked_by=scene.manar)
    approved = {"state": ContractState.APPROVED, "deputy": scene.majed}
    scene.approved = make.make_contract(scene.one, owner=scene.manar, number="C-6", **common | approved)
    # Reminded of it without the role: its owner Tareq, his deputy Amal, and Hala as head of the unit.
    scene.answered = make.make_contract(
        scene.one,
        owner=scene.tareq,
        deputy=scene.amal,
        unit=scene.accounts,
        vendor=scene.vendor,
        number="C-7",
        title="Care of scales",
        start=day - timedelta(days=300),
        end=day + timedelta(days=65),
    )
    for contract in Contract.objects.filter(institution=scene.one):
        refresh_dates(contract)
    CalendarFeed.objects.create(user=scene.manar, digest=digest("the-calendar-of-manar"))
    gone = {"digest": digest("a-revoked-calendar"), "revoked_at": timezone.now()}
    CalendarFeed.objects.create(user=scene.manar, **gone)
    _account(scene)
    _cases(scene)
    _calls(scene)
    scene.own_rule = ReminderRule.objects.create(institution=scene.one, contract=scene.contract)
    scene.rule = ReminderRule.objects.create(institution=scene.one, type="support")


def _calls(scene):
    """A call under Manar's contract that its vendor has answered by his link, and one that only one team may see."""
    scene.call = make.make_call(scene.coverage, opened_by=scene.basil, subject="Paper jam", text="It jams.")
    later = {"made_by": scene.basil, "expires_at": timezone.now() + timedelta(days=9)}
    page = {"digest": digest("the-page-of-a-vendor"), "nonce": "one"}
    scene.call_link = VendorLink.objects.create(call=scene.call, **page, **later)
    gone = {"digest": digest("a-revoked-page"), "nonce": "two", "revoked_at": timezone.now()}
    VendorLink.objects.create(call=scene.call, **gone, **later)
    scene.call_step = CallStep.objects.create(
        call=scene.call, kind="received", happened_at=timezone.now(), link=scene.call_link, name="Fadi", ip="192.0.2.7"
    )
    scene.secret_call = make.make_call(
        scene.coverage, opened_by=scene.salma, subject="Leaked paper", restricted_to=scene.secret_queue.team
    )


def _account(scene):
    """What the vendor owes by Manar's contract, and what is paid for it, in every state that has a button."""
    day, states = today(), Instalment.State
    held = {"amount": 480, "valid_until": day + timedelta(days=90)}
    scene.security = Security.objects.create(contract=scene.contract, **held)
    promise = Promise.objects.create(contract=scene.contract, title="Visit", penalty_per_day=5)
    owed = {"term": scene.term, "promise": promise}
    scene.obligation, late = (Obligation.objects.create(due=day - timedelta(days=days), **owed) for days in (9, 10))
    scene.penalty = Penalty.objects.create(term=scene.term, obligation=late, days_late=3, amount=15)
    common = {"term": scene.term, "due": day, "amount": 100, "tax_percent": 16, "fiscal_year": day.year}
    for number, state in enumerate((states.PLANNED, states.INVOICED, states.APPROVED, states.WITHHELD), 1):
        setattr(scene, f"{state}_part", Instalment.objects.create(number=number, state=state, **common))
    scene.unpaid_term = scene.suspended.terms.get()
    scene.unpaid_term.value = 100
    scene.unpaid_term.save()


def _cases(scene):
    """A renewal case of Manar's at each station; Hala and Basil sit on the committees, neither of whom sees amounts."""
    now, day = timezone.now(), today()
    frozen = {"frozen_at": now}
    opened = frozen | {"prices_opened_at": now}
    _case(scene, "case", "C-20", "open")
    scene.criterion, scene.seat = scene.case.criteria.first(), scene.case.members.get(user=scene.hala)
    _case(scene, "study", "C-21", "evaluating", **frozen)
    scene.offer = scene.study.offers.get()
    for name, number in (("marked", "C-22"), ("counted", "C-23")):
        _case(scene, name, number, "evaluating", **frozen)
        _mark(getattr(scene, name))
    scene.counted.members.update(locked_at=now)
    for name, number in (("council", "C-24"), ("voted", "C-25"), ("won", "C-26")):
        _case(scene, name, number, "committee", **opened)
        case = getattr(scene, name)
        _mark(case)
        case.members.update(locked_at=now)
        case.recommended_offer, case.recommendation_reason, case.minutes = case.offers.get(), "Cheap.", "We met."
        case.save()
    for case in (scene.voted, scene.won):
        case.members.update(vote="for", voted_at=now)
    scene.council_offer = scene.council.offers.get()
    scene.won.state, scene.won.awarded_offer = "awarded", scene.won.recommended_offer
    scene.won.awarded_at, scene.won.awarded_by = now, scene.manar
    scene.won.save()
    lapsed = {"start": day - timedelta(days=300), "end": day + timedelta(days=65)}
    scene.unopened = make.make_contract(
        scene.one, owner=scene.manar, unit=scene.it, vendor=scene.vendor, number="C-27", **lapsed
    )
    refresh_dates(scene.unopened)


def _case(scene, name, number, state, **fields):
    day = today()
    contract = make.make_contract(
        scene.one,
        owner=scene.manar,
        unit=scene.it,
        vendor=scene.vendor,
        number=number,
        start=day - timedelta(days=300),
        end=day + timedelta(days=65),
    )
    refresh_dates(contract)
    case = RenewalCase.objects.create(institution=scene.one, term=contract.terms.get(), state=state, **fields)
    for kind, weight in (("technical", 70), ("financial", 30)):
        Criterion.objects.create(case=case, kind=kind, weight=weight, name_en=kind.title())
    for user in (scene.manar, scene.hala, scene.basil):
        CommitteeMember.objects.create(case=case, user=user, is_chair=user == scene.manar)
    if state != "open":
        dates = {"received_on": day, "valid_until": day + timedelta(days=120), "entered_by": scene.manar}
        Offer.objects.create(case=case, vendor=scene.vendor, price_per_year="900.250", **dates)
    setattr(scene, name, case)


def _mark(case):
    offer, criterion = case.offers.get(), case.criteria.get(kind="technical")
    for member in case.members.all():
        Mark.objects.create(member=member, offer=offer, criterion=criterion, points=80)


def _tickets(scene):
    work = {"queue": scene.queue, "unit": scene.accounts, "asset": scene.printer, "category": scene.category}
    busy = {"status": Status.IN_PROGRESS, "assignee": scene.basil}
    scene.ticket = make.make_ticket(scene.amal, number="ONE-TKT-1", subject="Paper jam", **work, **busy)
    scene.fresh = make.make_ticket(scene.amal, number="ONE-TKT-2", subject="No toner", **work)
    scene.given = make.make_ticket(
        scene.amal, number="ONE-TKT-3", subject="Streaks", **work, status=Status.ASSIGNED, assignee=scene.basil
    )
    scene.waiting = make.make_ticket(
        scene.amal,
        number="ONE-TKT-4",
        subject="Rattles",
        **work,
        status=Status.WAITING,
        waiting_for="vendor",
        waiting_since=timezone.now(),
        assignee=scene.basil,
    )
    scene.solved = make.make_ticket(
        scene.amal,
        number="ONE-TKT-5",
        subject="Blinks",
        **work,
        status=Status.RESOLVED,
        assignee=scene.basil,
        resolved_at=timezone.now(),
    )
    scene.secret = make.make_ticket(
        scene.dina, number="ONE-TKT-6", subject="Leaked paper", **work | {"queue": scene.secret_queue}
    )
    scene.board = make.make_ticket(
        scene.dina, number="ONE-TKT-7", subject="A seat", **work | {"queue": scene.board_queue}
    )
    scene.merged = make.make_ticket(
        scene.amal, number="ONE-TKT-8", subject="Jams", **work, status=Status.CANCELLED, merged_into=scene.given
    )
    Watcher.objects.create(ticket=scene.ticket, user=scene.sami)
    scene.note = Message.objects.create(ticket=scene.ticket, author=scene.basil, text="Old drum", is_internal=True)
    _mail(scene)
    scene.tickets = (scene.ticket, scene.fresh, scene.given, scene.waiting, scene.solved, scene.merged)
    scene.tickets += (scene.secret, scene.board)
    for ticket in scene.tickets:
        record_event(ticket, "created", by=ticket.requester)


def _mail(scene):
    """A mailbox with what came through it: held, in a ticket from outside, and one for a restricted ticket."""
    scene.mailbox = Mailbox.objects.create(
        institution=scene.one, name="Desk mail", address="it@one.example", queue=scene.queue, paused_because="restored"
    )
    scene.idle_mailbox = Mailbox.objects.create(
        institution=scene.one, name="Night mail", address="night@one.example", queue=scene.network_queue
    )
    scene.held_mail = _received(scene, state="held")
    outside = Message.objects.create(
        ticket=scene.ticket, text="Pay me", is_internal=True, mail_from="Eve <eve@x.example>", channel="mail"
    )
    scene.outside_mail = _received(scene, state="unverified", ticket=scene.ticket, message=outside)
    secret = Message.objects.create(ticket=scene.secret, text="Leak", mail_from="Eve <eve@x.example>", channel="mail")
    scene.secret_mail = _received(scene, state="done", ticket=scene.secret, message=secret)


def _received(scene, **fields):
    raw = f"From: Eve <eve@x.example>\r\nSubject: Offer {fields}\r\n\r\nPay me".encode()
    blob = files.store(BytesIO(raw), "message/rfc822")
    return ReceivedMail.objects.create(
        institution=scene.one,
        mailbox=scene.mailbox,
        key=blob.sha256,
        raw=blob,
        size=len(raw),
        sender="eve@x.example",
        sender_name="Eve",
        subject="Offer",
        **fields,
    )


def _second(scene):
    scene.two = make.make_institution(name="Second Ministry", code="TWO")
    scene.two_unit = make.make_unit(scene.two, name="Foreign section")
    for name, roles in FOREIGN.items():
        setattr(scene, name, _person(scene.two, name, **dict.fromkeys(roles, True), unit=scene.two_unit))
    scene.two_team = make.make_team(scene.two, [scene.xavier], name_en="Foreign team")
    scene.two_queue = make.make_queue(scene.two_team, name_en="Foreign queue", is_default=True)
    scene.two_policy = ServicePolicy.objects.get(institution=scene.two)
    scene.two_replan = Replan.objects.create(institution=scene.two, total=3)
    scene.two_category = make.make_category(scene.two_queue, name_en="Foreign category")
    scene.two_mailbox = Mailbox.objects.create(
        institution=scene.two, name="Foreign mail", address="it@two.example", queue=scene.two_queue
    )
    scene.two_place = make.make_location(scene.two, name_en="Foreign room")
    scene.two_asset = _asset(scene, "TWO-1", scene.xenia, name="Foreign laptop")
    scene.two_custody = scene.two_asset.custodies.get()
    scene.two_contract = make.make_contract(
        scene.two, owner=scene.ximena, unit=scene.two_unit, vendor=scene.vendor, number="X-1", title="Foreign care"
    )
    refresh_dates(scene.two_contract)
    scene.two_amendment = make.make_amendment(scene.two_contract)
    scene.two_term = scene.two_contract.terms.get()
    scene.two_level = scene.two_contract.levels.get()
    common = {"term": scene.two_term, "due": today()}
    promise = Promise.objects.create(contract=scene.two_contract, title="Visit")
    scene.two_obligation = Obligation.objects.create(promise=promise, **common)
    lasting = {"amount": 9, "valid_until": today()}
    scene.two_security = Security.objects.create(contract=scene.two_contract, **lasting)
    scene.two_penalty = Penalty.objects.create(term=scene.two_term, days_late=1, amount=5)
    scene.two_part = Instalment.objects.create(number=1, amount=9, tax_percent=16, fiscal_year=2026, **common)
    allotted = {"fiscal_year": 2026, "code": "26-1", "title": "Care", "allocated": 9}
    scene.budget_line = BudgetLine.objects.create(institution=scene.one, **allotted)
    scene.two_budget_line = BudgetLine.objects.create(institution=scene.two, **allotted)
    scene.two_case = RenewalCase.objects.create(institution=scene.two, term=scene.two_term)
    scene.two_criterion = Criterion.objects.create(case=scene.two_case, kind="technical", weight=70, name_en="Foreign")
    scene.two_seat = CommitteeMember.objects.create(case=scene.two_case, user=scene.ximena)
    dates = {"received_on": today(), "valid_until": today(), "entered_by": scene.ximena}
    scene.two_offer = Offer.objects.create(case=scene.two_case, vendor=scene.vendor, price_per_year="7.5", **dates)
    scene.two_coverage = make.cover(scene.two_contract, scene.two_asset)
    scene.two_call = make.make_call(scene.two_coverage, opened_by=scene.xavier, subject="Foreign jam")
    scene.two_call_link = VendorLink.objects.create(
        call=scene.two_call, nonce="x", digest=digest("x"), expires_at=timezone.now() + timedelta(days=9)
    )
    scene.two_call_step = CallStep.objects.create(
        call=scene.two_call, kind="received", happened_at=timezone.now(), link=scene.two_call_link
    )
    scene.two_rule = ReminderRule.objects.create(institution=scene.two, type="support")
    scene.two_ticket = make.make_ticket(
        scene.xenia, number="TWO-TKT-1", subject="Foreign jam", queue=scene.two_queue, asset=scene.two_asset
    )
    scene.two_absence = Absence.objects.create(
        person=scene.xenia, from_date=today(), to_date=today() + timedelta(days=2)
    )
    record_event(scene.two_ticket, "created", by=scene.xenia)


def _installation(scene):
    scene.omar = make.make_user(
        scene.one, username="omar", name="Omar Persona", email="omar@house.example", language="en", is_operator=True
    )
    type(scene.omar).objects.filter(pk=scene.omar.pk).update(institution=None)
    scene.omar.refresh_from_db()
    scene.idle_vendor = make.make_vendor(name="Gamma Care")
    scene.former_vendor = make.make_vendor(name="Delta Care", is_active=False)
    scene.former_contact = VendorContact.objects.create(vendor=scene.vendor, name="Old Line", is_active=False)
    scene.contact = VendorContact.objects.create(vendor=scene.vendor, name="Care Line", phone="06-5000000")
    scene.other_contact = VendorContact.objects.create(vendor=scene.idle_vendor, name="Gamma Line", phone="1")
    scene.calendar = make.make_calendar(name_en="Vendor hours")
    scene.other_calendar = make.make_calendar(name_en="Night hours of a vendor")
    scene.period = scene.calendar.periods.get()
    scene.slack = scene.calendar.periods.create(
        label="Ramadan", valid_from=today(), valid_to=today() + timedelta(days=29)
    )
    scene.slack.slots.create(weekday=0, start="10:00", end="15:00")
    scene.day = DayOverride.objects.create(calendar=scene.calendar, date=today(), reason="Storm")
    scene.absence = Absence.objects.create(person=scene.amal, from_date=today(), to_date=today() + timedelta(days=2))


def _papers(scene):
    scene.photo = files.attach(scene.ticket, upload(), by=scene.amal)
    scene.inner = files.attach(
        scene.ticket, upload("inner.png", picture("blue")), by=scene.basil, internal=True, part=scene.note.pk
    )
    scene.secret_photo = files.attach(scene.secret, upload("secret.png", picture("green")), by=scene.dina)
    scene.paper = files.attach(scene.contract, upload("paper.png", picture("black")), by=scene.manar)
    scene.answered_paper = files.attach(scene.answered, upload("scales.png", picture("grey")), by=scene.rania)
    scene.offer_paper = files.attach(scene.offer, upload("offer.png", picture("navy")), by=scene.manar)
    scene.price_paper = files.attach(scene.offer, upload("price.png", picture("pink")), by=scene.manar, internal=True)
    scene.open_price_paper = files.attach(
        scene.council_offer, upload("open.png", picture("gold")), by=scene.manar, internal=True
    )
    scene.minutes = files.attach(scene.council, upload("minutes.png", picture("teal")), by=scene.manar)
    scene.two_photo = files.attach(scene.two_ticket, upload("two.png", picture("white")), by=scene.xenia)
    Draft.objects.create(
        ticket=scene.ticket, user=scene.basil, face="reply", text="On my way.", leaves_at=timezone.now() + timedelta(1)
    )
    begun = Draft.objects.create(ticket=scene.ticket, user=scene.basil, face="note", text="Old")
    scene.draft_file = files.attach(begun, upload("draft.png", picture("grey")), by=scene.basil)
    scene.told = _tell(scene.amal, scene.ticket, "scene:one")
    _tell(scene.xenia, scene.two_ticket, "scene:two")
    _tell(scene.amal, scene.fresh, "scene:failed")
    scene.failed = OutboxRow.objects.get(key="scene:failed")
    OutboxRow.objects.filter(pk=scene.failed.pk).update(state="failed", error_class="refused", error="550")
    scene.stop_link = SimpleNamespace(pk=stopping.link(scene.sami.pk, "ticket", scene.ticket.pk).split("/")[-2])
    scene.sheet = _sheet(scene.rania, sheets.rights_of(scene.rania))
    scene.old_sheet = _sheet(scene.rania, "other rights")


def _sheet(owner, rights):
    """A large export that waits for its reader."""
    values = {"path": "/assets/?export=csv", "kind": "csv", "language": "en", "state": "ready"}
    sheet = Sheet.objects.create(owner=owner, rights=rights, title="Assets", **values)
    path = sheets.path_of(sheet)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("tag")
    return SimpleNamespace(pk=sheet.key)


def _tell(person, ticket, key):
    """That her ticket was filed, on the page and in a mail that is owed."""
    outbox.enqueue("ticket.news", to=person, about=ticket, key=key)
    return Notification.objects.create(
        recipient=person,
        kind="ticket.filed",
        relation="mine",
        about_kind="helpdesk.ticket",
        about_id=ticket.pk,
        event=1,
        actor=person,
        outbox_key=key,
    )


assert desk  # the actions are loaded, so that their topics are registered

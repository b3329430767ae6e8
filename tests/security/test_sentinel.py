"""Words that only some may read are put wherever words can stand; then everybody reads all there is to be read.

A word comes to nobody outside its circle, by no page, list, sheet, search, suggestion or mail. Asking for it gives the
same answer as asking for any other word.
"""

import contextlib
import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.base import Template
from django.test import utils
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from contracts import actions as contract_actions
from contracts import reminders
from contracts.models import Coverage, Penalty, RenewalDecision, Suspension, Term
from helpdesk import actions as desk
from helpdesk.models import Message, Watcher
from office import outbox
from office.events import record_event
from office.models import Notification, OutboxRow
from people.models import User
from tests import factories as make
from tests.security import matrix, pages
from tests.security.matrix import ABROAD, ADMINISTRATORS, AUDITORS, DESK, MANAGERS, TECHNICIANS
from tests.security.test_foreign_keys import lists

pytestmark = pytest.mark.django_db

AMOUNTS = MANAGERS | AUDITORS | ADMINISTRATORS
HELPERS = TECHNICIANS | AUDITORS | ADMINISTRATORS
CIRCLES = {
    "note": matrix.NOTE_READERS,  # an internal note
    "innerfile": matrix.NOTE_READERS,  # the name of a file on it
    "secret": matrix.MEMBERS_OF_SECRET,  # a restricted ticket
    "secretfile": matrix.MEMBERS_OF_SECRET,
    "contractnote": AMOUNTS,  # it may name amounts, and so may a paper and the reason of a decision
    "reason": AMOUNTS,
    "paper": AMOUNTS,
    "twoname": ABROAD | {"omar"},  # the name of the other institution
    "abroad": ABROAD,  # whatever belongs to the other institution, its people's names too
    "device": DESK | {"dina", "hala"},  # Dina's laptop; the head of her section reads of it in her request
    "request": {"dina", "hala", "manar", "basil", "tareq", "salma", "adel", "rania"},  # and what she asks about it
    "assetnote": DESK,  # what the desk notes of Amal's printer
    "phone": HELPERS | {"dina"},
    "account": AUDITORS | ADMINISTRATORS | {"dina"},  # a user name
    "vendornote": DESK | matrix.ABROAD_DESK,
}
COSTS = {
    "cost": Decimal("7711.339"),
    "value": Decimal("88224.913"),
    "share": Decimal("993.559"),
    "credit": Decimal("661.117"),
    "price": Decimal("55207.661"),  # of an offer that is open
    "sealed": Decimal("66131.477"),  # and of one that is not
}
READ_BY = {  # who at least must come upon which word, since otherwise it was not planted
    "basil": "note innerfile device request assetnote phone vendornote",
    "adel": "secret secretfile account cost value share price",
    "manar": "contractnote reason paper credit",
    "xerxes": "abroad",
    "omar": "twoname",
}
READERS = ("amal", "hala", "basil", "manar", "majed", "adel", "rania", "omar", "xerxes")
WITH_WORKBOOKS = ("amal", "majed", "omar")  # both kinds of sheet are written from the same values
NEVER = re.compile(r"^/(accounts/logout|static)|\.css$|/proposals/(?!2026)")  # each year leads to the next


def word(code):
    return f"SENTINEL-7f3a-{code}"


def circle(code):
    if code == "sealed":
        return set()
    return AMOUNTS if code in COSTS else CIRCLES[code]


PATTERNS = {code: re.compile(rf"sentinel-7f3a-{code}\b", re.IGNORECASE) for code in CIRCLES}
PATTERNS |= {code: re.compile(rf"{value:,}|{value}".replace(".", r"\.")) for code, value in COSTS.items()}


def plant(scene):
    """Put every word where it belongs, and let mail about it be owed."""
    _on_tickets(scene)
    _on_things(scene)
    _abroad(scene)
    _mails(scene)


def _change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _on_tickets(scene):
    _change(scene.note, text=f"Look: {word('note')}")
    _change(scene.inner, name=f"{word('innerfile')}.png")
    _change(scene.secret, subject=word("secret"), description=word("secret"), status="assigned", assignee=scene.salma)
    Message.objects.create(ticket=scene.secret, author=scene.salma, text=word("secret"))
    _change(scene.secret_photo, name=f"{word('secretfile')}.png")
    _change(scene.secret_call, subject=word("secret"), text=word("secret"), reference=word("secret"))
    Penalty.objects.create(
        term=scene.term, call=scene.secret_call, clock="restore", days_late=1, amount=COSTS["credit"]
    )
    common = {"queue": scene.queue, "unit": scene.accounts, "asset": scene.laptop}
    make.make_ticket(scene.dina, number="ONE-TKT-90", subject=word("request"), **common)


def _on_things(scene):
    _change(scene.laptop, name=word("device"))
    _change(scene.printer, notes=word("assetnote"), purchase_cost=COSTS["cost"])
    _change(scene.contract, notes=word("contractnote"))
    amendment = make.make_amendment(scene.contract, reason=word("reason"))
    dates = {"start": scene.term.start, "end": scene.term.end}
    contract_actions.change_term(scene.term, by=scene.manar, value=COSTS["value"], amendment=amendment, **dates)
    term = scene.answered.terms.get()  # read by Amal and Hala, who are reminded of it
    contract_actions.change_term(term, by=None, start=term.start, end=term.end, value=COSTS["value"])
    _change(scene.answered, notes=word("contractnote"))
    _change(scene.answered_paper, name=f"{word('paper')}.png")
    _change(scene.offer, price_per_year=COSTS["sealed"])
    _change(scene.price_paper, name=f"{COSTS['sealed']}.png")
    _change(scene.council_offer, price_per_year=COSTS["price"], exclusions="Fuses")
    _change(scene.open_price_paper, name=f"{COSTS['price']}.png")
    _change(scene.council, recommendation_reason=word("reason"), minutes=word("reason"))
    Coverage.objects.filter(pk=scene.coverage.pk).update(cost_share=COSTS["share"])
    Suspension.objects.update(reason=word("reason"))
    RenewalDecision.objects.create(
        term=Term.objects.get(contract=scene.draft), decision="renew", by=scene.manar, reason=word("reason")
    )
    _change(scene.suspended, end_reason=word("reason"))
    _change(scene.paper, name=f"{word('paper')}.png")
    _change(scene.vendor, notes=word("vendornote"))
    User.objects.filter(pk=scene.dina.pk).update(username=word("account"), phone=word("phone"))
    _change(User.objects.get(pk=scene.dina.pk), room="9")


def _abroad(scene):
    hidden = word("abroad")
    for name in ABROAD:
        _change(getattr(scene, name), name=f"{name.title()} {hidden}")
    _change(scene.two, name=word("twoname"))
    _change(scene.two_unit, name=f"Section {hidden}")
    for row in (scene.two_team, scene.two_queue, scene.two_category, scene.two_place):
        _change(row, name_en=f"{row.name_en} {hidden}")
    _change(scene.two_ticket, subject=hidden)
    _change(scene.two_asset, name=hidden, tag=f"TWO-1-{hidden}")
    _change(scene.two_contract, title=hidden)
    _change(scene.two_photo, name=f"{hidden}.png")
    for shared in (
        scene.vendor,
        scene.calendar,
        scene.kind,
        scene.maker,
        scene.model,
    ):  # their history has foreign hands
        record_event(shared, "changed", by=scene.xerxes, changes={"version": [1, 2]})
    outbox.hold(hidden, by=scene.xerxes)


def _mails(scene):
    """Acts after which people are written to, some of whom may not read what it is about."""
    Watcher.objects.create(ticket=scene.given, user=scene.sami)
    Watcher.objects.create(ticket=scene.given, user=scene.tareq)
    desk.note_ticket(scene.given, by=scene.salma, text=word("note"))
    desk.reply_to_ticket(scene.given, by=scene.basil, text="It is on its way.")
    desk.reply_to_ticket(scene.secret, by=scene.dina, text=word("secret"))
    moved = desk.file_ticket(requester=scene.dina, subject="Moved", description=word("secret"))
    type(moved).objects.filter(pk=moved.pk).update(queue=scene.secret_queue)
    make.make_ticket(
        scene.dina, number="ONE-TKT-92", subject=word("secret"), queue=scene.secret_queue, asset=scene.spare
    )
    scene.head = make.make_user(scene.one, username="huda", name="Huda Persona", email="huda@one.example")
    _change(scene.it, head=scene.head)
    decide_by = Term.objects.get(pk=scene.term.pk).decide_by
    for days in (-30, 0, 30, 60):
        reminders.climb(decide_by + timedelta(days=days))


@pytest.fixture(scope="module")
def planted(scene):
    plant(scene)
    scene.sign_everybody_in()  # a changed account is signed out
    return scene


@pytest.fixture
def plain_drawing(monkeypatch):
    """Without the test client's copies of every context: only the words are read."""
    monkeypatch.setattr(Template, "_render", utils._TestState.saved_data.template_render)


def text_of(response):
    """All that is readable in an answer: the sheet inside a workbook, the text of a PDF, and the name of a file."""
    body = response.getvalue() if response.streaming else response.content
    if body[:5] == b"%PDF-":
        with contextlib.suppress(PdfReadError):  # what somebody uploaded is no PDF but in its name
            body = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).encode()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode(errors="replace") + str(response.headers)


def seeds(scene, person):
    """Every address of the matrix, and of every list its filters and its sheet with all columns that there are."""
    yield from (pages.address(scene, row.name, row.on) + row.query for row in matrix.ROWS if row.method == matrix.GET)
    for name, on in (("user_leaving", "salma"), ("change_asset_state", "spare"), ("hand_over_asset", "laptop")):
        yield pages.address(scene, name, on)
    every = ",".join(sorted(EVERY_COLUMN))
    for name in lists():
        url = pages.address(scene, name, pages.LISTS_ON.get(name, ""))
        sheets = ("csv", "xlsx") if person in WITH_WORKBOOKS else ("csv",)
        yield from (f"{url}?columns={every}&export={kind}" for kind in sheets)
        yield f"{url}?columns={every}&form=1"


EVERY_COLUMN = {
    column
    for page in lists().values()
    for table in [page.table_class, *page.table_class.__subclasses__()]
    for column in table.base_columns
} | {"purchase_cost", "value", "cost_share", "covered_until", "about", "changes"}


def read_everything(scene, person):
    """Yields (address, all words of the answer) of whatever this person finds by following every link."""
    browser, waiting, seen = scene.client(person), list(seeds(scene, person)), set()
    while waiting:
        url = waiting.pop(0)
        key = url if url in waiting or "?" in url else url.split("?")[0]
        if key in seen or NEVER.search(url):
            continue
        seen.add(key)
        response = browser.get(url)
        words = text_of(response)
        yield url, words
        if "html" in response.headers.get("Content-Type", ""):
            links = re.findall(r'(?:href|hx-get)="(/[^"?#]*)', words)
            waiting += [link for link in dict.fromkeys(links) if link not in seen]


@pytest.mark.parametrize("person", READERS)
def test_nobody_reads_a_word_that_is_not_for_her(planted, plain_drawing, person):
    leaks, found, read = [], set(), 0

    for url, words in read_everything(planted, person):
        read += 1
        for code, pattern in PATTERNS.items():
            if pattern.search(words):
                if person in circle(code):
                    found.add(code)
                else:
                    leaks.append(f"{code}: {url[:120]}")

    assert read > 100
    assert not leaks, f"{person} reads\n" + "\n".join(leaks)
    assert set(READ_BY.get(person, "").split()) <= found


def test_no_mail_holds_a_word_that_is_not_for_its_reader(planted):
    leaks, found, made = [], set(), 0

    for row in OutboxRow.objects.select_related("recipient").order_by("pk"):
        mail = outbox.make(row)
        if mail is None:
            continue
        made += 1
        words = outbox.envelope(row, mail).message().as_bytes().decode() + mail.subject + mail.text + mail.html
        reader = row.recipient.name.split()[0].lower()
        for code, pattern in PATTERNS.items():
            if pattern.search(words) and reader not in circle(code):
                leaks.append(f"{code}: {row.topic} to {reader}")
            elif pattern.search(words):
                found.add(code)

    assert not leaks, "\n".join(leaks)
    assert made > 8
    assert {"note", "value"} <= found


def test_mail_about_what_one_sees_no_more_is_not_made(planted):
    """A ticket waited in Basil's queue; before his mail left it went into a restricted one."""
    told = Notification.objects.filter(recipient=planted.basil, kind="ticket.queued")
    owed = OutboxRow.objects.filter(key__in=told.values("outbox_key"))

    assert [outbox.make(row) for row in owed] == [None]


QUESTIONS = (
    "/search/?q={}",
    "/tickets/view/all/?q={}",
    "/requests/?q={}",
    "/assets/?q={}",
    "/assets/?holder={}",
    "/contracts/?q={}",
    "/contracts/?owner={}",
    "/people/?q={}",
    "/vendors/?q={}",
    "/setup/users/?q={}",
    "/setup/models/?q={}",
    "/events/?actor={}",
    "/outbox/?address={}",
    "/people/pick/?from=q&q={}",
    "/assets/pick/?from=q&q={}",
    "/contracts/pick/?from=q&q={}",
    "/contracts/pick-vendor/?from=q&q={}",
    "/tickets/phone/callers/?requester={}",
    "/tickets/phone/caller/?requester={}",
)
FOUND_BY = {"account": TECHNICIANS}  # who helps people sign in finds them by the name they type there
OTHER = "Quartzine-4b8d-nowhere"


@pytest.mark.parametrize("person", ["amal", "basil", "majed", "rania", "xerxes"])
def test_asking_for_a_hidden_word_is_like_asking_for_any_other(planted, plain_drawing, person):
    browser = planted.client(person)
    plain = {question: asked(browser, question, OTHER) for question in QUESTIONS}
    plain = {question: answer for question, answer in plain.items() if answer[0] == 200}

    hidden = [code for code in CIRCLES if person not in circle(code) | FOUND_BY.get(code, set())]
    told = [f"{q} tells {code}" for code in hidden for q in plain if asked(browser, q, word(code)) != plain[q]]

    assert not told, f"{person}\n" + "\n".join(told)


def asked(browser, question, what):
    """The answer without the word itself and without what differs each time."""
    response = browser.get(question.format(what))
    words = re.sub(r"[0-9A-Za-z]{64}", "", response.getvalue().decode())
    return response.status_code, re.sub(re.escape(what), "WORD", words, flags=re.IGNORECASE)

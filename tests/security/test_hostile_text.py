"""Markup in every text of every row: it stands in pages, sheets, files and mails as it was typed, and does nothing.

B3, B4, B6 and C1 of the security list. The texts are found in the models; those left out are named.
"""

import csv
import io
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection, models

from contracts import reminders
from contracts.models import Term
from helpdesk import actions as desk
from office import outbox
from office.models import Event, OutboxRow
from tests.security import matrix, pages
from tests.security.test_foreign_keys import lists
from ui import export

pytestmark = pytest.mark.django_db
LONG = "\"><img src=x onerror=pwned=1><script>pwned=1</script>'"
SHORT, SHORTEST = "<svg/onload=pwned=1>", "<x>"
ROOMS = {"people", "office", "assets", "contracts", "helpdesk"}
MACHINE_MADE = {  # no hand writes these, or only after a check that leaves nothing of the kind
    "people.Unit": {"path", "code", "colour"},
    "people.User": {"password", "username", "email", "sort_key", "theme", "language"},
    "people.Vendor": {"email", "website", "sort_key"},
    "people.VendorContact": {"email"},
    "office.Attachment": {"kind"},
    "office.Blob": {"sha256", "media_type"},
    "office.Event": {"kind", "verb"},
    "office.FormKey": {"kind"},
    "office.Heartbeat": {"name"},
    "office.ImportRow": {"target_kind"},
    "office.ImportBatch": {"kind", "file_sha256", "map_sha256"},
    "office.KeptUpload": {"field", "token"},
    "office.Notification": {"kind", "about_kind", "outbox_key"},
    "office.NumberSeries": {"kind"},
    "office.OutboxRow": {"topic", "key", "about_kind", "message_id", "address", "error_class"},
    "office.WorkingCalendar": {"zone"},
    "assets.AssetCategory": {"icon"},
    "assets.Location": {"path"},
}
READERS = ("rania", "basil", "amal", "manar", "adel")


def texts_of(model):
    """The fields of a model that hold what somebody typed."""
    left_out = MACHINE_MADE.get(model._meta.label, set()) | {"search_text"}
    return [
        field
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField) and not field.choices and field.name not in left_out
    ]


def payload_for(field, n):
    """As much of it as fits; where the text must be the only one of its kind, with a number behind it."""
    number = f" {n}" if field.unique or n else ""
    room = (field.max_length or 1000) - len(number)
    return next((text for text in (LONG, SHORT, SHORTEST) if len(text) <= room), "<")[:room] + number


def plant():
    """As if it had come in before any check; a guard steps aside, and comes back with the end of the scene."""
    step = "contracts_callstep"
    guard = f"{step}_no_update" if connection.vendor == "sqlite" else f"{step}_append_only ON {step}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {guard}")
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or model is Event:
            continue
        for n, row in enumerate(model._base_manager.order_by("pk"), 1):
            values = {field.name: payload_for(field, n) for field in texts_of(model)}
            if values:
                model._base_manager.filter(pk=row.pk).update(**values)


@pytest.fixture(scope="module")
def planted(scene):
    for thing in (scene.ticket, scene.printer, scene.contract):
        thing.refresh_from_db()
    plant()
    for name in ("amal", "basil", "ticket", "contract"):
        getattr(scene, name).refresh_from_db()
    desk.reply_to_ticket(scene.ticket, by=scene.basil, text=LONG)  # so that mails are owed about it
    reminders.climb(Term.objects.get(pk=scene.term.pk).decide_by)
    scene.sign_everybody_in()
    return scene


class Reader(HTMLParser):
    """Notes what a page holds that none of ours does."""

    def __init__(self):
        super().__init__()
        self.odd, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.odd += [f"{tag} {name}" for name in given if name.startswith("on")]
        if tag == "x" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.odd.append(tag)
        self.odd += [f"{tag} {n}={v}" for n, v in given.items() if n in ("src", "href") and is_foreign(v or "")]

    def handle_data(self, data):
        self.texts.append(data)


def is_foreign(url):
    return url == "x" or urlsplit(url).scheme not in ("", "tel", "mailto", "http", "https", "cid")


def read(words):
    reader = Reader()
    reader.feed(words)
    return reader


def addresses(scene):
    for row in matrix.ROWS:
        if row.method == matrix.GET and row.name != "account_logout":
            yield pages.address(scene, row.name, row.on) + row.query
    for name in lists():
        url = pages.address(scene, name, pages.LISTS_ON.get(name, ""))
        yield f"{url}?columns={','.join(COLUMNS)}"
        yield f"{url}?form=1"


COLUMNS = sorted({"about", "value"} | {name for page in lists().values() for name in page.table_class.base_columns})


def test_every_text_of_every_model_is_planted_or_named():
    for label, names in MACHINE_MADE.items():
        assert names <= {field.name for field in apps.get_model(label)._meta.concrete_fields}, label

    planted = [field for model in apps.get_models() if model._meta.app_label in ROOMS for field in texts_of(model)]
    assert len(planted) > 60


@pytest.mark.parametrize("person", READERS)
def test_markup_in_any_text_stays_text(planted, person):
    browser, odd, shown = planted.client(person), {}, 0

    for url in dict.fromkeys(addresses(planted)):
        answer = browser.get(url)
        if "html" in answer.headers.get("Content-Type", ""):
            page = read(answer.content.decode())
            shown += any(SHORTEST in text or "<img" in text for text in page.texts)
            if page.odd:
                odd[url] = page.odd[:3]

    assert odd == {}
    assert shown > 10


def test_mails_hold_it_as_text_and_no_header_breaks(planted):
    made = 0

    for row in OutboxRow.objects.all():
        mail = outbox.make(row)
        if mail is None:
            continue
        made += 1
        letter = outbox.envelope(row, mail).message()
        assert read(mail.html).odd == []
        assert all("\n" not in str(value).replace("\n ", "") for value in letter.values())

    assert made > 3


# B6: names of files


@pytest.mark.parametrize("name", ['"><svg onload=1>.png', "a\r\nSet-Cookie: x=1.png", "\u202egnp.exe.png", "n" * 120])
def test_a_file_is_offered_under_a_plain_name_of_one_line(scene, name):
    type(scene.photo).objects.filter(pk=scene.photo.pk).update(name=name)  # as if it had come in before any check

    answer = scene.client("amal").get(f"/files/{scene.photo.pk}/")
    page = scene.client("amal").get(scene.ticket.get_absolute_url())

    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert header.isascii()
    assert not {"\r", "\n", "<"} & {*header} or '\\"' in header
    assert "Set-Cookie" not in answer.headers
    assert read(page.content.decode()).odd == []


# C1: formulas


FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1+1", '"=1', ";=1", '=HYPERLINK("http://evil")')


@pytest.mark.parametrize("name", sorted(lists()))
@pytest.mark.parametrize("formula", FORMULAS[:1] + FORMULAS[5:7])
def test_no_cell_of_a_sheet_of_a_list_runs(scene, name, formula):
    for model in apps.get_models():
        if model._meta.app_label in ROOMS and model is not Event and model._base_manager.exists():
            for field in texts_of(model):
                if not field.unique and not in_constraint(model, field):
                    model._base_manager.update(**{field.name: formula[: field.max_length]})
    scene.sign_everybody_in()
    person = {"institutions": "omar", "own_tickets": "amal"}.get(name, "rania")
    url = pages.address(scene, name, pages.LISTS_ON.get(name, ""))
    query = f"{url}?columns={','.join(COLUMNS)}&export="

    written = scene.client(person).get(query + "csv").getvalue().decode().removeprefix("\ufeff")
    book = zipfile.ZipFile(io.BytesIO(scene.client(person).get(query + "xlsx").getvalue()))

    cells = [cell for line in csv.reader(io.StringIO(written, newline="")) for cell in line]
    assert [cell for cell in cells if runs(cell)] == []
    assert name not in SHOWING or [cell for cell in cells if cell.startswith("'") and runs(cell[1:])]
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


SHOWING = {"people", "users", "vendors", "assets", "contracts", "locations"}  # where a formula is sure to stand


def runs(cell):
    """Whether a program may take it for a formula; a plain number is none."""
    return cell.lstrip(' ";').startswith(tuple("=+-@\t\r＝＋－＠")) and not export.PLAIN_NUMBER.fullmatch(cell)


def in_constraint(model, field):
    return any(
        field.name in getattr(constraint, "fields", ()) or field.name in str(getattr(constraint, "expressions", ""))
        for constraint in model._meta.constraints
    ) or any(field.name in group for group in model._meta.unique_together)


def test_only_one_module_writes_sheets(settings):
    """C2: whatever is exported passes the one place that makes it harmless."""
    writers = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for room in (*ROOMS, "ui", "config")
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
        if any(word in path.read_text() for word in ("csv.writer", "csv.DictWriter", "xlsxwriter", "openpyxl.Workbook"))
    }

    assert writers == {"ui/export.py"}

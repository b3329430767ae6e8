"""Whatever may stand in an address gets what nobody should send: each filter, parameter and place in a path."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver
from django_filters import DateFromToRangeFilter, RangeFilter

from tests.security import matrix, pages
from tests.security.test_foreign_keys import lists
from tests.security.test_role_matrix import url_names
from tests.security.witness import Witness
from ui.lists import RESERVED

pytestmark = pytest.mark.django_db
ROOMS = ("people", "office", "assets", "contracts", "helpdesk", "ui")
ON = pages.LISTS_ON
GARBAGE = (
    "",
    "nonsense",
    "a%00b",
    "%ff%fe",
    "%07",
    "%E2%80%AE%E2%81%A6",
    "'%20OR%201=1--",
    "%25s%25n",
    "-1",
    "1e999",
    "nan",
    "9" * 40,
    "%D9%A3",
    "2026-02-30",
    "0001-01-01",
    "x" * 3000,
    "1&{name}=nonsense",
    "[]",
    "{{}}",
    "%F0%9F%96%A8",
)
# Every place in the code that reads the address itself, beside lists and their filters: the pages it stands behind.
READ = {
    "assets/views/register.py": {"from": "pick_asset pick_asset_model"},
    "contracts/views/amendments.py": {"day": "contract_as_of"},
    "contracts/views/reminders.py": {"term": "contract_reminders"},
    "contracts/views/register.py": {"from": "pick_contract pick_vendor", "export": "contracts"},
    "contracts/views/renewal_files.py": {"day": "renewal_file renewal_file_pdf"},
    "contracts/views/reports.py": {
        "export": "contract_leaks forecast budget",
        "period": "vendor_scores",
        "month": "contract_month",
        "whose": "contract_month",
        "year": "forecast budget",
        "price": "forecast",
        "currency": "forecast",
        "unit": "forecast",
        "line": "forecast",
    },
    "contracts/views/vendor.py": {"language": "vendor_page"},
    "helpdesk/views/phone.py": {"requester": "phone_callers phone_caller"},
    "helpdesk/views/portal.py": {"asset": "new_ticket asset_hint"},
    "helpdesk/views/queue.py": {"q": "tickets"},
    "helpdesk/views/reports.py": {"by": "service_report", "months": "service_report"},
    "helpdesk/views/ticket.py": {"q": "ticket_colleagues"},
    "helpdesk/views/vendor.py": {"cover": "ticket_escalate"},
    "office/views_mailtexts.py": {"language": "mail_texts"},
    "office/views_notifications.py": {"before": "notifications"},
    "office/views_calendars.py": {"month": "calendar", "kind": "new_calendar_hours", "date": "new_calendar_day"},
    "people/views/absences.py": {"past": "absences"},
    "people/views/directory.py": {"from": "pick_person"},
    "people/views/setup.py": {"q": "units teams"},
    "people/views/units.py": {"parent": "unit_create"},
    "ui/views.py": {"q": "search"},
    "ui/lists.py": dict.fromkeys(sorted(RESERVED), "assets tickets"),
}
GENERAL = {"ui/filtering.py", "ui/templatetags/ui.py"}  # they pass on what others name
OF_A_PAGE = {
    "contract_as_of": "contract",
    "contract_reminders": "contract",
    "vendor_page": "=the-page-of-a-vendor",
    "renewal_file": "contract",
    "renewal_file_pdf": "contract =en",
    "ticket_colleagues": "ticket",
    "ticket_escalate": "ticket",
    "calendar": "calendar",
    "new_calendar_hours": "calendar",
    "new_calendar_day": "calendar",
}

GONE = {"contract_reminders": (404,), "renewal_file_pdf": (404,)}  # a term, a day that there is not does not exist


def test_every_word_that_the_code_reads_from_an_address_is_tried():
    found = {}
    for room in ROOMS:
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            words = re.findall(r'request\.GET(?:\.get\(|\[|\.getlist\()"(\w+)"', path.read_text())
            if re.search(r"\brequest\.GET\b|\bself\.request\.GET\b", path.read_text()) and name not in GENERAL:
                found[name] = set(words)

    assert found.keys() == READ.keys()
    assert {name: words - READ[name].keys() for name, words in found.items() if words - READ[name].keys()} == {}


def answers(scene, name, on, parameters):
    """{address: status} of those that are answered as nothing should be."""
    person = {
        "institutions": "omar",
        "own_tickets": "amal",
        "ticket_colleagues": "basil",
        "ticket_escalate": "basil",
    }.get(name, "rania")
    browser = scene.client(person, raise_request_exception=False)
    url, odd = pages.address(scene, name, on), {}
    for parameter in parameters:
        for value in GARBAGE:
            query = f"{parameter}={value.format(name=parameter)}"
            answer = browser.get(f"{url}?{query}")
            if answer.status_code not in (200, 302, 400, *GONE.get(name, ())):
                odd[query[:60]] = answer.status_code
            elif getattr(answer, "streaming", False):
                b"".join(answer)
    return odd


@pytest.mark.parametrize("name", sorted(lists()))
def test_no_filter_of_a_list_breaks_it(scene, undrawn, name):
    page = lists()[name]
    filters = page.filterset_class.base_filters if page.filterset_class else {}
    ranges = {DateFromToRangeFilter: ("_after", "_before"), RangeFilter: ("_min", "_max")}
    names = [
        key + end
        for key, one in filters.items()
        for end in next((ends for kind, ends in ranges.items() if isinstance(one, kind)), ("",))
    ]

    assert answers(scene, name, ON.get(name, ""), names) == {}


@pytest.mark.parametrize(
    ("name", "word"),
    sorted({(name, word) for words in READ.values() for word, names in words.items() for name in names.split()}),
)
def test_no_parameter_breaks_a_page(scene, undrawn, name, word):
    assert answers(scene, name, OF_A_PAGE.get(name, ""), [word]) == {}


@pytest.mark.parametrize("name", ["pick_asset", "pick_asset_model", "pick_contract", "pick_vendor", "pick_person"])
def test_no_word_typed_breaks_a_box_of_suggestions(scene, undrawn, name):
    assert answers(scene, name, "", ["from=q&q", "from=selfsame&selfsame"]) == {}


PLACES = {
    "int": ["0", "9" * 18, "9" * 40, "00000001", "%D9%A1", "-1", "1e3", "1%00", "1.0", "x", "%20"],
    "str": ["nonsense", "%00", "%ff", "%07", "x" * 3000, "..%2f..%2fetc", "%E2%80%AE", "'--", "%D9%A3", "%F0%9F%96%A8"],
}


def test_no_place_in_a_path_breaks_a_page(scene, undrawn):
    """Every address of the house, each of its places in turn holding what nobody should send."""
    witness, odd = Witness(), []
    rows = {row.name: row for row in matrix.ROWS}
    rania = scene.client("rania", raise_request_exception=False)

    with witness.watching():
        for name in sorted({*url_names()}):
            places = pages.names_of(name)
            good = pages.address(scene, name, rows[name].on)
            tried = [(n, value) for n, place in enumerate(places) for value in PLACES[kind_of(name, place)]]
            for n, value in tried:
                url = swapped(scene, name, rows[name].on, n, value)
                status = rania.get(url).status_code
                if status not in (200, 302, 400, 403, 404, 405, 410) or url == good:
                    odd.append(f"{url[:80]}: {status}")

    assert odd == []
    assert witness.changes() == []


def kind_of(name, place):
    converter = get_resolver().reverse_dict.getlist(name)[0][3].get(place)
    return "int" if type(converter).__name__ == "IntConverter" else "str"


def swapped(scene, name, on, at, value):
    """The address with the place number `at` holding `value`, as it would be typed."""
    things = [word[1:] if word.startswith("=") else str(getattr(scene, word).pk) for word in on.split()]
    template = get_resolver().reverse_dict.getlist(name)[0][0][0][0]
    filled = dict(zip(pages.names_of(name), things, strict=True))
    filled[pages.names_of(name)[at]] = value
    return "/" + template % filled

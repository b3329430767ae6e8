"""Nothing that anybody may send stops the reader: a corpus of broken messages, and what hypothesis thinks of."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.intake import html, quoting
from helpdesk.intake.reading import read
from tests.helpdesk.letters import HEAD, MALFORMED, MIXED


def test_there_are_sixty_of_them():
    assert len(MALFORMED) >= 60


@pytest.mark.parametrize("name", MALFORMED)
def test_a_broken_message_is_read_as_far_as_it_goes_and_quickly(name):
    start = time.monotonic()

    letter = read(MALFORMED[name])

    assert letter.text
    assert "\n" not in letter.subject + letter.sender.email + letter.sender.name
    assert all("\n" not in file.name and "/" not in file.name for file in letter.files)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("a thousand nested parts", "depth"),
        ("twenty thousand parts", "parts"),
        ("fifty thousand headers", "headers"),
        ("twenty thousand addresses", "addresses"),
    ],
)
def test_a_message_over_a_limit_says_which(name, limit):
    assert limit in read(MALFORMED[name]).excess


MEASURE = """
import json, re
from pathlib import Path
from helpdesk.intake.reading import read
from tests.helpdesk.letters import MALFORMED

def megabytes(name):
    return int(re.search(rf"{name}:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

used = {}
for name, raw in MALFORMED.items():
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = megabytes("VmRSS")
    read(raw)
    used[name] = megabytes("VmHWM") - before
print(json.dumps(used))
"""


def test_none_of_them_takes_more_than_two_hundred_megabytes():
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True)

    used = json.loads(done.stdout)
    assert len(used) == len(MALFORMED)
    assert {name: megabytes for name, megabytes in used.items() if megabytes > 200} == {}


def test_arabic_that_calls_itself_something_else_is_read_as_arabic():
    assert read(MALFORMED["a lying UTF-8"]).text == "طلب صيانة الطابعة"
    assert read(MALFORMED["a lying Latin"]).text == "الطابعة"


ROOT = Path(__file__).parents[2]
PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"--b",
        b"--b--",
        b"Content-Type: ",
        b"text/plain",
        b"multipart/mixed; boundary=b",
        b"; charset=",
        b"=?utf-8?q?",
        b"?=",
        b"utf-8",
        b"From: ",
        b"<",
        b">",
        b'"',
        b"(",
        b"@",
        b"a@b.example",
        b",",
        b"\xd8\xa7",
        b"\xe4",
        b"begin 644 a",
        b"end",
        b"Content-Transfer-Encoding: base64",
        b"On Mon wrote:",
        b"> ",
        b"<blockquote>",
        b"*0*=''",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes_never_raise(data):
    read(data)
    read(HEAD + data)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=5), max_size=60))
def test_pieces_of_mail_in_any_order_never_raise(pieces):
    read(b"".join(pieces))
    read(MIXED + b"\r\n--b\r\n" + b"".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/ab=\"'! -:;&#x1dipv", max_size=300))
def test_cleaning_html_twice_changes_nothing_more(text):
    once = html.clean(text)

    assert html.clean(once) == once
    html.to_text(text)


LINES = st.sampled_from(
    [
        "",
        "> a",
        "> > b",
        "answer",
        "On Mon, 2 May 2026, A <a@b.c> wrote:",
        "في الأحد كتب أحمد:",
        "From: a",
        "Sent: b",
        "To: c",
        "Subject: d",
        "-- ",
        "-----Original Message-----",
        "____________",
        "من: أ",
        "إلى: ب",
        "الموضوع: ج",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_folding_a_quotation_loses_no_line(lines):
    reply, quoted = quoting.split("\n".join(lines))

    assert [line for line in f"{reply}\n{quoted}".split("\n") if line.strip()] == [
        line for line in lines if line.strip()
    ]

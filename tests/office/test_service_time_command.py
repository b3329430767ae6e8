"""`manage.py service_time`: a ledger from a calendar file, without a database, and one sentence for what is wrong."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

WEEK = {day: ["08:30-15:30"] for day in ("sunday", "monday", "tue", "Wednesday", "thu")}
RAMADAN = {"from": "2026-02-18", "to": "2026-03-19", "hours": {day: ["09:00-14:30"] for day in WEEK}}
MINISTRY = {"zone": "Asia/Amman", "weekly": [{"hours": WEEK}, RAMADAN], "closed": ["2026-03-20..2026-03-23"]}


@pytest.fixture
def written(tmp_path):
    def write(told, name="calendar.json"):
        path = tmp_path / name
        path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
        return str(path)

    return write


def run(path, start="2026-03-19T14:00", end="2026-03-25T12:00", *options):
    out = StringIO()
    call_command("service_time", "--calendar", path, "--from", start, "--to", end, *options, stdout=out)
    return json.loads(out.getvalue())


def test_the_ministrys_feast_is_told_to_the_second(written):
    told = run(written(MINISTRY), "2026-03-19T14:00", "2026-03-25T09:00", "--target", "8h")

    assert told["totals"] == {"counted": 28800, "outside_hours": 126000, "holiday": 345600, "paused": 0}
    assert told["age_seconds"] == sum(told["totals"].values()) == sum(each["seconds"] for each in told["intervals"])
    assert told["due"]["at"] == "2026-03-25T09:00:00+03:00"


def test_pauses_are_cut_to_the_time_asked_about_and_joined_where_they_overlap(written):
    pauses = ["2026-03-18T09:00/2026-03-24T09:00=vendor", "2026-03-24T08:45/2026-03-24T06:30Z"]

    told = run(written(MINISTRY), "2026-03-24T08:30", "2026-03-24T12:00", "--pause", *pauses)

    assert [(each["kind"], each["seconds"]) for each in told["intervals"]] == [
        ("paused", 1800),
        ("paused", 1800),
        ("counted", 9000),
    ]
    assert told["waiting"] == {"vendor": 1800}


def test_toml_tells_the_same(written):
    toml = 'zone = "Asia/Amman"\nclosed = [2026-03-22]\n[[weekly]]\nhours.sunday = ["08:30-12:00", "13:00-24:00"]\n'

    told = run(written(toml, "calendar.toml"), "2026-03-15T00:00", "2026-03-23T00:00")

    assert (told["totals"]["counted"], told["totals"]["holiday"]) == (14.5 * 3600, 24 * 3600)


def test_a_day_of_its_own_beats_the_week(written):
    calendar = MINISTRY | {"days": {"2026-01-11": ["10:00-11:00"]}}

    assert run(written(calendar), "2026-01-11", "2026-01-12")["totals"]["counted"] == 3600


def test_day_and_night_is_a_calendar_too(written):
    told = run(written({"zone": "UTC", "always_open": True}), "2026-01-11", "2026-01-12T00:00:00.5")

    assert told["totals"]["counted"] == 86400.5


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        ("", "names no zone"),
        ("{", "not valid JSON"),
        ("[[", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"zone": 3}, "names no zone"),
        ({"zone": "UTC"}, "no working hour"),
        ({"zone": "UTC", "weekly": [{}]}, "must be a table"),
        ({"zone": "UTC", "weekly": {}}, "must be a list"),
        ({"zone": "UTC", "weekly": [{"hours": {"someday": []}}]}, "no weekday"),
        ({"zone": "UTC", "weekly": [{"hours": {"sunday": [], "sun": []}}]}, "twice"),
        ({"zone": "UTC", "weekly": [{"hours": {"sun": ["9-5"]}}]}, "no time of day"),
        ({"zone": "UTC", "weekly": [{"hours": {"sun": ["17:00-09:00"]}}]}, "end after they start"),
        ({"zone": "UTC", "weekly": [{"hours": {"sun": ["09:00-12:00", "11:00-13:00"]}}]}, "overlap"),
        ({"zone": "UTC", "weekly": [{"hours": {"sun": [5]}}]}, "must be written as"),
        (MINISTRY | {"closed": ["2026-02-30"]}, "no date"),
        (MINISTRY | {"closed": ["2026-03-02..2026-03-01"]}, "end after they begin"),
        (MINISTRY | {"holidays": []}, "means nothing"),
        (MINISTRY | {"days": {"2026-03-20": ["09:00-10:00"]}}, "both closed"),
        (MINISTRY | {"weekly": [{"from": "2026-05-01", "to": "2026-04-01", "hours": WEEK}]}, "before they begin"),
    ],
)
def test_a_calendar_that_is_wrong_gets_a_sentence(written, calendar, words):
    with pytest.raises(CommandError, match=words) as refusal:
        run(written(calendar))

    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("soon", "2026-01-02"), "--from: “soon” is no instant"),
        (("2026-01-02", "2026-01-01"), "lies before"),
        (("0001-01-01", "9999-12-31"), "is no instant|100 years"),
        (("2026-01-01", "2026-01-02", "--pause", "2026-01-01"), "slash"),
        (("2026-01-01", "2026-01-02", "--pause", "2026-01-02/2026-01-01"), "ends before"),
        (("2026-01-01", "2026-01-02", "--target", "0h"), "no promise"),
        (("2026-01-01", "2026-01-02", "--target", "soon"), "no promise"),
    ],
)
def test_instants_that_are_wrong_get_a_sentence(written, arguments, words):
    with pytest.raises(CommandError, match=words):
        run(written(MINISTRY), *arguments)


def test_a_file_that_is_not_there_or_not_text_gets_a_sentence(tmp_path):
    picture = tmp_path / "picture"
    picture.write_bytes(b"\xff\xd8\xff")

    for path, words in ((tmp_path / "none", "There is no file"), (tmp_path, "cannot be read"), (picture, "UTF-8")):
        with pytest.raises(CommandError, match=words):
            run(str(path))

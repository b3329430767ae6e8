"""The measurement itself: a tiny one from end to end, and the load tool's honesty."""

import csv
import json
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import importing, load, report
from bench.load import Job, Request
from bench.rows import ROWS
from tests.servers import installed

ROOT = Path(__file__).resolve().parents[2]


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"found" if self.path == "/found" else b"lost"
        self.send_response(200 if self.path == "/found" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def port():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_answers_are_counted_and_timed(port):
    figures = load.measure(Job(port=port, requests=[Request("/found", expect="found")], seconds=0.3, warm_up=0.1))

    assert figures.answers > 0
    assert 0 < figures.median <= figures.p95


@pytest.mark.parametrize("request_", [Request("/found", expect="else"), Request("/gone")])
def test_a_wrong_answer_ends_the_measurement(port, request_):
    job = Job(port=port, requests=[request_], seconds=0.2, warm_up=0)

    with pytest.raises(RuntimeError):
        load.measure(job)


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.longest
@pytest.mark.parametrize("engine", [[], ["--sqlite"]], ids=["postgresql", "sqlite"])
def test_a_tiny_run_fills_every_row_of_the_table(engine, tmp_path):
    tiny = ["--tickets", "500", "--seconds", "0.5", "--passes", "1", "--profiled", "2"]
    command = [sys.executable, "-m", "bench", *tiny, *engine, "--out", str(tmp_path)]

    subprocess.run(command, cwd=ROOT, check=True, timeout=600)

    run = json.loads(next((tmp_path / "results").glob("*.json")).read_text())
    assert set(run["rows"]) == {row.name for row in ROWS}
    assert (tmp_path / "RESULTS.md").read_text().startswith(report.HEAD)


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.skipif(not installed("redis-server"), reason="redis-server is not installed")
def test_a_small_day_of_reminders_is_computed_and_sent_each_once(tmp_path):
    command = [sys.executable, "-m", "bench", "reminders", "--contracts", "40", "--managers", "4"]

    subprocess.run([*command, "--out", str(tmp_path)], cwd=ROOT, check=True, timeout=600)

    run = json.loads((tmp_path / "results" / "reminders-postgresql.json").read_text())
    assert [(case["rows"], case["mails"], case["lines"]) for case in run["cases"]] == [(40, 4, 40), (40, 40, 40)]
    assert all(case["once"] and case["unsent"] == 0 and case["memory"] > 0 for case in run["cases"])
    assert "## 40 contracts due on one day" in (tmp_path / "RESULTS.md").read_text()


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.parametrize("engine", [[], ["--sqlite"]], ids=["postgresql", "sqlite"])
def test_a_tiny_import_becomes_a_line_of_the_report(engine, tmp_path):
    options = ["--log", str(tiny_log(tmp_path)), "--out", str(tmp_path), *engine]

    subprocess.run([sys.executable, "-m", "bench", "import", *options], cwd=ROOT, check=True, timeout=600)

    found = json.loads(next((tmp_path / "results").glob("import-*.json")).read_text())
    assert (found["lines"], found["tickets"]) == (2, 1)
    assert found["runs"]["applied"]["peak_mib"] > 10
    assert report.IMPORT in (tmp_path / "RESULTS.md").read_text()


def tiny_log(folder):
    """One incident that was filed and closed, in the columns of the real log."""
    cells = dict.fromkeys(_columns(), "?") | {
        "number": "INC1",
        "sys_updated_at": "1/3/2016 09:00",
        "opened_at": "1/3/2016 08:59",
        "caller_id": "Caller 1",
        "impact": "2 - Medium",
        "urgency": "2 - Medium",
    }
    rows = [cells | {"incident_state": state} for state in ("New", "Closed")]
    with (file := folder / "log.csv").open("w", newline="") as output:
        writer = csv.DictWriter(output, cells)
        writer.writeheader()
        writer.writerows(rows)
    return file


def _columns():
    map_ = tomllib.loads(importing.MAP.read_text())
    named = [[names] if isinstance(names, str) else names for names in map_["columns"].values()]
    return [*dict.fromkeys([*chain(*named), *map_["options"]["log"]])]


def test_a_log_that_is_absent_is_said_to_be(tmp_path):
    options = SimpleNamespace(log=tmp_path / "log.csv", sqlite=True, out=tmp_path)

    assert importing.run(options, tmp_path) is None

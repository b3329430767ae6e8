"""The measurement itself: a tiny one from end to end, and the load tool's honesty."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench import load, report
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
@pytest.mark.parametrize("engine", [[], ["--sqlite"]], ids=["postgresql", "sqlite"])
def test_a_tiny_run_fills_every_row_of_the_table(engine, tmp_path):
    command = [sys.executable, "-m", "bench", "--tickets", "500", "--seconds", "0.5", "--passes", "1", *engine]

    subprocess.run([*command, "--out", str(tmp_path)], cwd=ROOT, check=True, timeout=600)

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

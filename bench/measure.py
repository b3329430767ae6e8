"""Drives the servers and gathers the figures of one run."""

import json
import os
import platform
import statistics
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench import load, servers
from bench.load import Job, Request
from bench.rows import ROWS

TOKEN = "a" * 32  # of the yardstick's form: cookie and field need only agree


class Bench:
    """One run: the place, the two servers while they run, and what to ask them for."""

    def __init__(self, place, options, plan, bare, product):
        self.place, self.options, self.plan = place, options, plan
        self.bare, self.product = bare, product

    def yardstick(self, beside):
        cookie = f"sessionid={self.place.facts['bare_session']}; csrftoken={TOKEN}"
        form = f"csrfmiddlewaretoken={TOKEN}&subject=The+printer+prints+empty+pages&text=Since+this+morning+@unique@"
        request = {
            "page": Request("/", expect="Signed in as amal"),
            "insert": Request("/create/", form=form, status=302),
        }[beside]
        return self.job(self.bare, [request], cookie)

    def row(self, name):
        found = self.plan["rows"][name]
        return self.job(self.product, [Request(**request) for request in found["requests"]], found["cookie"])

    def job(self, server, requests, cookie):
        return Job(
            port=server.port,
            requests=requests,
            cookie=cookie,
            seconds=self.options.seconds,
            warm_up=min(1, self.options.seconds / 3),
            connections=self.options.connections,
        )

    def measure(self, job):
        """The load tool's figures, and the processor seconds that servers and database spent on each request."""
        server = self.bare if job.port == self.bare.port else self.product
        pids = [*server.worker_pids(), *self.place.database_pids()]
        before = servers.cpu_seconds(pids)
        figures = load.measure(job)
        after = servers.cpu_seconds([*server.worker_pids(), *self.place.database_pids()])
        return figures, servers.cpu_spent(before, after) / figures.asked


def everything(place, options):
    """All figures of a run, as plain values."""
    plan = json.loads(place.inside("plan"))
    statements = json.loads(place.inside("statements", input=json.dumps(plan)))
    place.settle()
    with place.serve("config") as product:
        with place.serve("bench.bare") as bare:
            bench = Bench(place, options, plan, bare, product)
            rows = {row.name: [] for row in ROWS if row.name in plan["rows"]}
            marks = {"page": [], "insert": []}
            for number in range(options.passes):
                place.say(f"Pass {number + 1} of {options.passes}")
                _one_pass(bench, rows, marks)
        memory = _web_memory(product)
        sizes = {name: _sizes(product, plan["rows"][name]) for name in rows if name != "create"}
    memory |= _celery_memory(place)
    run = _facts(place, options) | {
        "u_ms": {name: statistics.median(values) * 1000 for name, values in marks.items() if values},
        "rows": {name: _summary(found, statements[name], sizes.get(name)) for name, found in rows.items()},
        "memory": memory,
    }
    return run | {"profiles": _profiles(place, run, options.profiled)}


def _one_pass(bench, rows, marks):
    """U, page, U, page, ... U: each page is divided by the mean of the two U beside it."""
    for beside in ("page", "insert"):
        names = [row.name for row in ROWS if row.beside == beside and row.name in rows]
        if not names:
            continue
        mark = bench.measure(bench.yardstick(beside))
        for name in names:
            found, cpu = bench.measure(bench.row(name))
            later = bench.measure(bench.yardstick(beside))
            each = (mark[0].each + later[0].each) / 2
            rows[name].append((found, found.each / each, cpu / ((mark[1] + later[1]) / 2)))
            marks[beside].append(each)
            mark = later


def _summary(passes, statements, sizes):
    figures = [found for found, _, _ in passes]
    middle = sorted(figures, key=lambda found: found.each)[len(figures) // 2]
    return {
        "ratio": statistics.median(ratio for _, ratio, _ in passes),
        "ratios": [ratio for _, ratio, _ in passes],
        "cpu_ratio": statistics.median(cpu for _, _, cpu in passes),
        "each_ms": middle.each * 1000,
        "median_ms": middle.median * 1000,
        "p95_ms": middle.p95 * 1000,
        "statements": statements,
        "raw": sizes["raw"] if sizes else middle.sent_bytes,
        "packed": sizes["packed"] if sizes else middle.sent_bytes,
        "sent": middle.sent_bytes,
        "encoding": middle.encoding,
    }


def _sizes(server, row):
    """Bytes of the first page of a row: as it is, and compressed by the server or as a proxy in front would."""
    import gzip

    path, cookie = row["requests"][0]["path"], row["cookie"]
    _, head, sent = load.fetch(server.port, path, cookie, accept="br, gzip")
    raw = load.plain(head, sent)
    return {"raw": len(raw), "packed": len(sent) if len(sent) < len(raw) else len(gzip.compress(raw, 6))}


def _web_memory(server):
    sizes = [servers.proportional_bytes(pid) / 2**20 for pid in server.worker_pids()]
    main = servers.proportional_bytes(server.pid) / 2**20
    return {"web": sum(sizes), "web_detail": f"and {main:.0f} MiB of granian's main process"}


def _celery_memory(place):
    with servers.celery(place.environment, place.folder / "celery.log") as pids:
        sizes = [servers.proportional_bytes(pid) / 2**20 for pid in pids()]
        detail = "main process and child: " + " + ".join(f"{size:.0f}" for size in sizes) if len(sizes) > 1 else ""
        return {"celery": sum(sizes), "celery_detail": detail}


def _profiles(place, run, requests):
    """Where the time of so many requests goes, of every row that does not reach what it must."""
    late = [row.name for row in ROWS if row.name in run["rows"] and run["rows"][row.name]["ratio"] > row.must]
    return {name: place.inside("profile", name, requests) for name in late}


def _facts(place, options):
    return {
        "date": date.today().isoformat(),
        "engine": place.engine,
        "tickets": place.tickets,
        "machine": _machine(),
        "versions": _versions(place),
        "passes": options.passes,
        "seconds": options.seconds,
        "connections": options.connections,
        "workers": servers.WORKERS,
        "threads": servers.THREADS,
        "seed_seconds": place.facts["seed_seconds"],
        "database_mib": place.database_bytes() / 2**20,
    }


def _machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} x {names[0] if names else platform.machine()}, {memory:.0f} GiB"


def _versions(place):
    if place.postgres:
        import psycopg

        with psycopg.connect(place.address("product")) as connection:
            engine = "PostgreSQL " + connection.execute("SHOW server_version").fetchone()[0]
    else:
        import sqlite3

        engine = f"SQLite {sqlite3.sqlite_version}"
    libraries = ", ".join(f"{name} {version(name)}" for name in ("Django", "granian"))
    return f"Python {platform.python_version()}, {libraries}, {engine}"


def save(run, folder):
    """Keep the figures of a run under `folder`/results, one file an engine and size."""
    file = folder / "results" / f"{run['engine'].lower()}-{run['tickets']}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")

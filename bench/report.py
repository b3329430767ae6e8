"""Writes RESULTS.md from the figures under results/ and the remarks in notes.md."""

import json

from bench.rows import BY_NAME, GROWTH_MUST, MEMORY_MUST, OPEN_ABOVE, QUEUE_BYTES_MUST, ROWS

HEAD = """# What the pages cost

Made by `uv run --all-groups python -m bench`; do not edit, remarks belong into `notes.md`. How it is measured stands in
`README.md`. **x U** is the time of one request divided by that of the yardstick U (a bare Django page of 25 rows
behind sign-in; for *create* a bare insert of ticket, message and search words), measured in the same run on the same
server at the same number of connections: the median of the passes, lowest and highest in brackets. Milliseconds are
of this machine and only for orientation. **CPU x U** is the same ratio of processor time of web workers and database,
which other work on the machine disturbs less.
"""


def write(folder):
    """Write `folder`/RESULTS.md from all `folder`/results/*.json."""
    found = [json.loads(file.read_text()) for file in sorted((folder / "results").glob("*.json"))]
    runs = sorted(
        (run for run in found if "rows" in run), key=lambda run: (run["engine"] != "PostgreSQL", run["tickets"])
    )
    base = next((run for run in runs if run["engine"] == "PostgreSQL" and run["tickets"] == 100_000), None)
    parts = [HEAD, *(_run(run, base) for run in runs), *_mail([run for run in found if run.get("mail")])]
    parts += [_reminders(run) for run in found if run.get("reminders")]
    parts += _imports([run for run in found if run.get("import")])
    notes = folder / "notes.md"
    if notes.exists():
        parts.append(notes.read_text())
    (folder / "RESULTS.md").write_text("\n".join(part.rstrip() + "\n" for part in parts))


MAIL = """## Mail in and out, sustained

Made by `python -m bench mail`: so many mails a second are put into a Dovecot, each becomes a ticket, each ticket owes
two mails to an SMTP server; one worker. Asked for: 5 in and 10 out for 5 minutes, 99 of 100 handed over within 60 s.
"""


def _mail(runs):
    """One line for each engine."""
    if not runs:
        return
    head = [
        "engine, broker",
        "mails in / s",
        "mails out / s",
        "for s",
        "tickets",
        "from box to ticket, median / p99 / most s",
    ]
    head += [
        "from owed to sent, median / p99 / most s",
        "waiting at the end, gone after",
        "worker CPU",
        "worker PSS",
        "date",
    ]
    lines = [MAIL, _line(head), _line(["---"] * len(head))]
    for run in sorted(runs, key=lambda run: run["engine"]):
        spans = [" / ".join(f"{run[name][part]:.1f}" for part in ("median", "p99", "most")) for name in MAIL_SPANS]
        cells = [f"{run['engine']}, {run['broker']}", f"{run['in_rate']:.1f}", f"{run['out_rate']:.1f}"]
        cells += [f"{run['seconds']:.0f}", run["tickets"], *spans, f"{run['left_over']}, {run['caught_up']:.1f} s"]
        cells += [f"{run['cpu']:.0%}", f"{run['memory']:.0f} MiB", run["date"]]
        lines.append(_line(cells))
    yield "\n".join(lines)


IMPORT = """## Import of another desk's history

Made by `python -m bench import`: the log of a real service desk, one row a change, becomes tickets and their history.
*Shown*: without `--apply`. *Again*: the same file once more, which changes nothing. CPU is the importer's own.
"""


def _imports(runs):
    """One line for each engine."""
    if not runs:
        return
    head = ["engine", "rows", "tickets", "events"]
    head += ["shown: s / CPU s / MiB", "applied: s / CPU s / peak MiB", "again: s / CPU s / MiB", "rows / s", "date"]
    lines = [IMPORT, _line(head), _line(["---"] * len(head))]
    for run in sorted(runs, key=lambda run: run["engine"]):
        cells = [run["engine"], f"{run['lines']:,}", f"{run['tickets']:,}", f"{run['events']:,}"]
        for name in ("shown", "applied", "again"):
            found = run["runs"][name]
            cells.append(f"{found['seconds']:.0f} / {found['cpu']:.0f} / {found['peak_mib']:.0f}")
        cells += [f"{run['lines'] / run['runs']['applied']['seconds']:,.0f}", run["date"]]
        lines.append(_line(cells))
    yield "\n".join(lines)


MAIL_SPANS = ("in_seconds", "out_seconds")

REMINDERS = """## {contracts:,} contracts due on one day

Made by `python -m bench reminders`, {date}, {machine}, {engine}, {broker}, one worker; load of the machine {load:.1f}.
Asked for: computed within 5 minutes, sent at 10 a second or better, each once. The first line is the rule (what falls
due on one day for one person is one mail), the second the worst of all days: every contract has an owner of its own. A
long run holds its mails for a minute, so that each person gets one; the rate counts from the first mail to the last.
"""


def _reminders(run):
    """One line for each case."""
    head = [
        "contracts of",
        "computed in",
        "of which worker CPU",
        "reminders",
        "mails",
        "mails / s",
        "not sent when it ended",
        "each once",
    ]
    head += ["all sent after", "worker PSS at most", "its largest process at most"]
    lines = [REMINDERS.format(**run), _line(head), _line(["---"] * len(head))]
    for case in run["cases"]:
        late = _excess(case["computed"], COMPUTE_MUST)
        slow = " (**below must**)" if case["rate"] < RATE_MUST else ""
        cells = [f"{case['owners']:,} people", f"{case['computed']:.1f} s{late}", f"{case['compute_cpu']:.1f} s"]
        cells.append(f"{case['rows']:,}")
        cells += [f"{case['mails']:,}", f"{case['rate']:.1f}{slow}", f"{case['unsent']:,}"]
        cells += ["yes" if case["once"] else "**no**", f"{case['all_after']:.0f} s"]
        cells += [f"{case['memory']:.0f} MiB", f"{case['peak']:.0f} MiB"]
        lines.append(_line(cells))
    return "\n".join(lines)


COMPUTE_MUST, RATE_MUST = 300, 10  # seconds; mails a second


def _run(run, base):
    growth = base if base and base is not run and base["engine"] == run["engine"] else None
    facts = (
        f"{run['date']} · {run['machine']} · {run['versions']}. {run['passes']} passes of {run['seconds']:g} s, "
        f"{run['connections']} connections, granian with {run['workers']} workers of {run['threads']} threads. "
        f"U page {run['u_ms']['page']:.1f} ms, U insert {run['u_ms']['insert']:.1f} ms a request. "
        f"Database {run['database_mib']:.0f} MiB."
    )
    title = f"## {run['engine']}, {run['tickets']:,} tickets"
    lines = [title, "", facts, "", *_table(run, growth), "", *_sizes(run), "", *_profiles(run)]
    return "\n".join(lines)


def _table(run, growth):
    head = ["work", "x U", "must", "aim", "", "CPU x U", "ms a request", "median / p95 ms", "SQL", "KiB raw / sent"]
    if growth:
        head.insert(5, "x the ratio at 100,000")
    yield _line(head)
    yield _line(["---"] * len(head))
    for row in ROWS:
        if not (found := run["rows"].get(row.name)):
            yield _line([row.title, "not measured"] + [""] * (len(head) - 2))
            continue
        cells = [
            row.title,
            f"**{found['ratio']:.2f}** ({min(found['ratios']):.2f}–{max(found['ratios']):.2f})",
            f"{row.must:g}",
            f"{row.aim:g}",
            verdict(row, found["ratio"]),
            f"{found['cpu_ratio']:.2f}",
            f"{found['each_ms']:.1f}",
            f"{found['median_ms']:.0f} / {found['p95_ms']:.0f}",
            f"{found['statements']}{_excess(found['statements'], row.statements)}",
            f"{found['raw'] / 1024:.1f} / {found['sent'] / 1024:.1f} {found['encoding']}".strip(),
        ]
        if growth:
            ratio = found["ratio"] / growth["rows"][row.name]["ratio"] if row.name in growth["rows"] else None
            cells.insert(5, f"{ratio:.2f}{_excess(ratio, GROWTH_MUST)}" if ratio else "")
        yield _line(cells)


def _sizes(run):
    yield _line(["size and memory", "", "must", "aim"])
    yield _line(["---"] * 4)
    if queue := run["rows"].get("queue"):
        for kind, must in QUEUE_BYTES_MUST.items():
            size = queue["packed" if kind == "compressed" else "raw"]
            yield _line(
                [f"queue page, {kind}", f"{size / 1024:.1f} KiB{_excess(size, must)}", f"{must // 1024} KiB", ""]
            )
    for name, title in (("web", "2 web workers together, PSS"), ("celery", "one Celery worker, PSS")):
        if size := run["memory"].get(name):
            must, aim = MEMORY_MUST[name]
            detail = f" ({run['memory'][name + '_detail']})" if run["memory"].get(name + "_detail") else ""
            yield _line([title, f"{size:.0f} MiB{_excess(size, must)}{detail}", f"{must} MiB", f"{aim} MiB"])


def _profiles(run):
    for name, profile in run.get("profiles", {}).items():
        yield f"### Where the time goes: {BY_NAME[name].title}"
        yield ""
        yield "```text"
        yield from profile.rstrip().splitlines()
        yield "```"
        yield ""


def verdict(row, ratio):
    """In a word, how a ratio stands to what was asked."""
    if ratio <= row.aim:
        return "aim reached"
    if ratio <= row.must:
        return "reached"
    return "**open**" if ratio > OPEN_ABOVE * row.must else "**above must**"


def _excess(value, must):
    return " (**above must**)" if must and value > must else ""


def _line(cells):
    return "| " + " | ".join(map(str, cells)) + " |"

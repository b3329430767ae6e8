"""Runs the suite on both databases: `--engine both` (the default) is a run on SQLite, one on PostgreSQL, and one apart.

Tests marked `processes` start their own servers and choose their engines themselves. They come last, once, and by
three, since they wait more than they work; those that share a server of their module stay together on one worker.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import migrated

ENGINES = ("sqlite", "postgresql")
APART = "processes"
FULL = "full_faults"
LONG = "longest"
READY = "HELPDESK_TEST_ENGINE"  # set for the run that has its database
BYTECODE = Path(__file__).resolve().parent.parent / ".pytest_cache" / "bytecode"


def pytest_addoption(parser):
    parser.addoption("--no-skips", action="store_true", help="fail on a skipped test, unless its data are absent")
    parser.addoption("--engine", choices=[*ENGINES, APART, "both"], default="both", help="what to run the tests on")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Become a run per engine, each with its database; the exit code is the worst of them."""
    asks_only = config.option.collectonly or config.option.help or config.option.version
    if os.environ.get(READY) or hasattr(config, "workerinput") or asks_only:
        return None
    chosen = config.getoption("engine")
    codes = []
    for engine in (*ENGINES, APART) if chosen == "both" else (chosen,):
        print(f"\n===== {engine} =====", flush=True)
        with _database(engine) as environment:
            by_three = ["-n", "3", "--dist", "loadgroup"] if engine == APART else []
            command = [sys.executable, "-m", "pytest", *by_three, *config.invocation_params.args, f"--engine={engine}"]
            environment |= {READY: chosen, **_remembered_bytecode()}
            codes.append(subprocess.run(command, env=os.environ | environment, check=False).returncode)
    failed = [code for code in codes if code not in (0, pytest.ExitCode.NO_TESTS_COLLECTED)]
    if failed:
        return max(failed)
    return pytest.ExitCode.OK if 0 in codes else pytest.ExitCode.NO_TESTS_COLLECTED


def _remembered_bytecode():
    """Where Python may not write beside the sources, every process of the run would compile all of them anew."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)} if sys.dont_write_bytecode else {}


@contextmanager
def _database(engine):
    with tempfile.TemporaryDirectory(prefix=f"helpdesk-{engine}-", ignore_cleanup_errors=True) as folder:
        var = Path(folder) / "var"
        var.mkdir()
        if engine == "sqlite":
            migrated.sqlite_file()  # before each worker of the run would make it for itself
        if engine != "postgresql":
            yield {"VAR_DIR": str(var), "DATABASE_URL": ""}
            return
        from tests.servers import Postgres

        with Postgres(migrated=True, for_rollback=True) as server:
            yield {"VAR_DIR": str(var), "DATABASE_URL": server.url_of("postgres")}


def pytest_collection_modifyitems(config, items):
    """Keep what starts servers of its own out of the runs on one database, and nothing else in the run apart.

    Faults in their full times run only when they are asked for: `-m full_faults`.
    """
    engine = config.getoption("engine")
    _leave_out(config, items, [item for item in items if _is_full(item) and FULL not in config.option.markexpr])
    if engine == "sqlite" and os.environ.get(READY) != "both":
        return
    if engine == "postgresql" and os.environ.get(READY) == "both":
        _leave_out(config, items, [item for item in items if not _asks_database(item) or _is_seen(item)])
    _leave_out(config, items, [item for item in items if bool(item.get_closest_marker(APART)) != (engine == APART)])
    if engine == APART:
        for item in items:
            if _shares_with_its_module(item):
                item.add_marker(pytest.mark.xdist_group(item.module.__name__))
        items.sort(key=lambda item: item.get_closest_marker(LONG) is None)  # begun last, it would be waited for alone


def _asks_database(item):
    """Whether the engine can make a difference; what asks none has run on the first one."""
    return item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))


def _shares_with_its_module(item):
    definitions = item._fixtureinfo.name2fixturedefs.values()
    return any(each[-1].scope == "module" for each in definitions if each[-1].baseid == item.nodeid.split("::")[0])


def _is_seen(item):
    """Whether it looks at what a browser makes of a page; the pages themselves are asked for on both engines."""
    return item.get_closest_marker("browser")


def _is_full(item):
    return item.get_closest_marker(FULL) is not None


def _leave_out(config, items, others):
    if others:
        config.hook.pytest_deselected(items=others)
        left_out = set(others)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With --no-skips, a test that skips for any reason but absent data has failed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and item.config.getoption("no_skips") and "absent data" not in str(report.longrepr):
        report.outcome = "failed"

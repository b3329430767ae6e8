"""What only the product itself can tell: whom to sign in, which addresses to ask for, statements, where time goes.

Runs in a process of its own with the product's settings: `python -m bench.inside plan | statements | profile ROW N`.
"""

import cProfile
import json
import os
import pstats
import sys
import time
from urllib.parse import parse_qsl

import django


def plan():
    """For every row of the table the requests and the cookie with which they are asked."""
    from bench.pages import rows

    return rows()


def statements(plan):
    """How many SQL statements each row runs, once everything that is remembered between requests is remembered."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for name, row in plan["rows"].items():
        client = _client(row)
        _ask(client, row["requests"][0])
        with CaptureQueriesContext(connection) as queries:
            _ask(client, row["requests"][-1])
        counts[name] = len(queries)
    return counts


def _client(row):
    """A client of the WSGI handler, signed in by the cookies of the plan; its database connection is kept open."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections
    from django.test import Client

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    for part in row["cookie"].split("; "):
        name, _, value = part.partition("=")
        client.cookies[name] = value
    return client


def _ask(client, request):
    import uuid

    if request.get("form") is None:
        response = client.get(request["path"])
    else:
        fields = dict(parse_qsl(request["form"].replace("@unique@", str(uuid.uuid4())), keep_blank_values=True))
        response = client.post(request["path"], fields)
    if response.status_code != request.get("status", 200):
        raise RuntimeError(f"{request['path']} answered {response.status_code}")
    return response


def profile(row, requests):
    """Where the time of a row goes: by library, and the dearest functions."""
    client = _client(row)
    for request in row["requests"][:10]:
        _ask(client, request)
    queries = list(_statements(client, row))
    profiler = cProfile.Profile(time.process_time)
    for number in range(requests):
        request = row["requests"][number % len(row["requests"])]
        profiler.enable()
        _ask(client, request)
        profiler.disable()
    stats = pstats.Stats(profiler)
    return "\n".join([*_by_library(stats, requests), "", *_dearest(stats, requests), "", *queries])


def _statements(client, row):
    """The statements of one request, each by its beginning and where it reads from."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _ask(client, row["requests"][0])
    for query in queries:
        sql = query["sql"]
        verb, _, rest = sql.partition(" FROM ")
        yield f"{verb[:60]} ... FROM {rest[:110]}" if rest else sql[:180]


LIBRARIES = [
    ("psycopg", "database driver and waiting"),
    ("sqlite3", "database driver and waiting"),
    ("django/db", "Django ORM"),
    ("django/template", "Django templates"),
    ("django/utils/html", "Django templates"),
    ("django/utils/safestring", "Django templates"),
    ("django/utils/translation", "translation"),
    ("gettext", "translation"),
    ("django/forms", "Django forms"),
    ("crispy", "crispy forms"),
    ("django_tables2", "django-tables2"),
    ("django_filters", "django-filter"),
    ("allauth", "allauth"),
    ("csp", "headers"),
    ("django/", "Django, the rest"),
]


def _library(file):
    from django.conf import settings

    if file.startswith(str(settings.BASE_DIR)) and "site-packages" not in file:
        return "our " + file.removeprefix(str(settings.BASE_DIR)).strip("/").split("/")[0]
    name = file.partition("site-packages/")[2] or file
    return next((title for part, title in LIBRARIES if part in name), "Python and other libraries")


def _by_library(stats, requests):
    """Own time by the file a function stands in; built-in functions count for the library that called them."""
    shares = {}
    for (file, _, name), (_, _, own, _, callers) in stats.stats.items():
        if file != "~":
            shares[_library(file)] = shares.get(_library(file), 0) + own
            continue
        for (caller, _, _), (_, _, spent, _) in callers.items():
            title = "database driver and waiting" if "psycopg" in name or "sqlite3" in name else _library(caller)
            shares[title] = shares.get(title, 0) + spent
    total = sum(shares.values()) or 1
    each = total / requests * 1000
    yield f"{each:.1f} ms of processor time a request under the profiler, the database not counted, of which"
    for title, spent in sorted(shares.items(), key=lambda pair: -pair[1])[:14]:
        yield f"{spent / total:6.1%}  {title}"


def _dearest(stats, requests, count=25):
    """Functions of the product and of its libraries with what they call, dearest first."""
    yield "ms a request, with what it calls; calls a request"
    found = []
    for (file, line, name), (_, calls, _, whole, _) in stats.stats.items():
        if file != "~" and "/django/test/" not in file and "/django/core/handlers/" not in file:
            place = file.partition("site-packages/")[2] or "/".join(file.split("/")[-3:])
            found.append((whole / requests * 1000, calls / requests, f"{place}:{line} {name}"))
    for spent, calls, place in sorted(found, reverse=True)[:count]:
        yield f"{spent:8.2f} {calls:8.1f}  {place}"


def main(command, *arguments):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if command == "plan":
        print(json.dumps(plan()))
    elif command == "statements":
        print(json.dumps(statements(json.load(sys.stdin))))
    elif command == "profile":
        print(profile(plan()["rows"][arguments[0]], int(arguments[1])))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])

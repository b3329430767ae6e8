"""The cast and the house rules of every test: Amal asks, Basil solves, Dina must see nothing."""

import gc

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from helpdesk import policies
from office import calendars
from tests import factories, migrated
from ui import frontend, markup
from ui.translations import compile_catalogues

# A busy machine may take its time over one example.
examples.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("calm")


def pytest_configure(config):
    compile_catalogues()  # a fresh clone has none, and pages are read in Arabic too


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The database is a copy of the migrated one; migrating it again finds nothing to do."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Lay the copy down; on PostgreSQL the database is made from a template (tests/settings.py)."""
    if connection.vendor == "sqlite":
        migrated.copy_sqlite(settings.DATABASES["default"]["TEST"]["NAME"])


def pytest_collection_finish():
    """What was imported stays; the collector of garbage need not look through a million of its objects each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _english_until_told_otherwise():
    """A request leaves its reader's language active in its thread; the next test begins without it."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _no_calendar_remembered_from_another_test():
    """Primary keys come again in every test; calendars and policies kept in memory would be another test's."""
    calendars._load.cache_clear()
    policies._read.cache_clear()


@pytest.fixture(autouse=True, scope="session")
def _every_icon_is_in_the_sprite():
    """A page that draws an icon which static/icons.txt does not name fails here; in a browser it would be a blank."""
    names, draw = set(frontend.icon_names()), markup.icon

    def draw_listed(name, classes=""):
        assert name in names, f"Add {name!r} to static/icons.txt"
        return draw(name, classes)

    markup.icon = draw_listed
    yield
    markup.icon = draw


@pytest.fixture(autouse=True)
def _the_trail_may_be_emptied_after_a_test(request):
    """A test with real commits ends by emptying every table; the guards of what is only added step aside until then."""
    mark = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")  # so that we are done before it is
    yield
    if commits and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS office_event_no_delete")
            cursor.execute("DROP TRIGGER IF EXISTS contracts_callstep_no_delete")


@pytest.fixture
def ministry(db):
    return factories.make_institution()


@pytest.fixture
def team(ministry):
    return factories.make_team(institution=ministry)


@pytest.fixture
def amal(ministry):
    """An employee."""
    return factories.make_user(institution=ministry, username="amal", name="Amal Haddad", language="en")


@pytest.fixture
def dina(ministry):
    """Another employee of the same institution."""
    return factories.make_user(institution=ministry, username="dina", name="Dina Saleh", language="en")


@pytest.fixture
def basil(ministry, team):
    """A technician of the team that works the ordinary queue."""
    person = factories.make_user(
        institution=ministry, username="basil", name="Basil Nasser", is_technician=True, language="en"
    )
    team.members.add(person)
    return person


@pytest.fixture
def manager(ministry):
    return factories.make_user(
        institution=ministry, username="manar", name="Manar Odeh", is_manager=True, language="en", unit=ministry
    )


@pytest.fixture
def auditor(ministry):
    return factories.make_user(institution=ministry, username="adel", name="Adel Qasim", is_auditor=True, language="en")


@pytest.fixture
def administrator(ministry):
    return factories.make_user(
        institution=ministry, username="admin", name="Rania Admin", is_administrator=True, language="en"
    )


@pytest.fixture
def queue(team):
    return factories.make_queue(team=team, is_default=True)


@pytest.fixture
def sign_in(client):
    """Sign somebody in and get the browser back."""

    def _sign_in(user):
        client.force_login(user)
        return client

    return _sign_in

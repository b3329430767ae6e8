"""What the desk's tests have in common: a ministry ready to work, and quick ways to its tickets."""

import pytest

from helpdesk import actions
from helpdesk.choices import Status
from tests import factories


@pytest.fixture
def desk(ministry, team, queue, basil):
    """The ordinary queue with its team, Basil in it."""
    return queue


@pytest.fixture
def ticket(desk, amal):
    """Amal's printer is jammed."""
    return actions.file_ticket(requester=amal, subject="The printer is jammed", description="Since this morning.")


@pytest.fixture
def taken(ticket, basil):
    """The same, and Basil works on it."""
    return actions.take_ticket(ticket, by=basil)


@pytest.fixture
def solved(taken, basil):
    """The same, and Basil believes it is solved."""
    return actions.resolve_ticket(taken, by=basil, resolution="New toner.")


@pytest.fixture
def colleague(ministry, team):
    """Another technician of Basil's team."""
    person = factories.make_user(ministry, username="badr", name="Badr Khalil", is_technician=True, language="ar")
    team.members.add(person)
    return person


@pytest.fixture
def outsider(ministry):
    """A technician of no team."""
    return factories.make_user(ministry, username="omar", name="Omar Zaid", is_technician=True, language="en")


@pytest.fixture
def secret_queue(ministry):
    """A restricted queue of another team."""
    return factories.make_queue(factories.make_team(ministry), is_restricted=True, name_en="Investigations")


@pytest.fixture
def state():
    """The state of a ticket as the database has it."""

    def _state(ticket):
        ticket.refresh_from_db()
        return Status(ticket.status)

    return _state

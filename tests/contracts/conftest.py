"""A contract whose decision is due, and the people to whom its reminders climb."""

from datetime import date

import pytest

from contracts import actions
from contracts.models import Reminder
from tests import factories


@pytest.fixture
def section(ministry):
    """A section with a head, in a directorate with a director."""
    director = factories.make_user(institution=ministry, username="daoud", name="Daoud Director", language="en")
    head = factories.make_user(institution=ministry, username="huda", name="Huda Head", language="en")
    directorate = factories.make_unit(ministry, name="Directorate of IT", kind="directorate", head=director)
    return factories.make_unit(directorate, name="Maintenance", head=head)


@pytest.fixture
def owner(ministry, section):
    return factories.make_user(
        institution=ministry, username="omar", name="Omar Owner", is_manager=True, language="en", unit=section
    )


@pytest.fixture
def deputy(ministry, section):
    return factories.make_user(
        institution=ministry, username="dana", name="Dana Deputy", is_manager=True, language="en", unit=section
    )


@pytest.fixture
def contract(ministry, section, owner, deputy, administrator):
    """Ends on Thursday 31 Dec 2026; to be decided by Tuesday 1 Dec 2026; its first reminder is due on 4 June."""
    contract = factories.make_contract(ministry, unit=section, owner=owner, deputy=deputy, number="C-2026-014")
    actions.refresh_dates(contract)
    return contract


@pytest.fixture
def sent():
    """[(day, rung, user name)] of all reminders, in the order they were made."""

    def _sent(**narrow):
        rows = Reminder.objects.filter(**narrow).exclude(state="cancelled").order_by("made_on", "pk")
        return [(row.made_on, row.rung, row.recipient.username) for row in rows.select_related("recipient")]

    return _sent


def day(text):
    return date.fromisoformat(text)

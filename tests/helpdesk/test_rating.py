"""What the requester thinks of the help: one to five, once, hers to change for a week."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from helpdesk import actions
from helpdesk.models import Rating

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def confirmed(solved, amal):
    return actions.confirm_ticket(solved, by=amal)


def test_after_it_works_now_the_page_asks_and_takes_one_to_five(sign_in, amal, solved):
    client = sign_in(amal)
    page = client.post(reverse("ticket_confirm", args=[solved.pk]), follow=True).content.decode()
    assert "How was our help?" in page

    client.post(reverse("ticket_rate", args=[solved.pk]), {"stars": "4", "comment": "Quick."})

    rating = Rating.objects.get()
    assert (rating.ticket, rating.stars, rating.comment, rating.by) == (solved, 4, "Quick.", amal)


def test_it_is_stored_once_and_can_be_changed_for_a_week(confirmed, amal, the_clock):
    actions.rate_ticket(confirmed, by=amal, stars=2)
    the_clock.move_to(NOW + timedelta(days=7))

    actions.rate_ticket(confirmed, by=amal, stars=5, comment="It works since.")

    assert [(row.stars, row.comment) for row in Rating.objects.all()] == [(5, "It works since.")]
    the_clock.move_to(NOW + timedelta(days=7, seconds=1))
    with pytest.raises(ValidationError) as refusal:
        actions.rate_ticket(confirmed, by=amal, stars=1)
    assert refusal.value.code == "late"


def test_only_the_requester_rates_and_only_what_is_solved(confirmed, ticket, taken, amal, dina, basil):
    for person in (dina, basil):
        with pytest.raises(PermissionDenied):
            actions.rate_ticket(confirmed, by=person, stars=1)


def test_what_is_not_solved_yet_is_not_rated(taken, amal):
    with pytest.raises(PermissionDenied):
        actions.rate_ticket(taken, by=amal, stars=5)


@pytest.mark.parametrize("stars", ["0", "6", "", "٧", "x", "1.5"])
def test_what_is_no_rating_is_refused_with_a_sentence(sign_in, amal, confirmed, stars):
    response = sign_in(amal).post(reverse("ticket_rate", args=[confirmed.pk]), {"stars": stars, "comment": "Hm."})

    assert response.status_code == 422
    assert "Hm." in response.content.decode()
    assert not Rating.objects.exists()


def test_a_get_changes_nothing(sign_in, amal, confirmed):
    assert sign_in(amal).get(reverse("ticket_rate", args=[confirmed.pk]), {"stars": "1"}).status_code == 405
    assert not Rating.objects.exists()


def test_the_desk_reads_the_rating_and_its_comment(sign_in, basil, confirmed, amal):
    actions.rate_ticket(confirmed, by=amal, stars=3, comment="It took long.")

    page = sign_in(basil).get(confirmed.get_absolute_url()).content.decode()

    assert "3 of 5" in page
    assert "It took long." in page
    assert "Rated 3 of 5" in page

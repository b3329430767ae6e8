"""The cards of the set-up page."""

import pytest

from office import setup
from people.models import Team, Unit
from tests.factories import make_team


@pytest.fixture(autouse=True)
def _own_cards(monkeypatch):
    monkeypatch.setattr(setup, "_cards", {})


def card(name, allowed=lambda user: True, **options):
    setup.register_card(name.title(), "users", name, allowed, f"All about {name}", **options)


def names(cards):
    return [card.url_name for card, _count in cards]


def test_cards_stand_in_their_order_for_those_who_may(administrator):
    card("teams", order=20)
    card("units", order=10)
    card("secrets", allowed=lambda user: user.is_operator)

    assert names(setup.cards_of(administrator)) == ["units", "teams"]


def test_a_card_is_found_by_words_of_its_text_however_written(administrator):
    card("teams")
    setup.register_card("قوائم العمل", "inbox", "queues", lambda user: True, "")

    assert names(setup.cards_of(administrator, "قوايم")) == ["queues"]
    assert names(setup.cards_of(administrator, "ABOUT team")) == ["teams"]
    assert names(setup.cards_of(administrator, "printer")) == []


def test_all_cards_are_counted_in_one_statement(administrator, team, django_assert_num_queries):
    make_team(team.institution)
    card("teams", count=lambda user: Team.objects.visible_to(user))
    card("units", count=lambda user: Unit.objects.visible_to(user))
    card("nothing", count=lambda user: Unit.objects.none())
    card("seven", count=lambda user: 7)

    with django_assert_num_queries(1):
        cards = setup.cards_of(administrator)

    assert {card.url_name: count for card, count in cards} == {"teams": 2, "units": 1, "nothing": 0, "seven": 7}

"""The tags that every template has."""

from datetime import timedelta

import pytest
from django.template import engines
from django.utils import timezone
from django.utils.translation import override


def draw(source, **context):
    return engines["django"].from_string(source).render(context)


def test_a_machine_value_is_kept_left_to_right():
    assert draw("{{ tag|machine }}{% machine tag %}", tag="AST-1") == '<bdi dir="ltr">AST-1</bdi>' * 2


@pytest.mark.parametrize("source", ["{{ name|machine }}", "{{ name|person }}", "{% state_badge name 'red' %}"])
def test_a_hostile_name_stays_text(source):
    drawn = draw(source, name="<img src=x onerror=alert(1)>")

    assert "<img" not in drawn
    assert "&lt;img" in drawn


def test_a_state_is_shown_by_icon_word_and_colour():
    drawn = draw("{% state_badge 'In use' 'green' 'circle-check' %}")

    assert "state-green" in drawn
    assert "#circle-check" in drawn
    assert "In use" in drawn


def test_the_exact_time_stands_behind_the_relative_one():
    drawn = draw("{% when at %}", at=timezone.now() - timedelta(hours=2))

    assert "2 hours ago</time>" in drawn
    assert 'title="' in drawn
    assert 'tabindex="0"' in drawn


def test_money_shows_figure_and_currency():
    with override("ar"):
        assert draw("{{ 12.5|money:'JOD' }}") == '<span class="money"><bdi dir="ltr">12.500</bdi> د.أ</span>'


def test_a_parameter_of_the_address_is_replaced_and_the_others_stay(rf):
    request = rf.get("/?a=1&b=2")

    assert draw("{% query_replace b=3 a=None %}", request=request) == "?b=3"


def test_an_empty_value_is_drawn_as_nothing():
    assert draw("{{ x|machine }}{{ x|person }}{{ x|money }}{% when x %}", x=None) == ""

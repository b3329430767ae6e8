"""Templates are kept once per language, with what cannot change drawn while they are read."""

import pytest
from django.template import engines, loader
from django.template.base import TextNode
from django.utils import translation

from ui import markup, templates


def read(source, **context):
    return engines["django"].from_string(source).render(context)


def test_a_template_is_kept_once_for_each_language():
    with translation.override("ar"):
        arabic = loader.get_template("ui/_list.html").template
        again = loader.get_template("ui/_list.html").template
    english = loader.get_template("ui/_list.html").template

    assert arabic is again
    assert arabic is not english


def test_a_page_is_drawn_in_the_language_of_its_reader_whoever_came_before():
    words = {}

    for language in ("en", "ar", "en", "ar"):
        with translation.override(language):
            words.setdefault(language, set()).add(loader.render_to_string("ui/_keys.html", {"shell": {}}))

    assert len(words["en"]) == len(words["ar"]) == 1
    assert words["en"] != words["ar"]


@pytest.mark.parametrize(
    "source", ['{% trans "Save" %}', '{% translate "Save" %}', '{% icon "printer" "icon-large" %}']
)
def test_what_cannot_change_is_text(source):
    [node] = engines["django"].from_string(source).template.nodelist

    assert isinstance(node, TextNode)


def test_what_may_change_is_drawn_each_time():
    assert read("{% icon name %}", name="printer") == markup.icon("printer")
    assert read("{% icon name more %}", name="printer", more="icon-large") == markup.icon("printer", "icon-large")
    assert read("{% trans word %}", word="Save") == "Save"
    assert read('{% trans "Save" as kept %}[{{ kept }}]') == "[Save]"
    assert read('{% trans "Save"|upper %}') == "SAVE"


def test_a_part_in_another_language_is_drawn_in_that():
    source = '{% trans "Save" %}{% language "ar" %}{% trans "Save" %}{% endlanguage %}{% trans "Save" %}'

    with translation.override("ar"):
        arabic = read('{% trans "Save" %}')

    assert read(source) == f"Save{arabic}Save"


def test_a_word_with_a_context_is_that_of_its_context():
    with translation.override("ar"):
        plain, of_history = read('{% trans "Assigned" %}'), read('{% trans "Assigned" context "history" %}')

    assert plain != of_history


def test_neighbouring_texts_are_one_piece_at_any_depth():
    template = (
        engines["django"]
        .from_string(
            'a {% trans "Save" %} b {% if x %}c {% icon "x" %} d{% elif y %}e{% else %}f {% trans "Save" %}{% endif %}'
        )
        .template
    )

    templates.join_texts(template)

    text, condition = template.nodelist
    assert text.s == "a Save b "
    assert [len(nodes) for _condition, nodes in condition.conditions_nodelists] == [1, 1, 1]


def test_words_are_escaped_as_they_were_before():
    assert read('{% trans "<b>&amp;</b> 100% sure" %}') == "<b>&amp;</b> 100% sure"

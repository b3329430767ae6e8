"""The movement log tells a ticket's steps in the desk's own words, and leaves those of other rooms alone."""

import re

from django.utils.translation import override

from office.history import history_of, verb_words


def test_a_verb_means_what_it_means_for_a_ticket(taken):
    assert [line.words for line in history_of(taken)] == ["Taken", "Created"]
    assert verb_words("transferred", "helpdesk.ticket") == "Transferred"
    assert verb_words("transferred", "assets.asset") == "Custody transferred"


def test_the_log_names_every_change_in_arabic_and_no_key_of_a_text(sign_in, administrator, solved):
    administrator.language = "ar"
    administrator.save()
    page = sign_in(administrator).get("/events/").content.decode()

    names = re.findall(r"<li>([^<:]+):", page)

    assert len(names) > 4
    assert not [name for name in names if not re.search("[\u0600-\u06ff]", name)]


def test_what_nobody_named_is_called_by_its_room(solved):
    with override("ar"):
        names = {name for line in history_of(solved) for name, _old, _new in line.changes}

    assert "تمت المعالجة في" in names

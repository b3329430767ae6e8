"""The movement log tells a ticket's steps in the desk's own words, and leaves those of other rooms alone."""

from office.history import history_of, verb_words


def test_a_verb_means_what_it_means_for_a_ticket(taken):
    assert [line.words for line in history_of(taken)] == ["Taken", "Created"]
    assert verb_words("transferred", "helpdesk.ticket") == "Transferred"
    assert verb_words("transferred", "assets.asset") == "Custody transferred"

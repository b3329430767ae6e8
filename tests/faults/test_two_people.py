"""Two people on one ticket at one moment, over a real server (Z35, Z36); one form sent twenty times at once (Z37)."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils.translation import gettext, override

from tests.faults.house import House
from tests.faults.visitor import Visitor
from ui import text

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@pytest.fixture(params=[True, False], ids=["postgresql", "sqlite"])
def house(request, tmp_path):
    with House(tmp_path, redis=request.param) as house:
        house.start_web()
        yield house


def test_z37_one_form_sent_twenty_times_at_once_is_one_ticket(house):
    address = f"http://127.0.0.1:{house.web_port}"
    visitors = [Visitor(address).sign_in("amal") for _ in range(20)]
    key = uuid.uuid4()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda visitor: visitor.report("The printer is jammed", key), visitors))

    numbers = {number for number, _status, _took in answers}
    assert len(numbers) == 1, answers
    assert None not in numbers
    assert house.audit()["tickets"] == 1


def test_z35_the_second_of_two_who_save_one_ticket_is_shown_both_values(house):
    address = f"http://127.0.0.1:{house.web_port}"
    Visitor(address).sign_in("amal").report("The screen flickers")
    basil, huda = (Visitor(address).sign_in(name) for name in ("basil", "huda"))
    _status, page, _reached, _took = basil.get("/tickets/1/edit/")
    fields = form_fields(page)
    huda.get("/tickets/1/edit/")

    first = basil.post("/tickets/1/edit/", fields | {"subject": "Flickers since Monday"})
    second = huda.post("/tickets/1/edit/", fields | {"subject": "Screen broken"})

    assert first[0] == 200
    assert second[0] == 409
    assert "Flickers since Monday" in second[1]
    assert "Screen broken" in second[1]
    assert "Flickers since Monday" in basil.get("/tickets/1/")[1]
    house.audit()


def at_once(*acts):
    """What each gave, all begun at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def agreed(visitor, ticket, number):
    """The second step of a merge: the form that says what its reader has agreed to."""
    page = visitor.post(f"/tickets/{ticket}/merge/", {"number": number})[1]
    return {"number": number, "agreed": re.search(r'name="agreed" value="([^"]+)"', page).group(1)}


def reply(visitor, ticket, words):
    return lambda: visitor.post(f"/tickets/{ticket}/reply/", {"form_key": uuid.uuid4(), "text": words})


def in_words(sentence, **places):
    """As the people of the house read it."""
    with override("ar"):
        return gettext(sentence) % places


def test_z36_replies_land_while_another_merges_the_ticket(house):
    amal, again, basil, huda = (Visitor(house.address).sign_in(name) for name in ("amal", "amal", "basil", "huda"))
    one, other = (amal.report(words)[0] for words in ("The printer is jammed", "The printer prints nothing"))
    form = agreed(basil, 1, other)

    answers = at_once(
        reply(amal, 1, "It smells of smoke"),
        lambda: basil.post("/tickets/1/merge/", form),
        reply(again, 1, "It is warm, too"),
        reply(huda, 1, "Pull the plug, please"),
    )
    later = amal.post("/tickets/1/reply/", {"form_key": uuid.uuid4(), "text": "It cools down"})

    assert {status for status, *_rest in (*answers, later)} == {200}
    said = ("It smells of smoke", "It is warm, too", "Pull the plug, please", "It cools down")
    hers, target = amal.get("/tickets/1/")[1], huda.get("/tickets/2/")[1]
    for words in said:
        assert words in hers
        assert words in target  # in the conversation of the one it is merged into
    assert in_words("Merged into %(number)s", number=text.isolate(other)) in huda.get("/tickets/1/")[1]
    assert in_words("%(number)s was merged into this one", number=text.isolate(one)) in target
    assert house.audit()["unresolved"] == 1


def test_z36_a_reply_lands_while_another_closes_the_ticket_which_stays_closed(house):
    amal, basil = (Visitor(house.address).sign_in(name) for name in ("amal", "basil"))
    amal.report("The screen flickers")
    basil.post("/tickets/1/reply/", {"form_key": uuid.uuid4(), "text": "A new cable.", "then": "resolve"})

    answers = at_once(reply(amal, 1, "Thank you so much"), lambda: basil.post("/tickets/1/close/", {}))

    assert {status for status, *_rest in answers} == {200}
    page = basil.get("/tickets/1/")[1]
    for words in ("Thank you so much", "A new cable.", in_words("Marked as resolved"), in_words("Closed")):
        assert words in page
    assert house.audit()["unresolved"] == 0


def test_two_who_merge_both_ways_at_once_make_no_circle(house):
    """L6: one goes through, the other is told; nobody waits for ever."""
    amal, basil, huda = (Visitor(house.address).sign_in(name) for name in ("amal", "basil", "huda"))
    one, other = (amal.report(words)[0] for words in ("The printer is jammed", "The printer prints nothing"))
    forms = agreed(basil, 1, other), agreed(huda, 2, one)

    answers = at_once(
        lambda: basil.post("/tickets/1/merge/", forms[0]), lambda: huda.post("/tickets/2/merge/", forms[1])
    )

    reached = [place.removeprefix(house.address) for _status, _page, place, _took in answers]
    assert sum(not place.endswith("/merge/") for place in reached) == 1
    assert {status for status, *_rest in answers} <= {200, 403}
    assert house.audit()["unresolved"] == 1


def form_fields(page):
    """What a browser would send of the form that names a version."""
    form = next(part for part in page.split("<form")[1:] if 'name="version"' in part).split("</form>")[0]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', body)
        fields[name] = chosen.group(1) if chosen else ""
    fields.pop("csrfmiddlewaretoken", None)
    return fields

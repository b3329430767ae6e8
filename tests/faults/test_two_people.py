"""Two technicians on one ticket, and one form sent twenty times at once, over a real server (Z35, Z37)."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.house import House
from tests.faults.visitor import Visitor

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


def form_fields(page):
    """What a browser would send of the form that names a version."""
    form = next(part for part in page.split("<form")[1:] if 'name="version"' in part).split("</form>")[0]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', body)
        fields[name] = chosen.group(1) if chosen else ""
    fields.pop("csrfmiddlewaretoken", None)
    return fields

"""The bell: many acts at once are one ring, and nothing that is to be done is forgotten for it."""

from types import SimpleNamespace

from office import bell
from tests.servers import wait_until


def test_what_many_acts_owe_at_once_is_a_ring_now_and_one_after(monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "QUIET", 0.2)
    monkeypatch.setattr(bell, "current_app", SimpleNamespace(send_task=lambda task, **options: rung.append(task)))

    for _act in range(50):
        bell._hand_over()
    bell._hand_over("another.task")
    wait_until(lambda: "another.task" in rung and not bell._waiting, seconds=10)

    assert rung[0] == bell.DRAIN
    assert 1 <= rung.count(bell.DRAIN) <= 2
    assert rung.count("another.task") == 1

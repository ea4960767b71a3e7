from __future__ import annotations

from gradcheck.execution.queue import TaskQueue
from gradcheck.execution.task import Address, Diagnose, JudgeCase
from gradcheck.records.case import Case


def trial(layer, number):
    return JudgeCase(f"{layer}.{number}", Address(layer), Case(layer, "normal"))


def left(waiting):
    """What is taken, address by address."""
    taken = []
    while waiting.addresses:
        taken.append(waiting.take(waiting.addresses[0]).id)
    return taken


def test_those_of_one_layer_follow_one_another():
    waiting = TaskQueue()
    waiting.add([trial("a", 1), trial("b", 1), trial("a", 2)])
    assert left(waiting) == ["a.1", "a.2", "b.1"]
    assert waiting.addresses == []


def test_the_first_goes_ahead_of_its_own_layer_alone():
    waiting = TaskQueue()
    waiting.add([trial("a", 1), trial("b", 1)])
    waiting.add([trial("b", 2)], first=True)
    assert left(waiting) == ["a.1", "b.2", "b.1"]


def test_what_is_unwanted_is_not_taken():
    waiting = TaskQueue()
    waiting.add([trial("a", 1), trial("a", 2), trial("b", 1)])
    waiting.discard({"a.1", "b.1", "c.1"})
    assert waiting.addresses == [Address("a")]
    assert left(waiting) == ["a.2"]


def test_nothing_is_left_when_all_is_cleared():
    waiting = TaskQueue()
    waiting.add([trial("a", 1)])
    waiting.clear()
    assert waiting.addresses == []


def test_cases_of_one_layer_are_taken_together_and_nothing_else_is():
    waiting, address = TaskQueue(), Address("a")
    waiting.add([trial("a", 1), trial("a", 2), trial("b", 1), trial("a", 3), Diagnose("d", address, (), ())])
    taken = []
    while waiting.waiting(address):
        taken.append([task.id for task in waiting.take_together(address, 2)])
    assert taken == [["a.1", "a.2"], ["a.3"], ["d"]]
    waiting.add([Diagnose("d", address, (), ()), trial("a", 4)])
    assert [task.id for task in waiting.take_together(address, 2)] == ["d"]

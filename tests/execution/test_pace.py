from __future__ import annotations

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.execution.pace import MOMENT, Pace
from gradcheck.execution.task import Address, JudgeCase, NoResult, Reply
from gradcheck.records.case import Case

ADDRESS = Address("a")
TASK = JudgeCase("a.1", ADDRESS, Case("a", "normal"))


def number(*replies, waiting=1000, processes=1):
    pace = Pace()
    for reply in replies:
        pace.learn(TASK, reply)
    return pace.number(ADDRESS, waiting, processes)


def took(seconds):
    return Reply(Judgement(), seconds)


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([], 1),
        ([took(MOMENT / 10)], 10),
        ([took(MOMENT * 10)], 1),
        ([took(0.0)], 500),
        ([took(MOMENT), took(MOMENT / 10)], 2),  # the first of a layer is slow: that is forgotten by halves
        ([took(MOMENT), *[took(MOMENT / 10)] * 4], 10),
        ([took(MOMENT / 10), took(MOMENT)], 1),
        ([took(MOMENT / 10), Reply(NoResult("process", "died"))], 1),
    ],
)
def test_as_many_as_take_a_moment_by_what_was_slowest_of_late(replies, expected):
    assert number(*replies) == expected


def test_no_process_takes_what_others_could_do():
    assert number(took(0.0), waiting=40, processes=4) == 5
    assert number(took(0.0), waiting=3, processes=4) == 1


def test_one_layer_tells_nothing_of_another():
    pace = Pace()
    pace.learn(TASK, took(0.0))
    assert pace.number(Address("b"), 1000, 1) == 1

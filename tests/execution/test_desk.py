from __future__ import annotations

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.execution.journal import Journal
from gradcheck.execution.task import Address, JudgeCase, LoadTarget, NoResult, Reply
from gradcheck.execution.wire import packed
from gradcheck.records.case import Case
from gradcheck.run.desk import Desk

LOOK = LoadTarget(Address("softmax"))
DONE = Reply(Judgement(method="differences"), 0.25)


def trial(number):
    return JudgeCase(f"1.{number}", Address("softmax"), Case("softmax", "normal", seed=number))


class Backwards:
    """Does the last task first."""

    def __init__(self):
        self.tasks = []
        self.closed = False

    def add(self, tasks, *, first=False):
        self.tasks += tasks

    def next(self):
        task = self.tasks.pop()
        return task, DONE if isinstance(task, JudgeCase) else Reply(NoResult("load", "gone"))

    def close(self):
        self.closed = True


@pytest.fixture
def journal(tmp_path):
    return lambda: Journal(tmp_path / "run.journal", {}, resume=True)


def test_replies_come_in_the_order_in_which_they_are_called_for():
    desk = Desk(Backwards())
    desk.begin([trial(1), trial(2), LOOK])
    assert desk.reply(trial(1)) == DONE
    assert desk.reply(LOOK).result == NoResult("load", "gone")
    assert desk.reply(trial(2)) == DONE


def test_what_is_done_is_noted_down_but_not_what_was_looked_at(journal):
    desk = Desk(Backwards(), journal())
    desk.begin([LOOK, trial(1)])
    desk.reply(trial(1))
    desk.reply(LOOK)
    desk.close()
    assert desk.pool.closed
    again = journal()
    assert again.done == {"1.1": packed(DONE)}
    again.close()


def test_what_was_done_by_an_earlier_run_is_not_done_again(journal):
    first = Desk(Backwards(), journal())
    first.begin([trial(1)])
    first.reply(trial(1))
    first.close()
    desk = Desk(Backwards(), journal())
    desk.begin([trial(1), trial(2)])
    assert desk.pool.tasks == [trial(2)]
    assert desk.reply(trial(1)) == DONE
    desk.close()


def test_a_note_that_cannot_be_read_is_made_again(journal):
    desk = Desk(Backwards(), journal())
    desk.journal.done["1.1"] = {"seconds": 1.0, "findings": "none"}
    desk.begin([trial(1)])
    assert desk.pool.tasks == [trial(1)]
    desk.close()

"""An executor with a journal, and replies in the order in which they are called for."""

from __future__ import annotations

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.execution.journal import Journal
from gradcheck.execution.journaled import Journaled
from gradcheck.execution.replies import Replies
from gradcheck.execution.task import Address, JudgeCase, LoadTarget, NoResult, Reply
from gradcheck.execution.wire import packed
from gradcheck.records.case import Case

LOAD = LoadTarget(Address("softmax"))
DONE = Reply(Judgement(method="differences"), 0.25)


def case(number):
    return JudgeCase(f"1.{number}", Address("softmax"), Case("softmax", "normal", seed=number))


class Backwards:
    """Does the last task first."""

    def __init__(self):
        self.tasks = []
        self.closed = False

    def submit(self, tasks, *, first=False):
        self.tasks += tasks

    def discard(self, unwanted):
        self.tasks = [task for task in self.tasks if task.id not in unwanted]

    def next(self):
        task = self.tasks.pop()
        return task, DONE if isinstance(task, JudgeCase) else Reply(NoResult("load", "gone"))

    def close(self):
        self.closed = True


@pytest.fixture
def journal(tmp_path):
    """Opens one and the same journal, time and again; it is let go of at the end."""
    opened = []

    def opening():
        if opened:
            opened.pop().close()
        path = tmp_path / "run.journal"
        opened.append(Journal(path, {}, resume=path.exists()))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def test_replies_come_in_the_order_in_which_they_are_called_for():
    replies = Replies(Backwards())
    replies.executor.submit([case(1), case(2), LOAD])
    assert replies.to(case(1)) == DONE
    assert replies.to(LOAD).result == NoResult("load", "gone")
    assert replies.to(case(2)) == DONE


def test_a_reply_is_known_until_it_is_forgotten():
    replies = Replies(Backwards())
    replies.executor.submit([case(1), case(2)])
    assert replies.known(case(2)) is None
    replies.to(case(1))
    assert replies.known(case(2)) == DONE
    replies.forget([case(1), case(2)])
    assert replies.known(case(2)) is None


def test_what_is_done_is_noted_down_but_not_what_was_loaded(journal):
    inner = Backwards()
    executor = Journaled(inner, journal())
    executor.submit([LOAD, case(1)])
    assert [executor.next()[0] for _ in range(2)] == [case(1), LOAD]
    executor.close()
    assert inner.closed
    assert journal().done == {"1.1": packed(DONE)}


def test_what_was_done_by_an_earlier_run_is_not_done_again(journal):
    first = Journaled(Backwards(), journal())
    first.submit([case(1)])
    first.next()
    inner = Backwards()
    executor = Journaled(inner, journal())
    executor.submit([case(1), case(2)])
    assert inner.tasks == [case(2)]
    assert executor.next() == (case(1), DONE)


def test_what_is_not_wanted_any_more_is_forgotten_whoever_has_done_it(journal):
    first = Journaled(Backwards(), journal())
    first.submit([case(1)])
    first.next()
    inner = Backwards()
    executor = Journaled(inner, journal())
    executor.submit([case(1), case(2), case(3)])
    executor.discard({"1.1", "1.2"})
    assert executor.next() == (case(3), DONE)
    assert inner.tasks == []


@pytest.mark.parametrize(("kind", "again"), [("process", True), ("load", False), ("usage", False)])
def test_a_case_whose_process_was_lost_is_done_again(journal, kind, again):
    noted = journal()
    noted.append("1.1", packed(Reply(NoResult(kind, "took longer than 3 s"))))
    inner = Backwards()
    Journaled(inner, journal()).submit([case(1)])
    assert inner.tasks == ([case(1)] if again else [])


def test_a_note_that_cannot_be_read_is_made_again(journal):
    noted = journal()
    noted.done["1.1"] = {"seconds": 1.0, "findings": "none"}
    inner = Backwards()
    Journaled(inner, noted).submit([case(1)])
    assert inner.tasks == [case(1)]

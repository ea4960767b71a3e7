"""A worker seen from outside: small programs stand for it."""

from __future__ import annotations

import os
import pickle
import sys

import pytest

from gradcheck.execution import worker_process
from gradcheck.execution.task import Address, LoadTarget
from gradcheck.execution.worker_process import AbandonedError, LostError, WorkerProcess
from tests.processes import LONGEST

TASK = LoadTarget(Address("softmax"))
READ = "import os, sys, time\nhead = os.read(0, 4)\ntask = os.read(0, int.from_bytes(head))\n"


@pytest.fixture
def worker(start):
    """Starts a program as a worker; it is ended with the test."""
    programs, workers = [], []

    def starting(program, *passed):
        theirs, requests = os.pipe()
        replies, own = os.pipe()
        command = [sys.executable, "-S", "-c", program]
        programs.append(start(command, stdin=theirs, stdout=own, pass_fds=passed))
        os.close(theirs)
        os.close(own)
        os.set_blocking(requests, False)
        workers.append(WorkerProcess(programs[-1].pid, requests, replies))
        return workers[-1]

    starting.workers = workers
    yield starting
    for one in workers:
        one.kill()
    for program in programs:
        program.returncode = 0  # it has been waited for


@pytest.fixture
def parent():
    """The two ends of the connection to who asks: to listen at, and to close."""
    listening, held = os.pipe()
    yield listening, held
    os.close(listening)


def ask(one, parent, seconds=LONGEST):
    one.give([TASK])
    return one.answer(seconds, parent[0])


def test_a_task_is_handed_over_and_a_line_comes_back(worker, parent):
    one = worker(READ + "print(task.hex(), flush=True)\ntime.sleep(60)")
    assert ask(one, parent) == pickle.dumps(TASK).hex().encode()


def test_answers_to_several_tasks_come_one_by_one_and_what_it_dies_of_after_them(worker, parent):
    one = worker(READ + "os.write(1, b'first\\nsecond\\nhalf')\nos._exit(3)")
    one.give([TASK, LoadTarget(Address("x" * 10**6)), TASK])
    assert [one.answer(LONGEST, parent[0]) for _ in range(2)] == [b"first", b"second"]
    with pytest.raises(LostError, match=r"^the process left with exit code 3$"):
        one.answer(LONGEST, parent[0])


def test_each_has_the_time_of_one(worker, parent):
    one = worker(READ + "os.write(1, b'first\\n')\ntime.sleep(60)")
    one.give([TASK, TASK])
    assert one.answer(LONGEST, parent[0]) == b"first"
    with pytest.raises(LostError, match="timed out"):
        one.answer(0.05, parent[0])


@pytest.fixture
def gathered(parent, monkeypatch):
    """For how long a worker's answers are left to gather, which no test waits for."""

    def gathering(one):
        waits = []
        with monkeypatch.context() as patch:
            patch.setattr(worker_process.select, "select", lambda *asked: waits.append(asked[-1]))
            one.gather(9.0, parent[0])
        return waits

    return gathering


def test_answers_gather_while_none_is_there(worker, parent, gathered):
    one = worker(READ + "os.write(1, b'first\\n')\ntime.sleep(60)")
    ask(one, parent)
    assert gathered(one) == [9.0]


def test_one_that_is_there_is_not_held_back(worker, parent, gathered):
    one = worker(READ + "os.write(1, b'first\\nsecond\\n')\ntime.sleep(60)")
    ask(one, parent)
    assert gathered(one) == []


def test_nor_are_tasks_on_their_way(worker, parent, gathered):
    one = worker(READ + "os.write(1, b'first\\n')\ntime.sleep(60)")
    ask(one, parent)
    one.give([TASK])
    assert gathered(one) == []


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("os._exit(7)", "the process left with exit code 7"),
        ("os._exit(111)", "the process closed its connection"),
        ("os.kill(os.getpid(), 11)", "the process died: SIGSEGV"),
        ("os.close(1)\ntime.sleep(60)", "the process closed its connection"),
        ("print('half', end='', flush=True)\nos._exit(0)", "the process left with exit code 0"),
    ],
)
def test_without_an_answer_it_is_told_why(worker, parent, monkeypatch, program, sentence):
    monkeypatch.setattr(worker_process, "DYING", 0.2 if "sleep" in program else LONGEST / 10)
    with pytest.raises(LostError, match=f"^{sentence}$"):
        ask(worker(READ + program), parent)


def test_an_answer_that_takes_too_long_is_not_waited_for(worker, parent):
    with pytest.raises(LostError, match=r"^timed out after 0\.05 s$"):
        ask(worker("import time\ntime.sleep(60)"), parent, 0.05)


def test_nor_is_one_without_an_end(worker, parent, monkeypatch):
    monkeypatch.setattr(worker_process, "LONGEST_LINE", 10**5)
    with pytest.raises(LostError, match="the answer of its process is too long"):
        ask(worker(READ + "while True: os.write(1, b'x' * 1000)"), parent)


def test_a_task_that_is_not_taken_holds_nobody_up(worker, parent):
    one = worker("import time\ntime.sleep(60)")
    one.give([LoadTarget(Address("x" * 10**6))])
    with pytest.raises(LostError, match="timed out"):
        one.answer(0.1, parent[0])


def test_when_who_asks_is_gone_nobody_waits(worker, parent):
    one = worker("import time\ntime.sleep(60)")
    os.close(parent[1])
    with pytest.raises(AbandonedError):
        ask(one, parent)


def test_killed_it_is_gone_with_all_that_it_started(worker, parent):
    held, theirs = os.pipe()
    one = worker(READ + "os.fork() and print('forked', flush=True)\ntime.sleep(60)", theirs)
    os.close(theirs)
    assert ask(one, parent) == b"forked"
    worker.workers.remove(one)
    one.kill()
    assert os.read(held, 1) == b""  # nobody is left who could write
    os.close(held)

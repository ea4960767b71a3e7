from __future__ import annotations

from contextlib import contextmanager
from functools import partial

import pytest

from gradcheck.execution import dask_worker as module
from gradcheck.execution.dask_worker import Supervisors, TaskMessage, UnwantedError
from gradcheck.execution.executor import Limits
from gradcheck.execution.perform import perform
from gradcheck.execution.task import Address, Diagnose, JudgeCase, LoadTarget, NoResult, Reply
from gradcheck.execution.wire import packed, unpacked
from gradcheck.records.case import Case
from tests.processes import LONGEST, until

HOME = "/nowhere/at home"
LAYERS = b"""
import time

import helper

class Right:
    def forward(self, x):
        return helper.square(x)

    def bprop(self, v, x):
        return 2 * v * x

class Wrong(Right):
    def bprop(self, v, x):
        return v * x

class Raises(Right):
    def bprop(self, v, x):
        raise ValueError(f"{__file__} " + "long " * 100)

class Hangs(Right):
    def forward(self, x):
        while True:
            time.sleep(0.01)
"""
FILES = {f"{HOME}/layers.py": LAYERS, f"{HOME}/helper.py": b"def square(x):\n    return x * x\n"}


def always():
    return True


def trial(name, target="layers.py"):
    return JudgeCase("1", Address(f"{target}:{name}"), Case(name, "normal", sizes=(("n", 3),)))


@contextmanager
def supervisors(scratch):
    """Some that end with the context."""
    one = Supervisors(HOME, Limits(LONGEST), str(scratch))
    yield one
    for worker in list(one._idle):
        one._retire(worker)


@pytest.fixture
def remote(tmp_path):
    """One whose supervisors do not outlive the test."""
    with supervisors(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def common(scratch):
    """One for all tests that look at what becomes of their own tasks alone."""
    with supervisors(scratch) as one:
        yield one


def asked(remote, task, files=FILES):
    """The reply to a task, read as at home."""
    return unpacked(task, remote.perform(TaskMessage("run", HOME, Limits(LONGEST), task, files), always)).result


@pytest.fixture
def ask(common):
    return partial(asked, common)


def test_a_layer_is_found_among_the_files_that_came_along(ask):
    layers = ask(LoadTarget(Address("layers.py"))).layers
    assert [found.subject.target for found in layers][:2] == ["layers.py:Right", "layers.py:Wrong"]
    assert [(place.method, place.file) for place in layers[0].places] == [
        ("forward", "layers.py"),
        ("bprop", "layers.py"),
    ]


def test_verdicts_are_those_of_the_layer(ask):
    assert not ask(trial("Right")).fails
    assert ask(trial("Wrong")).fails


def test_a_whole_path_is_found_and_told_as_it_is_at_home(ask):
    target = f"{HOME}/layers.py"
    (found, *_) = ask(LoadTarget(Address(target))).layers
    assert found.subject.target == f"{target}:Right"
    assert not ask(trial("Right", target)).fails


def test_a_folder_is_that_at_home(ask):
    (found,) = ask(LoadTarget(Address("../layers.py:Right", f"{HOME}/parts"))).layers
    assert found.subject.target == "layers.py:Right"


def test_a_way_through_other_folders_is_gone(ask):
    (found,) = ask(LoadTarget(Address("parts/of/../../layers.py:Right"))).layers
    assert found.subject.target == "parts/of/../../layers.py:Right"


def test_what_is_told_of_files_is_what_would_be_told_at_home(ask, scratch):
    judged = ask(trial("Raises"))
    (sentence,) = {finding.sentence for finding in judged.findings if "ValueError" in finding.sentence}
    assert f"ValueError: {HOME}/layers.py long" in sentence
    told = f"ValueError: {HOME}/layers.py {'long ' * 100} at {HOME}/layers.py:19"
    assert f"({len(told) - 300} characters more)" in sentence
    assert str(scratch) not in repr(judged)


def test_a_layer_that_is_not_there_is_a_failure(ask):
    sentence = "layers.py has no 'Wrog'; did you mean 'Wrong'?"
    assert ask(LoadTarget(Address("layers.py:Wrog"))) == NoResult("load", sentence)


def test_a_module_that_did_not_come_along_is_missed_by_its_name(remote):
    failure = asked(remote, LoadTarget(Address("layers.py")), {f"{HOME}/layers.py": LAYERS})
    assert failure.kind == "load"
    assert failure.sentence == (
        f"cannot load 'layers.py': ModuleNotFoundError: No module named 'helper' at {HOME}/layers.py:4"
    )


@pytest.mark.parametrize("target", ["layers.py", f"{HOME}/layers.py"])
def test_a_diagnosis_finds_the_layer_too(ask, target):
    tasks = (trial("Wrong", target),)
    known = (ask(tasks[0]).findings,)
    told = ask(Diagnose("d", tasks[0].address, tasks, known))
    assert any(told.sentences)


def test_a_shipped_layer_is_judged_as_in_this_process(ask):
    task = JudgeCase("1", Address("softmax"), Case("softmax", "ties", sizes=(("n", 3),)))
    here = packed(Reply(perform(task)))
    assert unpacked(task, here).result == ask(task, {})


def test_one_keeper_serves_one_task_after_another(remote):
    asked(remote, trial("Right"))
    (before,) = remote._idle
    asked(remote, trial("Right"))
    assert list(remote._idle) == [before]


def test_a_keeper_goes_on_with_the_layer_that_it_has(remote):
    class Standing:
        def __init__(self, target):
            self.address = Address(target)

        def close(self):
            pass

    supervisors = [Standing("a"), Standing("b"), Standing("c")]
    for supervisor in supervisors:
        remote._release(supervisor)
    assert remote._acquire(Address("b")) is supervisors[1]
    assert remote._acquire(Address("d")) in (supervisors[0], supervisors[2])


def test_what_is_not_wanted_any_more_is_ended(remote):
    task = trial("Hangs")
    answers = iter([True, True])
    with pytest.raises(UnwantedError):
        remote.perform(TaskMessage("run", HOME, Limits(), task, FILES), lambda: next(answers, False))
    assert not remote._idle


def test_idle_supervisors_leave_nothing_behind(remote, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "IDLE", 0.05)
    asked(remote, trial("Right"))
    (worker,) = remote._idle
    until(lambda: not list(tmp_path.iterdir()))
    assert worker._process.returncode is not None
    assert not asked(remote, trial("Right")).fails  # and begins anew

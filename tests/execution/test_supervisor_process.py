"""A real process with a real layer in it: what becomes of both."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.errors import GradcheckError
from gradcheck.execution import supervisor_process as module
from gradcheck.execution.executor import Limits
from gradcheck.execution.supervisor_process import SupervisorProcess
from gradcheck.execution.task import Address, JudgeCase, LoadTarget, NoResult
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from tests.execution.conftest import asked
from tests.execution.layers import LAYERS
from tests.processes import LONGEST, POLL, at_a_limit, gone, until


def at(target):
    """Where a target of this folder is for a process that was started in any other."""
    return Address(target, str(Path.cwd()))


def trial(name, strategy="normal"):
    return JudgeCase("1.1", at(f"layers.py:{name}"), Case(name, strategy, sizes=(("n", 3),)), checks=("bprop",))


def verdicts(reply):
    return {finding.verdict for finding in reply.result.findings}


def test_layers_are_judged_one_after_another(layers, ask):
    assert verdicts(ask(trial("Right"))) == {Verdict.PASS}
    assert verdicts(ask(trial("Wrong"))) == {Verdict.FAIL}
    assert verdicts(ask(trial("Right"))) == {Verdict.PASS}


def test_a_layer_that_ends_its_process_costs_one_task(layers, ask):
    assert ask(trial("Dying")).result == NoResult("process", "the process left with exit code 3")
    assert verdicts(ask(trial("Right"))) == {Verdict.PASS}


def test_what_cannot_be_loaded_is_told_before_any_case(layers, ask):
    assert ask(LoadTarget(at("missing.py"))).result.kind == "load"
    assert ask(trial("Missing")).result.kind == "load"
    assert "no 'Missing'" in ask(trial("Missing")).result.sentence


def test_a_point_that_cannot_be_made_is_a_mistake_of_use(layers, ask):
    case = Case("Right", "given", values="y=[1]")
    assert ask(JudgeCase("1.1", at("layers.py:Right"), case)).result.kind == "usage"


def test_each_layer_has_a_process_that_knows_nothing_of_the_others(layers, ask, tmp_path):
    (tmp_path / "spoiling.py").write_text("import numpy\nnumpy.tanh = None\n" + layers.read_text())
    assert ask(LoadTarget(at("spoiling.py"))).result.layers
    spoilt = JudgeCase("1.1", at("spoiling.py:Right"), Case("Right", "normal", sizes=(("n", 3),)))
    assert verdicts(ask(spoilt)) == {Verdict.ERROR}
    assert verdicts(ask(trial("Right"))) == {Verdict.PASS}


def test_memory_is_limited(layers, supervised):
    layers.write_text(
        layers.read_text() + "\nHoard = type('Hoard', (Right,), {'forward': lambda s, x: bytearray(10**9)})"
    )
    worker = supervised(Limits(memory=2**28))
    reply = asked(worker, JudgeCase("1.1", at("layers.py:Hoard"), Case("Hoard", "normal", sizes=(("n", 3),))))
    assert "MemoryError" in reply.result.findings[0].sentence


def test_a_keeper_that_is_killed_is_replaced(layers, ask, common):
    assert isinstance(ask(trial("Right")).result, Judgement)
    os.kill(common._process.pid, signal.SIGKILL)
    assert ask(trial("Right")).result == NoResult("process", "the process killed the one that it was started by")
    assert isinstance(ask(trial("Right")).result, Judgement)


def replies(worker, count):
    """So many replies, by the cases that they are to."""
    found = {}
    while len(found) < count and not worker._lost:
        task = worker.task
        reply = worker.receive() if worker.connection.poll(POLL) else worker.look()
        if reply is not None:
            found[task.case.scale] = reply.result
    return found


CHOOSING = """

class Choosing(Right):
    def forward(self, x):
        if abs(x).max() > 1e6:
            {act}
        return super().forward(x)
"""


def several(name, scales):
    sizes = (("n", 3),)
    cases = [Case(name, "normal", scale, sizes=sizes) for scale in scales]
    return [JudgeCase(f"{k}", at(f"layers.py:{name}"), case, checks=("bprop",)) for k, case in enumerate(cases)]


def test_of_several_cases_the_one_that_ends_the_process_costs_itself(layers, common):
    layers.write_text(layers.read_text() + CHOOSING.format(act="os._exit(3)"))
    common.send(several("Choosing", [1.0, 2.0, 1e9, 3.0]))
    found = replies(common, 4)
    assert found.pop(1e9) == NoResult("process", "the process left with exit code 3")
    assert [finding.verdict for result in found.values() for finding in result.findings] == [Verdict.PASS] * 3


def test_of_several_that_are_lost_with_their_supervisor_none_is_blamed(layers, common):
    layers.write_text("import signal\n" + layers.read_text() + CHOOSING.format(act="os.kill(os.getppid(), 9)"))
    tasks = several("Choosing", [1.0, 1e9, 2.0, 3.0])
    common.send(tasks)
    found = replies(common, 4)
    assert set(found) <= {1.0}
    assert common.take_lost() == tuple(tasks[len(found) :])
    assert (common.task, common.take_lost()) == (None, ())


STOPPING = (
    LAYERS
    + """

class Stopping(Right):
    def forward(self, x):
        os.kill(os.getppid(), signal.SIGSTOP)
        return super().forward(x)
"""
)


def test_a_layer_that_stops_its_supervisor_costs_one_task(layers, ask):
    layers.write_text(STOPPING)
    stopped = "the process stopped the one that it was started by"
    assert ask(trial("Stopping")).result == NoResult("process", stopped)
    assert verdicts(ask(trial("Right"))) == {Verdict.PASS}


def test_one_that_holds_or_stops_its_own_process_costs_one_task(layers, supervised):
    layers.write_text(STOPPING.replace("os.getppid()", "os.getpid()"))

    def costs_one(seconds):
        worker = supervised(Limits(seconds))
        for name in ("Sleeping", "Stopping"):
            assert asked(worker, trial(name)).result == NoResult("process", f"timed out after {seconds:g} s")
        right = asked(worker, trial("Right")).result
        assert isinstance(right, Judgement)
        assert {finding.verdict for finding in right.findings} == {Verdict.PASS}

    at_a_limit(costs_one)


def test_a_supervisor_that_says_nothing_in_time_costs_one_task(layers, supervised):
    worker = supervised(Limits(LONGEST))
    assert verdicts(asked(worker, trial("Right"))) == {Verdict.PASS}
    layers.write_text(layers.read_text().replace("class Right", "import time\ntime.sleep(1e6)\n\nclass Right"))
    worker.send([trial("Wrong")])
    assert worker.look() is None
    worker._heard -= 3 * LONGEST
    told = f"timed out after {LONGEST:g} s, and the process that watches it does not answer"
    assert worker.look().result == NoResult("process", told)


def test_one_without_a_task_or_without_limits_is_not_held_to_any(layers, supervised):
    worker = supervised(Limits())
    assert verdicts(asked(worker, trial("Right"))) == {Verdict.PASS}
    worker._heard -= 1e6
    assert worker.look() is None
    worker.send([trial("Right")])
    worker._heard -= 1e6
    assert worker.look() is None


def test_one_thread_computes(layers, ask, tmp_path):
    (tmp_path / "told.py").write_text(
        layers.read_text() + "\nassert os.environ['OPENBLAS_NUM_THREADS'] == os.environ['OMP_NUM_THREADS'] == '1'"
    )
    assert ask(LoadTarget(at("told.py"))).result.layers


def test_nothing_is_left_running(layers, worker):
    asked(worker, trial("Right"))
    pid = worker._process.pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


LOOPS = """

class Loops(Right):
    def forward(self, x):
        if pid := os.fork():
            with open("written", "w") as file:
                print(os.getpid(), pid, file=file)
            os.rename("written", "looping")
            {act}
        while True:
            pass
"""


@pytest.mark.parametrize(
    "act", ["os.kill(os.getppid(), signal.SIGSTOP)", "os.kill(os.getppid(), signal.SIGKILL)", "pass"]
)
def test_a_layer_that_loops_ends_with_its_supervisor_however_that_ends(layers, tmp_path, monkeypatch, worker, act):
    monkeypatch.setattr(module, "PATIENCE", 0.1 if "STOP" in act else LONGEST)
    layers.write_text("import signal\n" + layers.read_text() + LOOPS.format(act=act))
    worker.send([trial("Loops")])
    until((tmp_path / "looping").exists)
    pids = [int(word) for word in (tmp_path / "looping").read_text().split()]
    try:
        worker.close()
        assert until(lambda: all(gone(pid) for pid in pids))
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def test_what_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr("gradcheck.execution.launch._START", "raise SystemExit('no numpy here')")
    worker = SupervisorProcess(Limits())
    with pytest.raises(GradcheckError, match="could not be started: no numpy here"):
        worker.receive()
    worker.close()

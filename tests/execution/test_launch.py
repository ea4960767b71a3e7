from __future__ import annotations

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.execution import launch as module
from gradcheck.execution.executor import Limits
from gradcheck.execution.launch import Launch, child_of, drop_ahead, start_ahead
from gradcheck.execution.supervisor_process import SupervisorProcess
from gradcheck.execution.task import Address, JudgeCase
from gradcheck.records.case import Case
from tests.execution.conftest import asked
from tests.processes import LONGEST

LIMITS = Launch(LONGEST, None)


@pytest.fixture(autouse=True)
def none_left():
    yield
    drop_ahead()


def test_one_that_was_started_ahead_is_taken_once():
    start_ahead(LIMITS, 1)
    ((_, ahead),) = module._AHEAD
    first, second = child_of(LIMITS), child_of(LIMITS)
    assert first is ahead
    assert second.process.pid != ahead.process.pid
    for child in (first, second):
        child.drop()


def test_one_of_other_limits_is_left():
    start_ahead(LIMITS, 1)
    other = child_of(Launch(LONGEST, 2**30))
    assert len(module._AHEAD) == 1
    other.drop()


def test_those_that_nobody_asks_for_end():
    start_ahead(LIMITS, 2)
    processes = [child.process for _, child in module._AHEAD]
    assert [process.poll() for process in processes] == [None, None]
    drop_ahead()
    assert None not in [process.poll() for process in processes]
    assert module._AHEAD == []


def test_what_was_started_ahead_does_tasks(layers):
    start_ahead(LIMITS, 1)
    supervisor = SupervisorProcess(Limits(LONGEST))
    try:
        assert module._AHEAD == []
        task = JudgeCase("1.1", Address("layers.py:Right"), Case("Right", "normal", sizes=(("n", 3),)))
        assert isinstance(asked(supervisor, task).result, Judgement)
    finally:
        supervisor.close()

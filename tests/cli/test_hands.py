"""Who loads and examines layers."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from gradcheck.cli.execution import Execution
from gradcheck.cli.hands import Here, hands
from gradcheck.errors import UsageError
from gradcheck.execution.supervisor import Limits
from gradcheck.records.plan import Plan
from gradcheck.run.crew import Crew
from gradcheck.run.shards import WHOLE, Shard
from tests.processes import LONGEST

PLAN = Plan(inputs=("normal",))


def test_without_options_this_process_does():
    with hands(Execution()) as able:
        assert isinstance(able, Here)
        (softmax,) = able.load("softmax")
        assert able.examine(softmax, PLAN).passed
        assert able.so_far() == ()
        assert not able.elsewhere


def test_with_options_others_do_and_are_ended():
    with hands(Execution(jobs=2, timeout=LONGEST, memory=2**29)) as able:
        assert isinstance(able, Crew)
        assert (able.desk.pool.size, able.desk.pool.limits) == (2, Limits(LONGEST, 2**29))
        (softmax,) = able.load("softmax")
        assert softmax.layer is None
        able.announce([(softmax, PLAN)])
        assert able.examine(softmax, PLAN).passed
    assert able.desk.pool._workers == []


def test_they_are_ended_whatever_happens():
    with suppress(ZeroDivisionError), hands(Execution(jobs=1)) as able:
        able.load("softmax")
        raise ZeroDivisionError
    assert able.desk.pool._workers == []


def test_one_process_unless_more_are_asked_for():
    with hands(Execution(timeout=1.0)) as able:
        assert able.desk.pool.size == 1


@pytest.mark.parametrize(("by_case", "shard"), [(True, Shard(1, 2)), (False, WHOLE)])
def test_a_shard_is_a_part_of_the_cases_unless_it_is_one_of_something_else(by_case, shard):
    with hands(Execution(shard=(1, 2)), by_case=by_case) as able:
        assert able.shard == shard


def test_a_journal_is_opened_once_the_run_is_known(tmp_path):
    path = tmp_path / "run.journal"
    with hands(Execution(journal=path)) as able:
        assert not path.exists()
        able.announce([])
        assert path.exists()
    with hands(Execution(resume=Path(path))) as able:
        able.announce([])


def test_a_system_that_cannot_fork_is_told_so(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(UsageError, match="needs a system that can fork"), hands(Execution(jobs=2)):
        pass
    with hands(Execution()):
        pass

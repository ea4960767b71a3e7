"""Planted layers, a sample of them: every failure shrinks to one that still fails, and has a script that shows it."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.defects.shrink.counterexample import smallest_failure
from gradcheck.defects.shrink.recheck import Recheck
from gradcheck.defects.shrink.script import body
from tests.mutants import MUTANTS

SECONDS = 4.0  # that a process computes: some fifty points, each of which is diagnosed too
LONGEST = 600.0
SAMPLE = [one for one in MUTANTS[::24] if "cache: by id" not in one.name]  # whose failure is a matter of luck


@lru_cache
def shrunk(one, judged):
    """The smallest failure of a mutant's check, and the seconds of computing that it took to find."""
    failures = judged.caught(one).report.failures
    finding = next(f for f in failures if f.check == one.check)
    start = time.process_time()
    return smallest_failure(fresh(one)(), finding, LONGEST, fresh(one)), time.process_time() - start


def fresh(one):
    return lambda: subject_of(one.make())


@pytest.mark.parametrize("one", SAMPLE, ids=lambda one: one.name)
def test_the_worst_failure_becomes_small_and_can_be_shown(one, judged):
    smallest, seconds = shrunk(one, judged)
    assert seconds < SECONDS
    again = replace(smallest.finding, case=smallest.probe.point.case)
    assert Recheck(fresh(one), again, alone=False).again() is not None
    assert body(fresh(one)(), again, fresh(one))


def test_half_of_the_entries_are_zero_in_the_median(judged):
    entries = [np.concatenate([array.reshape(-1) for array in shrunk(one, judged)[0].arrays]) for one in SAMPLE]
    assert statistics.median(np.count_nonzero(all_) / all_.size for all_ in entries) <= 0.5

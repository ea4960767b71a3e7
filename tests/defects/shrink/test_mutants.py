"""Planted layers, a sample of them: every failure shrinks to one that still fails, and has a script that shows it."""

from __future__ import annotations

import statistics
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.defects.shrink.counterexample import smallest_failure
from gradcheck.defects.shrink.recheck import Recheck
from gradcheck.defects.shrink.script import body
from tests.mutants import MUTANTS

POINTS = 40  # that are looked at with care, several times as many as any takes; each of them is diagnosed too
LONGEST = 600.0
SAMPLE = [one for one in MUTANTS[::24] if "cache: by id" not in one.name]  # whose failure is a matter of luck


@lru_cache
def shrunk(one, judged):
    """The smallest failure of a mutant's check, and how many points were looked at to find it."""
    failures = judged.caught(one).report.failures
    finding = next(f for f in failures if f.check == one.check)
    looked_at = []

    def counting(self, arrays, at=Recheck.at):
        looked_at.append(arrays)
        return at(self, arrays)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recheck, "at", counting)
        return smallest_failure(fresh(one)(), finding, LONGEST, fresh(one)), len(looked_at)


def fresh(one):
    return lambda: subject_of(one.make())


@pytest.mark.parametrize("one", SAMPLE, ids=lambda one: one.name)
def test_the_worst_failure_becomes_small_and_can_be_shown(one, judged):
    smallest, points = shrunk(one, judged)
    assert 0 < points < POINTS
    again = replace(smallest.finding, case=smallest.probe.point.case)
    assert Recheck(fresh(one), again, alone=False).again() is not None
    assert body(fresh(one)(), again, fresh(one))


def test_half_of_the_entries_are_zero_in_the_median(judged):
    entries = [np.concatenate([array.reshape(-1) for array in shrunk(one, judged)[0].arrays]) for one in SAMPLE]
    assert statistics.median(np.count_nonzero(all_) / all_.size for all_ in entries) <= 0.5

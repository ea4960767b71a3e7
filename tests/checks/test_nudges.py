from __future__ import annotations

import itertools

import numpy as np
import pytest

from gradcheck.adapters.breach import Breach
from gradcheck.checks.nudges import NUDGES, largest_change, rounded
from gradcheck.records.fault import Fault, FaultKind

BREACH = Breach(Fault.of(FaultKind.NO_ARRAY, "bprop"))
ARRAYS = (np.array([1.0, -2.0]), np.array([3]))


def test_entries_move_by_a_few_units_and_labels_do_not():
    moved = list(rounded(ARRAYS, 1e-9, np.random.default_rng(0)))
    assert len(moved) == NUDGES
    for (x, labels), factor in moved:
        assert np.abs(x / ARRAYS[0] - 1) == pytest.approx(8e-9, rel=1e-4)
        assert labels is ARRAYS[1]
        assert 1 <= factor < 2


def change(*said):
    """The largest change from (1, 2) of a claim that says these, in turn."""
    answers = itertools.cycle(said)

    def claim(_arrays, _size):
        answer = next(answers)
        if isinstance(answer, Breach):
            raise answer
        return answer

    return largest_change(claim, np.array([1.0, 2.0]), ARRAYS, 1e-9, np.random.default_rng(0)).tolist()


def test_the_largest_change_of_each_entry_is_kept_and_breaches_are_passed_over():
    assert change(np.array([1.0, 2.5]), BREACH, np.array([0.5, 2.0])) == [0.5, 0.5]
    assert change(BREACH) == [0, 0]

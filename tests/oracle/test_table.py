"""Large tables are looked at some rows at a time."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.checks.compare import compare
from gradcheck.oracle import table as module
from gradcheck.oracle.table import row_blocks, stacked
from gradcheck.records.estimate import Estimate


@pytest.mark.parametrize(("rows", "numbers"), [(7, 3), (1, 50), (9, 1), (4, 0), (0, 3)])
def test_blocks_have_each_row_once(rows, numbers, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 6)
    seen = [row for block in row_blocks(rows, numbers) for row in range(rows)[block]]
    assert seen == list(range(rows))


def test_blocks_are_as_small_as_wanted_and_one_where_there_is_room(monkeypatch):
    assert row_blocks(100, 10) == [slice(0, module.AT_ONCE // 10)]
    monkeypatch.setattr(module, "AT_ONCE", 6)
    assert {block.stop - block.start for block in row_blocks(100, 3)} == {2}


def test_a_single_block_is_not_copied_and_several_are_one_array():
    part = np.arange(3.0)
    assert stacked([(part,)])[0] is part
    assert stacked([(part,), (part + 3,)])[0].tolist() == list(range(6))


def judged():
    """A comparison in which the only large slope, which allows errors of its rounding elsewhere, is in the last row."""
    value = np.tile([1e-9, 2e-9], (50, 1))
    value[-1] = 1.0
    sizes = (np.full_like(value, size) for size in (1e-20, 0.0, 1e-9, 1.0, 0.0))
    analytic = value + np.array([0.0, 1e-17])
    analytic[7, 1] = np.nan
    analytic[11, 0] *= 2
    return compare(analytic, Estimate(value, *sizes), eps=2.2e-16, wobble=np.full_like(value, 1e-25), passing=1e-15)


def test_a_comparison_in_blocks_is_that_of_the_whole(monkeypatch):
    whole = judged()
    monkeypatch.setattr(module, "AT_ONCE", 6)
    parts = judged()
    for name in ("limit", "certain", "wrong", "unknown", "undefined", "kink"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    assert repr(parts.summary) == repr(whole.summary)  # NaN is not equal to itself
    assert np.argwhere(parts.wrong).tolist() == [[7, 1], [11, 0]]

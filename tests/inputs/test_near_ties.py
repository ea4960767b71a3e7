from __future__ import annotations

import numpy as np
import pytest

WIDEST = 4e-3


def nearest_gap(row):
    """The smallest distance between two entries, relative to their size where that is above 1."""
    ordered = np.sort(row.astype(float))
    return (np.diff(ordered) / np.maximum(1.0, np.abs(ordered[1:]))).min()


@pytest.mark.parametrize("shape", [(2,), (5,), (4, 6)], ids=str)
def test_every_row_holds_two_entries_close_but_apart(drawn, shape):
    for seed in range(10):
        for row in np.atleast_2d(drawn("near_ties", shape, seed=seed)):
            assert 0 < nearest_gap(row) < WIDEST


def test_neither_ties_nor_normal_values_are_like_that(drawn):
    assert nearest_gap(drawn("ties", (3,))) == 0
    assert nearest_gap(drawn("normal", (3,))) > WIDEST


def test_gaps_of_all_sizes_occur(drawn):
    gaps = [nearest_gap(drawn("near_ties", (3,), seed=seed)) for seed in range(60)]
    assert min(gaps) < 1e-10
    assert sorted(gaps)[30] < 1e-6
    assert max(gaps) > 1e-5


def test_some_entries_are_almost_zero(drawn):
    values = np.abs([drawn("near_ties", (5,), seed=seed) for seed in range(20)])
    assert ((values > 0) & (values < 1e-5)).any()
    assert not (np.abs([drawn("normal", (5,), seed=seed) for seed in range(20)]) < 1e-5).any()


def test_float32_can_hold_the_gaps(drawn):
    found = [nearest_gap(drawn("near_ties", (3,), seed=seed, dtype="float32")) > 0 for seed in range(20)]
    assert sum(found) > 15


def test_at_a_small_scale_the_gaps_shrink_too(drawn):
    assert np.abs(drawn("near_ties", (50,), scale=1e-6)).max() < 1e-5

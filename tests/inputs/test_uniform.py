from __future__ import annotations

import numpy as np


def flat(values, scale=1.0):
    counts, _ = np.histogram(values / scale, bins=8, range=(-4, 4))
    return counts.sum() == values.size and counts.min() > 0.1 * values.size


def test_values_fill_the_range_evenly(drawn):
    assert flat(drawn("uniform", (50, 80)))
    assert flat(drawn("uniform", (50, 80), scale=1e-3), scale=1e-3)


def test_normal_values_do_not(drawn):
    assert not flat(drawn("normal", (50, 80)))


def test_a_wide_interval_keeps_points_spread_over_its_width(drawn):
    values = drawn("uniform", (50, 80), domain=(-500.0, 300.0))
    counts, _ = np.histogram(values, bins=8, range=(-500, 300))
    assert counts.min() > 0.05 * values.size
    assert (np.abs(values) < 4).mean() > 0.4


def test_an_interval_of_ordinary_width_is_filled_as_before(drawn):
    assert (np.abs(drawn("uniform", (50, 80), domain=(-1.0, 1.0))) < 1).all()

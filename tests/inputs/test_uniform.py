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

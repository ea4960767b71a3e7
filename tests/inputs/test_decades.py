from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_entries_reach_from_a_millionth_to_a_hundred_thousand_scales(drawn, scale):
    x = drawn("decades", scale=scale, shape=(40, 7))
    size = np.abs(x) / scale
    assert 1e-6 * 0.999 <= size.min() < 1e-5
    assert 1e4 < size.max() <= 1e5 * 1.001


def test_each_decade_is_dealt_before_any_comes_again(drawn):
    x = drawn("decades", shape=(14,))
    edges = 10.0 ** np.array([-6.0, -5, -4, -3, -2, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5])
    assert np.histogram(np.abs(x), edges)[0].tolist() == [1] * 14


def test_both_signs_occur(drawn):
    x = drawn("decades", shape=(200,))
    assert 50 < (x > 0).sum() < 150

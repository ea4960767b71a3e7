from __future__ import annotations

import numpy as np
import pytest

BANDS = ((1e-12, 1e-6), (1e-150, 1e-30), (5e-324, 1e-290))


def kinds(values):
    sizes = np.abs(values)
    return [int(((sizes >= low) & (sizes <= high)).sum()) for low, high in BANDS]


@pytest.mark.parametrize("where", ["real", "positive", "nonnegative", "nonzero", (-1.0, 2.0)], ids=str)
@pytest.mark.parametrize("shape", [(3,), (5,), (3, 4)], ids=str)
def test_each_point_mixes_small_smaller_and_smallest(drawn, shape, where):
    for seed in range(10):
        counts = kinds(drawn("tiny", shape, where, seed=seed))
        assert min(counts) > 0
        assert sum(counts) == np.prod(shape)


def test_normal_values_are_none_of_these(drawn):
    assert kinds(drawn("normal", (20, 20))) == [0, 0, 0]


def test_denormals_occur_and_no_scale_makes_them_zero(drawn):
    assert (np.abs(drawn("tiny", (10, 10))) < np.finfo(float).tiny).any()
    assert drawn("tiny", (10, 10), scale=1e-9).all()


@pytest.mark.parametrize("where", ["unit", "simplex", (1.0, 2.0)], ids=str)
def test_domains_without_small_values_are_passed_over(drawn, where):
    assert drawn("tiny", domain=where) is None

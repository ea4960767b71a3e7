from __future__ import annotations

import numpy as np
import pytest


def rising(values):
    return (np.diff(values, axis=-1) > 0).all()


def test_rows_increase_strictly(drawn, domain):
    for shape in () if domain == "labels" else ((5,), (3, 4), (2, 2, 3), (300,)):
        assert rising(drawn("ascending", shape, domain)), shape
        assert not rising(drawn("normal", shape, domain)), shape


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_at_other_scales_too(drawn, scale):
    values = drawn("ascending", (6,), scale=scale)
    assert rising(values)
    assert scale < np.ptp(values) < 10 * scale


def test_both_signs_occur(drawn):
    values = np.array([drawn("ascending", (5,), seed=seed) for seed in range(10)])
    assert (values < 0).any()
    assert (values > 0).any()


def test_labels_count_up_and_start_again(drawn):
    assert drawn("ascending", (7,), "labels").tolist() == [0, 1, 2, 3, 4, 0, 1]

from __future__ import annotations

import numpy as np


def test_values_are_standard_normal(drawn):
    values = drawn("normal", (50, 80))
    assert abs(values.mean()) < 0.05
    assert abs(values.std() - 1) < 0.05
    assert np.abs(values).max() > 3


def test_the_scale_multiplies(drawn):
    assert abs(drawn("normal", (50, 80), scale=1e3).std() / 1e3 - 1) < 0.05

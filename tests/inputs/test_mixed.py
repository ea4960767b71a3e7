from __future__ import annotations

import numpy as np


def decades(values):
    return set(np.floor(np.log10(np.abs(values))).astype(int).ravel().tolist())


def test_every_decade_occurs_with_either_sign(drawn):
    values = drawn("mixed", (10, 20))
    assert decades(values) == decades(-values[values < 0]) == set(range(-3, 3))


def test_normal_values_hardly_leave_one_decade(drawn):
    assert not decades(drawn("normal", (10, 20))) >= set(range(-3, 3))

"""Answers of the wrong form."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.forms import corruptions

V, X = np.ones(4), np.array([0.1, 0.2, 0.3, 0.4])


@pytest.fixture
def answer(cube, by_name):
    return lambda name: by_name(corruptions, cube)[name].corrupt().bprop(V, X)


def test_float32_keeps_seven_digits(answer, cube):
    right = cube.layer.bprop(V, X)
    error = np.abs(answer("rounded to float32") / right - 1).max()
    assert 0 < error < 1e-7
    assert answer("rounded to float32").dtype == np.float64


def test_one_entry_is_nan(answer):
    assert np.isnan(answer("NaN in one entry")).tolist() == [False, False, True, False]


def test_shape_and_type(answer):
    assert answer("an axis too many").shape == (1, 4)
    assert answer("integers").dtype.kind == "i"
    assert answer("None") is None

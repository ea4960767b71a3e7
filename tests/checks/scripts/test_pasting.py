from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradcheck.checks.scripts.pasting import literal, variables
from gradcheck.records.input import Input


@given(st.data(), st.sampled_from(["float64", "float32", "float16", "int64"]))
def test_a_literal_is_the_array(data, name):
    shape = data.draw(array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    finite = {} if name == "int64" else {"allow_nan": False, "allow_infinity": False}
    array = data.draw(arrays(name, shape, elements=finite))
    back = eval(literal(array), {"np": np})  # noqa: S307 - the point of the test
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.array([0, 2.5]), "np.array([0, 2.5])"),
        (np.array([1.0, 0.0]), "np.array([1, 0.])"),
        (np.array(3.0), "np.array(3.)"),
        (np.array([[1.0], [2.0]]), "np.array([[1], [2.]])"),
        (np.array([1, 2]), "np.array([1, 2])"),
        (np.array([0.1], np.float32), "np.array([0.1], dtype='float32')"),
        (np.zeros((0, 2)), "np.zeros((0, 2))"),
    ],
)
def test_literals_are_short(array, text):
    assert literal(array) == text


def test_names_that_python_takes_stay():
    inputs = [Input(name, ()) for name in ("x", "W1", "v", "np", "lambda", "a b", "2x", "x; import os", "é")]
    assert variables(inputs) == ["x", "W1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"]


def test_no_two_variables_are_one():
    names = variables([Input("x1", ()), Input("v", ()), Input("x2", ()), Input("np", ())])
    assert len(set(names)) == 4

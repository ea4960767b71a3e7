"""Right numbers in the wrong place."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.defects.places import corruptions
from gradcheck.records.input import Input

X, B = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one entry of x zeroed", [[1, 0, 3], [0.5, 0, 4], [2, 0, -3]]),
        ("one output zeroed", [[1, 2, 3], [0, 0, 0], [2, 0.25, -3]]),
        ("inputs shifted by one", [[3, 1, 2], [4, 0.5, -1], [-3, 2, 0.25]]),
        ("outputs in reverse order", [[2, 0.25, -3], [0.5, -1, 4], [1, 2, 3]]),
        ("gradients of x and b swapped", [[6, 0, 0], [0, 0.5, 0], [0, 0, -2]]),
    ],
)
def test_the_jacobian_by_the_first_input(mixing, by_name, consistent, name, expected):
    layer = by_name(corruptions, mixing)[name].corrupt()
    assert layer.jacobian(X, B)[0].tolist() == expected
    assert consistent(layer, X, B)


def test_only_gradients_of_one_shape_are_swapped(affine, by_name):
    assert not [name for name in by_name(corruptions, affine) if "swapped" in name]


def test_a_number_cannot_be_shifted(by_name):
    class Square:
        inputs = (Input("x", ()),)

        def forward(self, x):
            return x * x

        def bprop(self, v, x):
            return 2 * v * x

    layer = by_name(corruptions, subject_of(Square()))["inputs shifted by one"].corrupt()
    assert layer.bprop(np.array(1.0), np.array(3.0)) == 6

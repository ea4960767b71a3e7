"""Wrong uses of v."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.defects.cotangents import corruptions


@pytest.mark.parametrize(
    ("name", "same", "other"),
    [
        ("v ignored", [1, 1, 1, 1], [2, 0, 0, 0]),
        ("v averaged", [3, 3, 3, 3], [1, 2, 3, 4]),
        ("v |v| in place of v", [0, 1, 0, -1], [0, 2, 0, 0]),
        ("|v| in place of v", [1, 2, 3, 4], [1, -2, 3, 4]),
        ("v clipped at 100", [1, 100, -100, 0], [1, 101, 0, 0]),
    ],
)
def test_it_is_right_for_some_v_and_wrong_for_others(cube, by_name, name, same, other):
    layer, x = by_name(corruptions, cube)[name].corrupt(), np.array([1.0, 2.0, 3.0, 4.0])
    same, other = np.array(same, float), np.array(other, float)
    assert np.array_equal(layer.bprop(same, x), cube.layer.bprop(same, x))
    assert not np.array_equal(layer.bprop(other, x), cube.layer.bprop(other, x))


def test_there_are_none_without_a_bprop():
    class Square:
        def forward(self, x):
            return x * x

        def jacobian(self, x):
            return np.diag(2 * x)

    assert list(corruptions(subject_of(Square()))) == []

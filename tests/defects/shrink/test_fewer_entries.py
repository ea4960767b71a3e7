from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.shrink.fewer_entries import cut, cut_sizes
from gradcheck.defects.shrink.smallest import Smallest
from gradcheck.records.input import Input

DENSE = (Input("x", ("batch", "n")), Input("W", ("n", "m")), Input("b", ("m",)))
LABELLED = (Input("x", ("batch", "classes")), Input("t", ("batch",), "labels", classes="classes"))


def dense():
    return [np.arange(12.0).reshape(3, 4), np.arange(8.0).reshape(4, 2), np.arange(2.0)]


def test_all_axes_of_a_name_are_cut_alike():
    x, weights, b = cut(DENSE, dense(), "n", (1, 3))
    assert x.tolist() == [[1, 3], [5, 7], [9, 11]]
    assert weights.tolist() == [[2, 3], [6, 7]]
    assert b.tolist() == [0, 1]


def test_a_name_may_stand_twice_in_a_shape():
    (x,) = cut((Input("x", ("n", "n")),), [np.arange(9.0).reshape(3, 3)], "n", (0, 2))
    assert x.tolist() == [[0, 2], [6, 8]]


def test_labels_move_with_their_classes_or_to_zero_without_them():
    arrays = [np.arange(8.0).reshape(2, 4), np.array([3, 1])]
    x, t = cut(LABELLED, arrays, "classes", (0, 3))
    assert x.tolist() == [[0, 3], [4, 7]]
    assert (t.tolist(), t.dtype) == ([1, 0], np.int64)


def test_what_is_needed_of_each_axis_stays():
    small = Smallest(DENSE, dense(), lambda arrays: 6.0 in arrays[0] and 1.0 in arrays[2])
    cut_sizes(small)
    assert [a.tolist() for a in small.arrays] == [[[6]], [[5]], [1]]


@pytest.mark.parametrize(("fails", "shape"), [(lambda arrays: True, (1, 1)), (lambda arrays: False, (3, 4))])
def test_an_axis_is_never_cut_to_nothing(fails, shape):
    small = Smallest(DENSE, dense(), fails)
    cut_sizes(small)
    assert small.arrays[0].shape == shape


def test_lengths_that_have_no_name_stay():
    small = Smallest((Input("x", (3,)),), [np.arange(3.0)], lambda arrays: True)
    cut_sizes(small)
    assert small.arrays[0].size == 3

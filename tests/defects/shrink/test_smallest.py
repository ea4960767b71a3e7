from __future__ import annotations

import numpy as np

from gradcheck.defects.shrink.smallest import Smallest
from gradcheck.records.input import Input

X = (Input("x", ("n",), "positive"),)


def smallest(fails):
    return Smallest(X, [np.array([1.0, 2.0])], fails)


def test_arrays_that_fail_take_the_place_of_larger_ones():
    one = smallest(lambda arrays: True)
    assert one.takes([np.array([1.0])])
    assert one.arrays[0].tolist() == [1]


def test_arrays_that_pass_do_not():
    one = smallest(lambda arrays: False)
    assert not one.takes([np.array([1.0])])
    assert one.arrays[0].tolist() == [1, 2]


def test_the_same_arrays_and_those_outside_of_the_domain_are_not_even_tried():
    one = smallest(lambda arrays: 1 / 0)
    assert not one.takes([np.array([1.0, 2.0])])
    assert not one.takes([np.array([0.0])])

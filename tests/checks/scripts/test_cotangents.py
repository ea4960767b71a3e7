from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.checks.scripts.cotangents import columns, cotangent, worst_outputs

POINT = "x=[1,0.5,0]"


def test_the_worst_row_of_the_jacobian_is_enough(wrong, failure):
    found = failure(wrong(), POINT)
    assert cotangent(found).tolist() == [1, 0, 0]
    assert worst_outputs(found, "bprop") == (0,)


@pytest.mark.parametrize(
    ("change", "v"),
    [
        (lambda v: v * (1 + (np.count_nonzero(v) > 1)), [1, 1, 1]),
        (np.abs, [-1, -1, -1]),
    ],
)
def test_where_no_single_one_shows_it_others_are_tried(wrong, failure, change, v):
    found = failure(wrong(bprop=lambda v, x: change(v) * np.cos(x)), "x=[0.5,0.5,0.5]")
    assert cotangent(found).tolist() == v


def test_a_single_number_has_the_cotangent_one(wrong, failure):
    found = failure(wrong(forward=lambda x: np.asarray(np.sin(x).sum()), bprop=lambda v, x: v * np.ones_like(x)), POINT)
    assert cotangent(found).shape == ()
    assert cotangent(found) == 1


def test_the_columns_are_those_of_the_input(wrong, failure):
    layer = wrong(
        Input("x", ("n",)), Input("y", ("n",)), forward=lambda x, y: x * y, bprop=lambda v, x, y: (v * y, v * y)
    )
    assert columns(failure(layer, "x=[1,2],y=[3,4]", input="y")) == slice(2, 4)


def test_a_layer_that_is_seen_in_part_has_none(wrong, failure):
    layer = wrong(forward=lambda x: np.cumsum(np.sin(x)), bprop=lambda v, x: 2 * np.cumsum(v[::-1])[::-1] * np.cos(x))
    found = failure(layer, f"x=[{','.join(['1'] * 600)}]")
    assert found.probe.sample is not None
    assert cotangent(found) is None

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.position import listed, region_of
from gradcheck.defects.relation import relation_of
from tests.mutants.kit import elementwise, tanh_slope


@pytest.mark.parametrize(
    ("chosen", "shape", "words"),
    [
        ([0, 0, 1, 0], (4,), "[2]"),
        ([0, 0, 0, 1], (4,), "[3] (the last)"),
        ([1, 0, 0, 0], (4,), "[0] (the first)"),
        ([1, 1, 1, 0], (4,), "all but [3]"),
        ([1, 0, 1, 0], (4,), "[0] and [2]"),
        ([1, 0, 1, 0], (2, 2), "[:,0]"),
        ([1, 0, 0, 1], (2, 2), "the diagonal"),
        ([1, 1, 0, 0, 0, 1], (2, 3), "[0,0], [0,1] and [1,2]"),
        ([1, 1, 1, 1, 0, 0, 0, 1, 1, 0], (2, 5), "6 of 10 entries, such as [0,0],"),
    ],
)
def test_entries_in_words(chosen, shape, words):
    assert listed(np.array(chosen, dtype=bool), shape) == words


def test_a_place_must_be_wrong_wherever_it_tells(evidence):
    always = evidence(elementwise(np.tanh, lambda x: np.where(np.arange(5) == 2, 2, 1) * tanh_slope(x), 5))
    sometimes = evidence(
        elementwise(np.tanh, lambda x: np.where((np.arange(5) == 2) & (x < 0), 2, 1) * tanh_slope(x), 5)
    )
    assert region_of(always, relation_of(always).shows).words == "in [2] of x only"
    assert region_of(sometimes, relation_of(sometimes).shows) is None

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.input import Input

SHAPES = ((2,), (3,), (5,), (4, 3), (3, 8))


def tied(row):
    return len(set(row.tolist())) < len(row)


def tied_at_the_top(row):
    return (row == row.max()).sum() > 1


def test_every_row_has_a_tie_and_some_at_the_top(drawn, domain):
    for shape, seed in itertools.product(SHAPES, range(10)):
        rows = np.atleast_2d(drawn("ties", shape, domain, seed=seed))
        assert all(tied(row) for row in rows), (shape, seed)
        if domain not in ("labels", (float("-inf"), 3.0)):
            assert any(tied_at_the_top(row) for row in rows), (shape, seed)


def test_there_is_more_than_one_value(drawn):
    assert all(1 < len(np.unique(drawn("ties", (4, 6), seed=seed))) <= 3 for seed in range(10))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_normal_values_have_no_ties(drawn, shape):
    assert not any(tied(row) for row in np.atleast_2d(drawn("normal", shape)))


def test_inputs_share_their_values():
    x, t = make_point((Input("x", (9,)), Input("t", (9,))), (), Case("layer", "ties")).arrays
    assert (x == t).any()
    assert set(x.tolist()) & set(t.tolist())


def test_some_labels_repeat(drawn):
    assert all(tied(drawn("ties", (4,), "labels", seed=seed)) for seed in range(10))

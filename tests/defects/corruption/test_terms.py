"""Terms of the Jacobian left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.defects.terms import corruptions, diagonal_alone, transposed, without_diagonal, without_rank_one

X, B = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.0])
SQUARE = np.array([[1.0, 2.0], [3.0, 4.0]])
OBLONG = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def test_every_term_is_lost_by_both_methods(mixing, consistent):
    found = list(corruptions(mixing))
    assert len(found) == 4
    for one in found:
        assert one.whole
        layer = one.corrupt()
        assert consistent(layer, X, B)
        assert not np.allclose(layer.jacobian(X, B)[0], mixing.layer.matrix)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (transposed, [[1, 3], [2, 4]]),
        (without_diagonal, [[0, 2], [3, 0]]),
        (diagonal_alone, [[1, 0], [0, 4]]),
    ],
)
def test_square_matrices_alone_change(change, expected):
    assert change(SQUARE).tolist() == expected
    assert change(OBLONG) is OBLONG


@given(st.integers(0, 99))
def test_what_is_left_of_rank_two_has_rank_one(seed):
    u, v = np.random.default_rng(seed).standard_normal((2, 2, 4))
    assert np.linalg.matrix_rank(without_rank_one(u.T @ v), tol=1e-9) == 1


def test_the_softmax_term_is_that_of_rank_one():
    s = np.array([0.7, 0.2, 0.1])
    assert np.allclose(without_rank_one(-np.outer(s, s)), 0)


def test_what_is_not_finite_stays():
    spoiled = np.array([[np.nan, 1.0]])
    assert without_rank_one(spoiled) is spoiled
    empty = np.zeros((0, 3))
    assert without_rank_one(empty) is empty

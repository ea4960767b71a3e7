from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, tanh_slope

MIX = np.array([[0.5, 0.3, 0.2, -1.0], [0.2, 0.5, 0.4, 0.7], [0.3, 0.1, 0.5, 2.0], [1.0, -0.6, 0.8, 0.9]])
EVEN = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]])  # rows and columns add up to 1
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]])


def before(turned):
    return Plain(args(x=(4,)), lambda x: np.tanh(x) @ MIX.T, lambda v, x: tanh_slope(x) * (turned @ v))


def after(turned):
    return Plain(args(x=(3, 2)), lambda x: np.tanh(EVEN @ x), lambda v, x: turned @ (v * tanh_slope(EVEN @ x)))


def along(turned):
    return Plain(args(x=(3, 2)), lambda x: EVEN @ x @ WEIGHTS, lambda v, x: turned @ v @ WEIGHTS.T)


@pytest.mark.parametrize(
    ("make", "matrix", "said"),
    [
        (before, MIX, "a matrix inside is transposed"),
        (after, EVEN, "a matrix inside is transposed"),
        (along, EVEN, "the matrix that acts along axis 0 of x is transposed"),
    ],
)
def test_a_matrix_inside_is_transposed(make, matrix, said, told):
    found = told(make(matrix))["bprop x"]
    assert found.kind == "transposed"
    assert said in found.sentence
    assert told(make(matrix.T)) == {}


def test_other_errors_off_the_diagonal_are_no_transposition(kinds):
    assert "transposed" not in kinds(before(MIX.T + np.triu(MIX, 1)))

from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

A = np.array([[1, 2, 0, 1, 0.5], [0, 1, 3, 0, 0], [1, 0, 2, 1, 0], [0, 0, 1, 1, 2], [0.5, 0, 0, 0, 3]])
MORE = ("normal", "uniform", "mixed", "negative", "sparse", "ascending", "alternating", "spike", "equal", "ties")


def ahead(x, by=1):
    """The entries that many places further on, in a stack of rows, too."""
    return np.roll(x, -by, axis=-1)


def area(of_x):
    """The area of a polygon, and twice its derivative by x."""

    def bprop(v, x, y):
        return v / 2 * of_x(x, y), v / 2 * (np.roll(x, 1) - np.roll(x, -1))

    return Plain(args(x=(5,), y=(5,)), lambda x, y: (x * ahead(y) - ahead(x) * y).sum(axis=-1) / 2, bprop)


def test_an_index_of_a_difference(told):
    sentence = told(area(lambda _, y: np.roll(y, -1) - y), MORE)["bprop x"].sentence
    assert "doutput/dx[i] is 0.5 y[i+1] - 0.5 y[i-1], and `bprop` gives -0.5 y[i] + 0.5 y[i+1]" in sentence
    assert told(area(lambda _, y: np.roll(y, -1) - np.roll(y, 1)), MORE) == {}


def test_what_is_no_such_sum(told):
    sentence = told(area(lambda _, y: np.roll(y, -1) - y * y), MORE)["bprop x"].sentence
    assert "y[i+1]" not in sentence


def test_a_product_of_an_entry_with_a_difference(told):
    def layer(behind):
        def bprop(v, x):
            return v * (np.roll(x, -1) - np.roll(x, behind)) + np.roll(v * x, 1) - np.roll(v * x, -1)

        return Plain(args(x=(5,)), lambda x: x * (ahead(x) - ahead(x, -1)), bprop)

    assert (
        "dy[i]/dx[i] is x[i+1] - x[i-1], and `bprop` gives x[i+1] - x[i-2]" in told(layer(2), MORE)["bprop x"].sentence
    )
    assert told(layer(1), MORE) == {}


def form(matrix):
    """x^T A x, and a matrix whose product with x is the gradient."""
    return Plain(args(x=(5,)), lambda x: (x @ A * x).sum(axis=-1), lambda v, x: v * (matrix @ x))


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (2 * A, "is (A + A^T) x with constant A, and `bprop` gives 2 A x"),
        (A.T, "is (A + A^T) x with constant A, and `bprop` gives A x"),
        (A + A.T + np.diag([0, 1, 0, 0, 2]), "dy/dx[4] is"),
    ],
)
def test_a_quadratic_form(matrix, said, told):
    assert said in told(form(matrix), MORE)["bprop x"].sentence


def test_a_quadratic_form_that_is_right(told):
    assert told(form(A + A.T), MORE) == {}


def test_a_matrix_of_weights_transposed(told):
    def layer(weights):
        return Plain(
            args(x=(5,), z=(5,)),
            lambda x, z: (x @ A * z).sum(axis=-1),
            lambda v, x, z: (v * (weights @ z), v * (x @ A)),
        )

    said = "the gradient of x is A z with constant A, and `bprop` gives A^T z"
    assert said in told(layer(A.T), MORE)["bprop x"].sentence
    assert told(layer(A), MORE) == {}


def test_a_difference_of_two_inputs(told):
    def layer(matrix):
        def bprop(v, x, m):
            return v * (matrix @ (x - m)), -v * ((A + A.T) @ (x - m))

        return Plain(args(x=(5,), m=(5,)), lambda x, m: ((x - m) @ A * (x - m)).sum(axis=-1), bprop)

    said = "is (A + A^T) (x - m) with constant A, and `bprop` gives 2 A (x - m)"
    assert said in told(layer(2 * A), MORE)["bprop x"].sentence
    assert told(layer(A + A.T), MORE) == {}

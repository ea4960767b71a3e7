from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

SOME = ("normal", "uniform", "mixed", "negative", "spike")


def inverse(order):
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return back


def squares(which):
    """Squares in ascending order of the entries; `which` entry of the gradient goes where."""
    return Plain(
        args(x=(5,)), lambda x: np.sort(x) ** 2, lambda v, x: (2 * v * np.sort(x))[which(np.argsort(x))], name="squares"
    )


@pytest.mark.parametrize(
    ("which", "said"),
    [
        (lambda order: order, "is taken for its inverse"),
        (lambda order: np.arange(5), "left in the order of the sorted entries"),
    ],
)
def test_an_order_that_is_not_undone(which, said, told):
    found = told(squares(which), SOME)["bprop x"]
    assert found.kind == "permutation"
    assert said in found.sentence


def test_an_order_that_is_undone(told):
    assert told(squares(inverse), SOME) == {}


def test_numbers_in_no_order_are_not_told_as_sorted(kinds):
    assert "permutation" not in kinds(squares(lambda order: np.array([1, 2, 0, 4, 3])), SOME)

"""A map at some of its entries alone, where each output comes from the entry in its place, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.entrywise import at_entries_alone
from tests.oracle.maps import flat

X = np.random.default_rng(0).standard_normal(300)
ENTRIES = np.array([3, 17, 200])
ROWS = X + 0.1 * np.random.default_rng(1).standard_normal((4, X.size))


def alone(function):
    forward = flat(function, X)
    return at_entries_alone(forward, ENTRIES, ROWS[:, ENTRIES], forward(ROWS)[:, ENTRIES])


def test_an_elementwise_function_is_the_same_at_a_few_entries():
    found = alone(np.tanh)
    assert found is not None
    assert found.outputs == len(ENTRIES)
    assert (found.x == X[ENTRIES]).all()
    assert (found(ROWS[:, ENTRIES]) == np.tanh(ROWS[:, ENTRIES])).all()


def mixed(x):
    return np.tanh(x) + 1e-12 * x.sum(axis=-1, keepdims=True)


def refusing(x):
    if x.shape[-1] != X.size:
        raise ValueError("another length")
    return np.tanh(x)


@pytest.mark.parametrize(
    "function",
    [
        mixed,
        refusing,
        lambda x: np.tanh(x) * np.linspace(1, 2, x.shape[-1]),
        lambda x: x[..., ::-1],
        lambda x: x[..., :250],
    ],
    ids=["another entry", "a fixed length", "its place", "reversed", "fewer outputs"],
)
def test_no_other_function_is(function):
    assert alone(function) is None

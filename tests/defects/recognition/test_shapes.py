"""Every hypothesis is tested on derivatives of any shape: a fault in one would cost a layer all that is told of it."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.defects.derivatives import HYPOTHESES
from gradcheck.defects.evidence import gather
from tests.defects.recognition.conftest import visited
from tests.mutants.kit import Plain, args, rows_of


def tanh_slope(x):
    return 1 - np.tanh(x) ** 2


def vector(shape):
    """One entry of the output for each of the input."""
    return Plain(args(x=shape), np.tanh, lambda v, x: v * (x + tanh_slope(x)))


def total(shape):
    """A number of all entries."""
    axes = tuple(range(-len(shape), 0))
    return Plain(args(x=shape), lambda x: np.tanh(x).sum(axis=axes), lambda v, x: v * (x + tanh_slope(x)))


def spread(length):
    """Several outputs of one number."""
    powers = np.arange(length)
    return Plain(
        args(x=()), lambda x: np.tanh(x)[..., None] * powers, lambda v, x: x + (v * powers).sum() * tanh_slope(x)
    )


def beside(shape, of):
    """Two inputs, one of them shorter."""
    missing = (1,) * (len(shape) - len(of))
    return Plain(
        args(x=shape, w=of),
        lambda x, w: np.tanh(x) * w.reshape(*w.shape[: w.ndim - len(of)], *missing, *of),
        lambda v, x, w: (v * w * tanh_slope(x) + x, (1 + np.sum(v * np.tanh(x))) * np.ones_like(w)),
    )


def gathered(batch, classes):
    """Rows of a table."""
    inputs = (Input("table", (classes, 2)), Input("ids", batch, domain="labels", classes=classes))
    return Plain(inputs, lambda table, ids: rows_of(table, ids) ** 2, lambda v, table, ids: table + v.sum())


LAYERS = {
    "a number of a number": (vector(()), "x"),
    "a row": (vector((3,)), "x"),
    "one entry": (vector((1,)), "x"),
    "a box": (vector((2, 1, 2)), "x"),
    "a loss of a row": (total((4,)), "x"),
    "a loss of a box": (total((2, 3)), "x"),
    "a loss of a number": (total(()), "x"),
    "a row of a number": (spread(3), "x"),
    "a number beside a box": (beside((2, 3), ()), "w"),
    "a box beside a number": (beside((2, 3), ()), "x"),
    "a row beside a box": (beside((2, 3), (3,)), "w"),
    "rows of a table": (gathered((3,), 4), "table"),
    "a box of rows of a table": (gathered((2, 3), 4), "table"),
    "a row of a table": (gathered((), 4), "table"),
}


@pytest.mark.parametrize(("layer", "name"), LAYERS.values(), ids=LAYERS)
def test_no_hypothesis_fails(layer, name):
    with np.errstate(all="ignore"):
        evidence = gather(list(visited(layer)), "bprop", name)
        assert evidence is not None
        assert evidence.wrong.any()
        for hypothesis in HYPOTHESES:
            found = hypothesis.test(evidence)
            assert found is None or found.sentence


def test_a_number_of_a_number_is_told_its_factor(told):
    layer = Plain(args(x=()), np.sin, lambda v, x: 3 * v * np.cos(x))
    assert told(layer)["bprop x"].sentence == "too large by the factor 3"
    assert not told(Plain(args(x=()), np.sin, lambda v, x: v * np.cos(x)))

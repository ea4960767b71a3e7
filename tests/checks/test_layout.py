from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input

INPUTS = (Input("x", (3, 4)),)


def square(v, x):
    return 2 * v * x


def flat(array):
    """The entries as they lie in memory."""
    return np.lib.stride_tricks.as_strided(array, (array.size,), (array.itemsize,))


def contiguous_only(v, x):
    if not (v.flags.c_contiguous and v.flags.writeable):
        raise ValueError("contiguous arrays only")
    return square(v, x)


def in_place(v, x):
    v *= 2
    return v * x


WRONG = {
    "reads memory order": lambda v, x: (flat(v) * 2 * x.reshape(-1)).reshape(x.shape),
    "refuses strides": contiguous_only,
    "writes into what it is given": in_place,
}


def test_a_layer_that_reads_entries_passes(found, tanh):
    (one,) = found(tanh(inputs=INPUTS, forward=np.square, bprop=square, jacobian=None))
    assert one.verdict is Verdict.PASS


@pytest.mark.parametrize("name", WRONG)
def test_a_layer_that_reads_memory_fails(found, tanh, name):
    (one,) = found(tanh(inputs=INPUTS, forward=np.square, bprop=WRONG[name], jacobian=None))
    assert one.verdict is Verdict.FAIL
    assert one.sentence.startswith("`bprop` ")

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from gradcheck.records.finding import NOTHING_CHECKED, Verdict
from gradcheck.records.input import Input

INPUTS = (Input("x", (3, 4)),)


def square(v, x):
    return 2 * v * x


def flat(array):
    """The entries as they lie in memory."""
    return np.lib.stride_tricks.as_strided(array, (array.size,), (array.itemsize,))


def in_memory_order(v, x):
    return (flat(v) * 2 * x.reshape(-1)).reshape(x.shape)


def contiguous_only(v, x):
    if not v.flags.c_contiguous:
        raise ValueError("contiguous arrays only")
    return square(v, x)


def compiled(v, x):
    np.frombuffer(v, v.dtype)  # numpy's own C code refuses what is not contiguous
    return square(v, x)


def writable_only(v, x):
    assert v.flags.writeable
    return square(v, x)


def compiled_writable(v, x):
    if v.flags.c_contiguous:
        ctypes.c_char.from_buffer(v)  # C code refuses what is read-only
    return square(v, x)


def usual_only(v, x):
    if not (v.flags.c_contiguous and v.flags.writeable and x.flags.c_contiguous and x.flags.writeable):
        raise ValueError("contiguous and writable arrays only")
    return square(v, x)


def float64_only(v, x):
    if v.dtype != np.float64:
        raise TypeError("float64 only")
    return square(v, x)


REFUSE = {
    "contiguous arrays only": (contiguous_only, "a cotangent that is in Fortran order, a slice with gaps"),
    "contiguous arrays only, says C": (compiled, "a cotangent that is in Fortran order, a slice with gaps"),
    "writable arrays only": (writable_only, "a cotangent that is read-only, expanded by broadcasting"),
    "writable arrays only, says C": (compiled_writable, "a cotangent that is read-only"),
}


def in_place(v, x):
    v *= 2
    return v * x


def clips_in_place(v, x):
    v[v > 1e9] = 1e9
    return square(v, x)


def writes_by_a_call(v, x):
    np.negative(v, out=v)
    return -square(v, x)


def reshapes_in_place(v, x):
    v.view().shape = -1
    return square(v, x)


def gives_up(v, x):
    return square(v, x) if v.flags.writeable else None


def refuses_and_misreads(v, x):
    if not v.flags.writeable:
        raise ValueError("writable arrays only")
    return in_memory_order(v, x)


def float64_only_in_memory_order(v, x):
    return in_memory_order(v, x) * (float64_only(v, x) == square(v, x))


WRONG = {
    "reads memory order": in_memory_order,
    "writes into what it is given": in_place,
    "assigns to what it is given, where it is large": clips_in_place,
    "has numpy write into what it is given": writes_by_a_call,
    "assigns a shape, which fails for what is not contiguous": reshapes_in_place,
    "returns nothing": gives_up,
    "refuses one layout and misreads another": refuses_and_misreads,
    "refuses more digits and reads memory order": float64_only_in_memory_order,
}


def of_square(found, tanh, **parts):
    return found(tanh(inputs=INPUTS, forward=np.square, jacobian=None, **parts))


@pytest.mark.parametrize("bprop", [square, float64_only])
def test_a_layer_that_reads_entries_passes(found, tanh, bprop):
    (one,) = of_square(found, tanh, bprop=bprop)
    assert one.verdict is Verdict.PASS
    assert one.notes == ()


@pytest.mark.parametrize("name", REFUSE)
def test_a_layout_that_a_method_refuses_is_not_applicable(found, tanh, name):
    bprop, what = REFUSE[name]
    (one,) = of_square(found, tanh, bprop=bprop)
    assert one.verdict is Verdict.PASS
    assert any(note.startswith(f"not applicable: `bprop` refuses {what}") for note in one.notes)
    assert not one.empty


def test_where_every_layout_is_refused_nothing_was_checked(found, tanh):
    def forward(x):
        return usual_only(x, x) / 2

    (one,) = of_square(found, tanh, bprop=usual_only)
    assert not one.empty
    (one,) = found(tanh(inputs=INPUTS, forward=forward, bprop=usual_only, jacobian=None))
    assert one.verdict is Verdict.PASS
    assert one.notes[-1] == NOTHING_CHECKED
    assert one.empty


@pytest.mark.parametrize("name", WRONG)
def test_a_layer_that_reads_memory_fails(found, tanh, name):
    (one,) = of_square(found, tanh, bprop=WRONG[name])
    assert one.verdict is Verdict.FAIL
    assert one.sentence.startswith("`bprop` ")

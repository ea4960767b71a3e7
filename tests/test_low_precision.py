"""Layers that compute in few digits: right ones are granted the rounding of their dtype, wrong ones nothing more."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.adapters.contract import law
from gradcheck.cli.main import main
from gradcheck.layers import LAYERS
from gradcheck.layers.loading import load
from tests.mutants.kit import Plain, args, elementwise, softmax, tanh_slope

DTYPES = ("float32", "float16", "bfloat16")
SLIPS = {"float64": 1e-6, "float32": 1e-4, "float16": 1e-2, "bfloat16": 0.1}  # the relative error that must be seen
ORDINARY = ("normal", "uniform", "ties", "near_ties", "saturated", "tiny", "zeros")
OVERFLOWS = ("softmax_cross_entropy",)  # is naive on purpose


@pytest.fixture(params=DTYPES)
def dtype(request):
    if request.param == "bfloat16":
        pytest.importorskip("ml_dtypes")
    return request.param


def softmax_bprop(v, x):
    s = softmax(x)
    return s * (v - (v * s).sum(axis=-1, keepdims=True))


def through(kind):
    """tanh with a derivative that is rounded to a dtype on the way, as a kernel that saves memory does."""

    def slope(x):
        return tanh_slope(x).astype(kind).astype(x.dtype)

    return elementwise(np.tanh, slope)


def tenths(kind):
    """y = x / 10, whose bprop keeps the factor in a dtype."""
    return Plain(args(x=("n",)), lambda x: x * x.dtype.type(0.1), lambda v, x: (v * kind(0.1)).astype(x.dtype))


SMOOTH = {
    "softmax": Plain(args(x=("n",)), softmax, softmax_bprop),
    "tanh": elementwise(np.tanh, tanh_slope),
    "sine": elementwise(np.sin, np.cos),
    "product": Plain(args(x=("n",), w=("n",)), lambda x, w: x * w, lambda v, x, w: (v * w, v * x)),
}


def off_by(layer, slip):
    """The layer with a bprop too large by a relative `slip`."""

    def bprop(v, *arrays):
        found = layer.bprop(v, *arrays)
        wrong = [part * part.dtype.type(1 + slip) for part in (found if isinstance(found, tuple) else (found,))]
        return tuple(wrong) if len(wrong) > 1 else wrong[0]

    return replace(layer, bprop=bprop, jacobian=None)


@pytest.mark.parametrize("name", [name for name in LAYERS if name not in OVERFLOWS])
def test_shipped_layers_are_not_blamed(name, dtype, thorough):
    turn = [*LAYERS].index(name) + DTYPES.index(dtype)
    inputs = ORDINARY if thorough else ORDINARY[turn % 2 :: 2]
    report = gradcheck.check(load(name)[0].layer, inputs=inputs, dtype=dtype)
    assert report.passed, report.failures[0].breadcrumb
    undecided = [f.breadcrumb for f in report.findings if f.verdict is Verdict.INCONCLUSIVE]
    assert len(undecided) <= 0.02 * len(report.findings), undecided[0]


@pytest.mark.parametrize("name", SMOOTH)
def test_a_slip_is_seen_that_the_dtype_itself_would_hide(name, dtype):
    right = gradcheck.check(SMOOTH[name], inputs=["normal"], dtype=dtype)
    wrong = gradcheck.check(off_by(SMOOTH[name], SLIPS[dtype]), inputs=["normal"], dtype=dtype)
    assert right.verdict is Verdict.PASS
    assert "bprop" in {f.check for f in wrong.failures}


@pytest.mark.parametrize(("dtype", "kind"), [("float32", np.float32), ("float16", np.float16)])
@pytest.mark.parametrize("make", [through, tenths])
def test_what_is_rounded_to_the_dtype_is_right_in_it_and_wrong_in_more_digits(make, dtype, kind):
    inputs = ("normal", "uniform", "mixed")
    assert gradcheck.check(make(kind), inputs=inputs, dtype=dtype).verdict is Verdict.PASS
    assert gradcheck.check(make(kind), inputs=inputs, dtype="float64").verdict is Verdict.FAIL


def test_the_allowance_is_stated(dtype):
    told = {"float32": "1.9e-06", "float16": "1.6e-02", "bfloat16": "1.2e-01"}[dtype]
    report = gradcheck.check(SMOOTH["softmax"], inputs=["normal"], dtype=dtype)
    compared = [f for f in report.findings if f.check == "bprop"]
    assert [f.notes for f in compared] == [(f"{dtype}: rounding allows {told}",)]


def test_nothing_is_stated_in_float64():
    report = gradcheck.check(SMOOTH["softmax"], inputs=["normal"])
    assert {f.notes for f in report.findings} == {()}


def test_a_value_lost_at_run_time_is_told(dtype):
    """exp(1.3 t) / exp(t) overflows at t = 70 in float32 and bfloat16 and at t = 11 in float16; exp(0.3 t) does not."""
    t = 11.0 if dtype == "float16" else 70.0
    whole = elementwise(lambda x: np.exp(0.3 * x) / 0.3, lambda x: np.exp(0.3 * x), domain=(t - 1, t))
    naive = elementwise(whole.forward, lambda x: np.exp(1.3 * x) / np.exp(x), domain=(t - 1, t))
    assert gradcheck.check(whole, inputs=["normal"], dtype=dtype).verdict is Verdict.PASS
    sentences = [f.sentence for f in gradcheck.check(naive, inputs=["normal"], dtype=dtype).failures]
    assert any(f"its value in {dtype} is not" in sentence for sentence in sentences)


def test_a_forward_that_overflows_where_its_value_fits_is_told(dtype):
    """sqrt(x^2) of large numbers; a value that fits no number of the dtype is nobody's fault."""
    inputs = args((300, 4000) if dtype == "float16" else (1e30, 3e30), x=("n",))
    lost = Plain(inputs, lambda x: np.sqrt(x * x), lambda v, x: v)
    square = Plain(inputs, lambda x: x * x, lambda v, x: 2 * v * x)
    found = gradcheck.check(lost, inputs=["normal"], dtype=dtype).findings
    assert [f.verdict for f in found if f.check == "contract"] == [Verdict.FAIL]
    assert gradcheck.check(square, inputs=["normal"], dtype=dtype).verdict is Verdict.UNDEFINED


class Lawful(gradcheck.Layer):
    """x + y, and what is said of it."""

    factor = 2.0

    def forward(self, x):
        return np.sin(x)

    def bprop(self, v, x):
        return v * np.cos(x)

    @law
    def double_angle(self, x):
        """sin 2x = 2 sin x cos x."""
        return np.sin(2 * x), self.factor * np.sin(x) * np.cos(x)


class Lawless(Lawful):
    factor = 2.02


def test_a_law_off_by_a_hundredth_is_told(dtype):
    assert gradcheck.check(Lawful(), inputs=["normal"], dtype=dtype).verdict is Verdict.PASS
    assert {f.check for f in gradcheck.check(Lawless(), inputs=["normal"], dtype=dtype).failures} == {"laws"}


def test_a_jury_without_more_digits_still_sees_what_rounding_does_not_explain(dtype):
    """A bprop that refuses any dtype but its own is held against the allowance of that dtype."""

    def only_here(slip):
        def bprop(v, x):
            if x.dtype.name != dtype:
                raise TypeError(f"{dtype} is required")
            return v * (tanh_slope(x) * x.dtype.type(1 + slip))

        return Plain(args(x=(5,)), np.tanh, bprop)

    def of_bprop(slip):
        report = gradcheck.check(only_here(slip), inputs=["normal"], dtype=dtype)
        return {f.verdict for f in report.findings if f.check == "bprop"}

    assert of_bprop(0) == {Verdict.PASS}
    assert of_bprop(3) == {Verdict.FAIL}


def test_without_the_package_bfloat16_is_a_usage_error(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    assert main(["softmax", "--dtype", "bfloat16"]) == 2
    assert "pip install 'gradcheck[lowp]'" in capsys.readouterr().err
    assert main(["tanh", "--dtype", "float16", "--inputs", "normal", "-q"]) == 0

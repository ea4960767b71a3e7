from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.judge import probe_of
from gradcheck.inputs.cases import cases_of
from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan


def raising(*_):
    raise RuntimeError("no")


def test_a_layer_that_keeps_the_contract_passes(found, tanh):
    (one,) = found(tanh())
    assert one.verdict is Verdict.PASS


BREACHES = {
    "forward raises": ({"forward": raising}, "ERROR", "`forward` raised RuntimeError: no"),
    "forward gives None": ({"forward": lambda x: None}, "FAIL", "`forward` returned None"),
    "forward gives integers": ({"forward": lambda x: x.astype(int)}, "FAIL", "a real floating dtype is required"),
    "forward gives NaN": ({"forward": lambda x: x * np.nan}, "FAIL", "`forward` returned NaN in y[0]"),
    "forward is infinite": ({"forward": lambda x: x + np.inf}, "UNDEFINED", "`forward` is infinite in 4 of 4"),
    "forward overflows": ({"forward": lambda x: np.log(np.exp(x + 1000))}, "FAIL", "`forward` overflows: inf in y[0]"),
    "bprop raises": ({"bprop": raising}, "FAIL", "`bprop` raised RuntimeError: no"),
    "bprop gives a tuple of two": ({"bprop": lambda v, x: (v, v)}, "FAIL", "`bprop` returned for x a tuple"),
    "bprop of another shape": ({"bprop": lambda v, x: v.sum()}, "FAIL", "of shape (); (4,) is required"),
    "jacobian of another shape": ({"jacobian": lambda x: x}, "FAIL", "of shape (4,); (4, 4) is required"),
    "bprop gives NaN": ({"bprop": lambda v, x: v * np.nan}, "FAIL", "`bprop` gives NaN for x[0]"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_said_in_a_sentence(found, tanh, name):
    parts, verdict, sentence = BREACHES[name]
    first = found(tanh(**parts))[0]
    assert first.verdict.value == verdict
    assert sentence in first.sentence


def test_two_inputs_need_two_gradients(found, tanh):
    inputs = (Input("a", (3,)), Input("b", (3,)))
    layer = tanh(inputs=inputs, forward=lambda a, b: a * b, bprop=lambda v, a, b: v * b, jacobian=None)
    assert "a tuple of 2 gradients is required" in found(layer)[0].sentence
    layer.bprop = lambda v, a, b: (v * b, v * a)
    assert found(layer)[0].verdict is Verdict.PASS


def in_half(x):
    """x / (1 + e^-x) in float16: NaN far below zero, where that has no numbers."""
    z = x.astype(np.float16)
    return (z / (1 + np.exp(-z))).astype(x.dtype)


BEYOND = "`forward` computes in float16, which holds no number as large as"


@pytest.mark.parametrize(
    ("forward", "scale", "verdict", "sentence"),
    [
        (in_half, 1e3, "UNDEFINED", BEYOND),
        (lambda x: in_half(x) * (1 + x / 3e7), 1e3, "FAIL", "`forward` returned NaN in y["),
        (lambda x: in_half(1e3 * x), 1e-1, "FAIL", "`forward` returned NaN in y["),
    ],
    ids=["a cast", "no cast shows", "the point has a place in float16"],
)
def test_numbers_beyond_what_a_cast_holds_have_no_value(tanh, forward, scale, verdict, sentence):
    subject = subject_of(tanh(forward=forward))
    (case,) = cases_of(subject, Plan(inputs=("huge",), scales=(scale,)))
    with np.errstate(all="ignore"):
        first = next(CHECKS["contract"].run(probe_of(subject, case)))
    assert (first.verdict.value, first.sentence[: len(sentence)]) == (verdict, sentence)

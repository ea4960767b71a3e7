from __future__ import annotations

import numpy as np
import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input


def test_a_right_bprop_passes(found, tanh):
    assert {one.verdict for one in found(tanh())} == {Verdict.PASS}


@pytest.mark.parametrize("size", [1e-1, 1e-5, 1e-9])
def test_an_error_just_above_the_floor_fails_and_is_named(found, tanh, size):
    def bprop(v, x):
        gradient = v * (1 - np.tanh(x) ** 2)
        gradient[3] += size * v[0]
        return gradient

    worst = next(one for one in found(tanh(bprop=bprop)) if one.verdict is Verdict.FAIL)
    assert worst.worst == "x[3] for v = one-hot [0]"


def test_each_input_has_its_finding(found, tanh):
    inputs = (Input("a", (3,)), Input("b", (3,)))
    layer = tanh(inputs=inputs, forward=lambda a, b: a * b, bprop=lambda v, a, b: (v * b, v * b), jacobian=None)
    verdicts = {one.input: one.verdict for one in found(layer)}
    assert verdicts == {"a": Verdict.PASS, "b": Verdict.FAIL}


def test_an_input_without_a_gradient_has_none(found, tanh):
    inputs = (Input("x", (3,)), Input("mask", (3,), differentiable=False))
    layer = tanh(inputs=inputs, forward=lambda x, mask: x * mask, bprop=lambda v, x, mask: v * mask, jacobian=None)
    assert {one.input for one in found(layer)} == {"x"}


def test_in_few_digits_the_allowance_is_stated(found, tanh):
    (one, *_) = found(tanh(), dtype="float32")
    assert one.verdict is Verdict.PASS
    assert any("float32" in note for note in one.notes)


@pytest.mark.parametrize(("size", "told"), [(1e25, True), (0.0, False)])
def test_an_output_that_hides_others_is_the_reason_that_is_given(found, tanh, size, told):
    """Beside 1e25 the tangent does not show; a function that wavers does, and is told without that reason."""
    rng = np.random.default_rng(0)
    wavering = tanh(forward=lambda x: np.tanh(x) + size + (0 if size else rng.normal(0, 0.1, x.shape)))
    (finding,) = found(wavering)
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert ("rounding of an output of 1.0e+25 hides terms below" in finding.sentence) is told

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import gradcheck
from gradcheck import Input, Verdict
from gradcheck.inputs import STRATEGIES


def slope(x):
    return 1 - np.tanh(x) ** 2


def mixing(**parts):
    """x W + b, the arguments of which are of three shapes; `W` is square, so that its transpose fits too."""
    right = {
        "inputs": (Input("x", ("batch", "n")), Input("W", ("n", "n")), Input("b", ("n",))),
        "forward": lambda x, W, b: x @ W + b[..., None, :],
        "bprop": lambda v, x, W, b: (v @ W.T, x.T @ v, v.sum(axis=0)),
        "jvp": lambda t, x, W, b: t[0] @ W + x @ t[1] + t[2],
    }
    return SimpleNamespace(**{**right, **parts})


def verdicts(layer, **plan):
    return {one.verdict for one in gradcheck.check(layer, **plan).findings if one.check == "jvp"}


def test_a_right_jvp_passes_everywhere_and_says_what_it_would_have_seen(tanh, thorough):
    for turn, layer in enumerate((tanh(jvp=lambda t, x: t * slope(x)), mixing())):
        report = gradcheck.check(layer, inputs=None if thorough else [*STRATEGIES][turn::2])
        assert not report.failures
        assert any(one.check == "jvp" and one.floor < 1e-10 for one in report.findings)


def test_a_part_in_a_thousand_fails_and_is_named(found, tanh):
    (one,) = found(tanh(jvp=lambda t, x: 1.001 * t * slope(x)))
    assert one.verdict is Verdict.FAIL
    assert one.fault.method == "jvp"
    assert one.worst.startswith("y[")
    assert "for t = one-hot x[" in one.worst


def test_a_transposed_jvp_fails_for_its_input_and_is_told_as_that():
    report = gradcheck.check(mixing(jvp=lambda t, x, W, b: t[0] @ W.T + x @ t[1] + t[2]), inputs=["normal"])
    wrong = [one for one in report.findings if one.check == "jvp" and one.verdict is Verdict.FAIL]
    assert {one.input for one in wrong} == {"x"}
    assert any("transposed" in one.diagnosis for one in wrong)


def test_tangents_of_several_inputs_come_as_a_tuple_in_their_order():
    found = verdicts(mixing(jvp=lambda t, x, W, b: t[0] @ W + x @ t[1]), inputs=["normal"])
    assert found == {Verdict.FAIL, Verdict.PASS}


def test_one_that_is_right_for_one_hot_tangents_alone_fails(found, tanh):
    *usual, random = found(tanh(jvp=lambda t, x: np.abs(t) * slope(x)))
    assert {one.verdict for one in usual} == {Verdict.PASS}
    assert (random.verdict, random.worst.endswith("for a random t")) == (Verdict.FAIL, True)


def test_at_a_kink_it_may_choose_its_own_subgradient(found, tanh):
    for at_zero, verdict in ((0.0, Verdict.PASS), (1.5, Verdict.FAIL)):
        layer = tanh(
            forward=np.abs,
            jacobian=None,
            bprop=lambda v, x: v * np.sign(x),
            jvp=lambda t, x, at_zero=at_zero: t * np.where(x == 0, at_zero, np.sign(x)),
        )
        assert verdict in {one.verdict for one in found(layer, "zeros")}


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_its_formula_is_judged_in_short_dtypes_too(tanh, dtype):
    part = {"dtype": dtype, "inputs": ["normal", "mixed", "ties", "zeros", "saturated"]}
    assert Verdict.FAIL not in verdicts(tanh(jvp=lambda t, x: t * slope(x)), **part)
    assert Verdict.FAIL in verdicts(tanh(jvp=lambda t, x: 1.1 * t * slope(x)), **part)


def test_a_large_jacobian_is_seen_along_directions():
    wide = {"sizes": {"batch": 20, "n": 24}, "inputs": ["normal"], "scales": [1.0]}
    assert verdicts(mixing(), **wide) == {Verdict.PASS}
    assert Verdict.FAIL in verdicts(mixing(jvp=lambda t, x, W, b: t[0] @ W + x @ t[1] + 1.01 * t[2]), **wide)


def test_one_that_says_that_it_is_not_there_is_no_claim(tanh):
    def jvp(t, x):
        raise NotImplementedError

    report = gradcheck.check(tanh(jvp=jvp), inputs=["normal", "zeros"])
    assert report.passed
    assert not any(one.check == "jvp" for one in report.findings)


def test_one_that_raises_or_returns_another_shape_breaks_the_contract(tanh):
    def raising(t, x):
        raise ValueError("no")

    for jvp in (raising, lambda t, x: np.append(t, 0.0), lambda t, x: None):
        report = gradcheck.check(tanh(jvp=jvp), inputs=["normal"])
        (one,) = report.failures
        assert (one.check, one.fault.method, one.diagnosis) == ("contract", "jvp", "")

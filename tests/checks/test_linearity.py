from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input


def slope(x):
    return 1 - np.tanh(x) ** 2


def test_a_product_with_v_is_linear(found, tanh):
    (one,) = found(tanh())
    assert one.verdict is Verdict.PASS


NONLINEAR = {
    "ignores v": lambda v, x: slope(x) * (v != 0),
    "squares v": lambda v, x: v * np.abs(v) * slope(x),
    "clips v": lambda v, x: np.clip(v, -1, 1) * slope(x),
    "adds a constant": lambda v, x: v * slope(x) + 1e-6,
    "normalises v": lambda v, x: v / max(np.abs(v).max(), 1) * slope(x),
}


@pytest.mark.parametrize("name", NONLINEAR)
def test_what_is_not_linear_fails(found, tanh, name):
    (one,) = found(tanh(bprop=NONLINEAR[name]))
    assert one.verdict is Verdict.FAIL
    assert "linear in v" in one.sentence


def squared_distances(x, y):
    squares = (x**2).sum(axis=-1)[..., :, None] + (y**2).sum(axis=-1)[..., None, :]
    return squares - 2 * x @ np.swapaxes(y, -1, -2)


@pytest.mark.parametrize(("extra", "verdict"), [(0.0, Verdict.PASS), (1e-6, Verdict.FAIL)])
def test_terms_that_cancel_leave_rounding_and_no_constant(found, tanh, extra, verdict):
    """Distances of equal points: the derivative is 0, and what each order of the sums leaves of it is not."""

    def bprop(v, x, y):
        rows, columns = v.sum(axis=1)[:, None] * x - v @ y, v.sum(axis=0)[:, None] * y - v.T @ x
        return 2 * rows + extra, 2 * columns

    layer = tanh(
        inputs=(Input("x", ("n", "d")), Input("y", ("m", "d"))),
        forward=squared_distances,
        bprop=bprop,
        jacobian=None,
    )
    assert {finding.verdict for finding in found(layer, "equal")} == {verdict}


@pytest.mark.parametrize(("extra", "verdict"), [(0.0, Verdict.PASS), (1e-6, Verdict.FAIL)])
def test_terms_that_cancel_at_0_leave_rounding_near_it(found, tanh, extra, verdict):
    """A gated sum of a curve and of the input: beside 0 its slopes are 1/2 and -1/2, and moved inputs are as near."""

    def gate(x, h):
        return (1 + np.tanh(x + h)) / 2, np.tanh(x - h)

    def bprop(v, x, h):
        z, n = gate(x, h)
        dz, dn = 2 * v * (h - n) * z * (1 - z), v * (1 - z) * (1 - n * n)
        return dz + dn, dz - dn + v * z + extra

    layer = tanh(
        inputs=(Input("x", ("n",)), Input("h", ("n",))),
        forward=lambda x, h: (1 - gate(x, h)[0]) * gate(x, h)[1] + gate(x, h)[0] * h,
        bprop=bprop,
        jacobian=None,
    )
    assert {finding.verdict for finding in found(layer, "tiny")} == {verdict}


@pytest.mark.parametrize(("extra", "verdict"), [(0.0, Verdict.PASS), (1e-6, Verdict.FAIL)])
def test_terms_that_cancel_wherever_entries_ascend_leave_rounding_there(tanh, extra, verdict):
    """The quotient of entries and their running maximum is 1 at and around a point that ascends."""

    def bprop(v, x):
        high = np.maximum.accumulate(x)
        at = np.maximum.accumulate(np.where(x == high, np.arange(len(x)), 0))
        gradient = -v / (len(x) * high)
        np.add.at(gradient, at, v * x / (len(x) * high * high))
        return gradient + extra

    layer = tanh(
        inputs=(Input("p", ("t",), domain=(0.5, 2.0)),),
        forward=lambda x: np.asarray((1 - x / np.maximum.accumulate(x)).mean()),
        bprop=bprop,
        jacobian=None,
    )
    reports = [gradcheck.check(layer, inputs=("ascending",), seed=seed) for seed in (5, 9, 11)]
    assert {f.verdict for report in reports for f in report.findings if f.check == "linearity"} == {verdict}


def test_without_a_bprop_there_is_nothing_to_say(found, tanh):
    assert list(found(tanh(bprop=None))) == []


def in_float64(bprop):
    """A bprop that refuses more digits."""

    def called(v, x):
        if v.dtype != np.float64:
            raise TypeError("float64 is required")
        return bprop(v, x)

    return called


def test_a_bprop_that_refuses_more_digits_is_judged_in_its_own(found, tanh):
    (one,) = found(tanh(bprop=in_float64(lambda v, x: v * slope(x))))
    assert one.verdict is Verdict.PASS
    (one,) = found(tanh(bprop=in_float64(NONLINEAR["adds a constant"])))
    assert one.verdict is Verdict.FAIL
    assert "linear in v" in one.sentence

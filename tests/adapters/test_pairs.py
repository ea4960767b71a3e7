"""Functions as layers: right pairs are clean, wrong twins fail, and what is no pair gets a sentence."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Input
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError

A = np.array([[2.0, 1.0], [0.5, 3.0]])
LABELS = (Input("x", ("N", "C")), Input("y", ("N",), "labels", classes="C"))


def quadratic(x):
    return float(x @ A @ x)


def affine_forward(x, w):
    return x * w, (x, w)


def softmax_loss(factor, as_dict):
    """The mean cross-entropy of scores, with its gradient."""

    def loss(x, y):
        p = np.exp(x - x.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        d = p.copy()
        d[rows, y] -= 1
        d *= factor / len(y)
        return -np.mean(np.log(p[rows, y])), {"x": d} if as_dict else d

    return loss


def pairs(factor):
    """One of each kind; their gradients are off by a factor."""

    def affine_backward(dout, cache):
        x, w = cache
        return dout * w, factor * dout * x

    yield gradcheck.pair(quadratic, lambda x: factor * (A + A.T) @ x, lambda x: A + A.T, inputs={"x": "2"})
    yield gradcheck.pair(np.tanh, lambda x: np.diag(factor * (1 - np.tanh(x) ** 2)), inputs={"x": "n"})
    yield gradcheck.pair(lambda x, y: np.sum(x * y), lambda x, y: (y, factor * x))
    yield gradcheck.cached(affine_forward, affine_backward)
    yield gradcheck.value_and_grads(lambda x: (np.sum(x**2), factor * 2 * x))
    yield gradcheck.value_and_grads(softmax_loss(factor, as_dict=False), inputs=LABELS)
    yield gradcheck.value_and_grads(softmax_loss(factor, as_dict=True), inputs=LABELS)


@pytest.mark.parametrize("pair", list(pairs(1.0)))
def test_a_right_pair_is_clean(pair):
    report = gradcheck.check(pair, inputs=["normal", "ties", "zeros"])
    assert report.passed, str(report)


@pytest.mark.parametrize("pair", list(pairs(1.001)))
def test_a_wrong_one_fails(pair):
    report = gradcheck.check(pair, inputs=["normal"])
    assert {f.check for f in report.failures} <= {"jacobian", "bprop"}
    assert report.failures


def test_the_hessian_is_kept():
    hessian = next(pairs(1.0)).hessian
    assert np.array_equal(hessian(np.ones(2)), A + A.T)


def test_a_cache_of_another_call_is_found():
    kept = {}

    def forward(x):
        kept.setdefault(x.shape, x)
        return x**2, kept[x.shape]

    report = gradcheck.check(gradcheck.cached(forward, lambda dout, x: 2 * dout * x), inputs=["normal"])
    assert {f.check for f in report.failures} & {"purity", "bprop"}


def test_facts_may_be_set_on_the_pair():
    relu = gradcheck.pair(lambda x: np.maximum(x, 0), lambda x: np.diag((x > 0).astype(float)))
    relu.critical = (0.0,)
    assert subject_of(relu).critical == (0.0,)


@pytest.mark.parametrize(
    ("returned", "came"), [(np.ones(3), "ndarray"), ((np.ones(3),) * 3, "3 parts"), (None, "NoneType")]
)
def test_a_forward_without_a_cache_is_told(returned, came):
    def my_forward(x):
        return returned

    report = gradcheck.check(gradcheck.cached(my_forward, lambda dout, cache: dout), inputs=["normal"])
    told = {str(f.fault["text"]) for f in report.findings}
    assert told == {f"my_forward must return (output, cache), not {came}"}


def test_what_is_no_function_is_refused():
    with pytest.raises(LoadError, match=r"^a pair must be made of functions, not 5$"):
        gradcheck.pair(np.sin, 5)

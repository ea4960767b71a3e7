from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import gradcheck
from gradcheck import Input, Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.cli.main import main
from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.layers import LAYERS
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

FEW = ("normal", "ties", "zeros")


def product(**parts):
    """x sum(x), whose second derivatives are 1 beside the diagonal and 2 on it."""
    right = {
        "inputs": (Input("x", ("n",)),),
        "forward": lambda x: x * x.sum(axis=-1, keepdims=True),
        "bprop": lambda v, x: v * x.sum() + v @ x,
    }
    return SimpleNamespace(**{**right, **parts})


def swish(**parts):
    right = {
        "inputs": (Input("x", ("n",)),),
        "forward": lambda x: x / (1 + np.exp(-x)),
        "bprop": lambda v, x: v * slope(x),
        "double_bprop": lambda u, v, x: (u * slope(x), u * v * curvature(x)),
    }
    return SimpleNamespace(**{**right, **parts})


def slope(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 + x * (1 - s))


def curvature(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s) * (2 + x * (1 - 2 * s))


def linear(**parts):
    right = {
        "inputs": (Input("x", ("batch", "n")), Input("W", ("n", "m"))),
        "forward": lambda x, W: x @ W,
        "bprop": lambda v, x, W: (v @ W.T, x.T @ v),
        "double_bprop": lambda u, v, x, W: (u[0] @ W + x @ u[1], v @ u[1].T, u[0].T @ v),
    }
    return SimpleNamespace(**{**right, **parts})


def failing(report):
    return {(one.input, one.fault.method) for one in report.failures if one.check == "order2"}


@pytest.mark.parametrize("name", LAYERS)
def test_second_order_of_every_shipped_layer_is_clean(name, thorough):
    (layer,) = gradcheck.load(name)
    large, turn = name in ("linear", "layer_norm", "mlp"), [*LAYERS].index(name)
    part = () if thorough else ("normal", *[*STRATEGIES][turn % 3 :: 3])
    found = examine(layer, Plan(FEW if large else part, checks=("order2",))).findings
    assert Verdict.PASS in {one.verdict for one in found}
    assert not {one.verdict for one in found} & {Verdict.FAIL, Verdict.ERROR}


def test_it_is_asked_for(capsys):
    assert not any(one.check == "order2" for one in gradcheck.check(swish(), inputs=["normal"]).findings)
    assert main(["softmax", "--inputs", "normal", "--order", "2", "--checks", "bprop", "--output-format", "jsonl"]) == 0
    told = capsys.readouterr().out
    assert '"check": "order2"' in told.replace('":"', '": "')
    assert main(["softmax", "--inputs", "normal"]) == 0
    assert "order2" not in capsys.readouterr().out
    with pytest.raises(UsageError, match="`order` must be 1 or 2, not 3"):
        gradcheck.check(swish(), order=3)


def test_a_term_that_is_0_at_the_point_alone_is_missed():
    report = gradcheck.check(product(bprop=lambda v, x: v * x.sum()), order=2, inputs=["zeros"])
    (one,) = report.failures
    assert (one.check, one.fault.method) == ("order2", "bprop")
    assert one.worst.startswith("d2(v . y)/dx[")
    assert gradcheck.check(product(), order=2, inputs=["zeros"]).passed


def test_where_the_gradient_bends_nothing_is_symmetric():
    def nuclear(v, x):
        u, _, w = np.linalg.svd(x)
        return v * (u @ w)

    norm = SimpleNamespace(
        inputs=(Input("x", (2, 2)),), forward=lambda x: np.linalg.svd(x, compute_uv=False).sum(), bprop=nuclear
    )
    found = examine(subject_of(norm), Plan(("normal", "sparse", "one_zero"), checks=("order2",))).findings
    assert [one.verdict for one in found].count(Verdict.PASS) >= 1
    assert Verdict.FAIL not in {one.verdict for one in found}


def test_right_double_backwards_pass():
    for layer in (swish(), linear()):
        found = examine(subject_of(layer), Plan(FEW, checks=("order2",))).findings
        assert not {one.verdict for one in found} & {Verdict.FAIL, Verdict.ERROR}
        assert {one.input for one in found} >= {"v", "x"}


@pytest.mark.parametrize(
    ("make", "double_bprop", "wrong"),
    [
        (swish, lambda u, v, x: (u * slope(x), 0 * u), {"x"}),  # detached
        (swish, lambda u, v, x: (u * slope(x), 1.001 * u * v * curvature(x)), {"x"}),
        (swish, lambda u, v, x: (u, u * v * curvature(x)), {"v"}),
        (linear, lambda u, v, x, W: (u[0] @ W, v @ u[1].T, u[0].T @ v), {"v"}),  # by one of the two gradients
        (linear, lambda u, v, x, W: (u[0] @ W + x @ u[1], v @ u[1].T, 2 * u[0].T @ v), {"W"}),
    ],
)
def test_wrong_ones_fail_for_their_input(make, double_bprop, wrong):
    report = gradcheck.check(make(double_bprop=double_bprop), order=2, inputs=["normal"])
    assert failing(report) == {(name, "double_bprop") for name in wrong}


def test_one_that_is_marked_as_missing_is_not_claimed():
    def double_bprop(u, v, x):
        raise NotImplementedError("once_differentiable")

    report = gradcheck.check(swish(double_bprop=double_bprop), order=2, inputs=["normal"])
    assert report.passed
    assert [one.input for one in report.findings if one.check == "order2"] == [""]


def test_what_breaks_the_contract_is_told_of_its_method():
    report = gradcheck.check(swish(double_bprop=lambda u, v, x: u), order=2, inputs=["normal"])
    assert {one.fault.method for one in report.failures} == {"double_bprop"}


def test_a_bprop_that_is_wrong_itself_has_no_second_order():
    report = gradcheck.check(swish(bprop=lambda v, x: v), order=2, inputs=["normal"])
    assert {one.check for one in report.failures} == {"bprop"}


def test_the_line_that_makes_a_failure_again_asks_for_it():
    report = gradcheck.check(swish(double_bprop=lambda u, v, x: (u, u)), order=2, inputs=["normal"])
    assert "order=2" in report.reproduce(report.failures[0])

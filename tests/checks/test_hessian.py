from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import Input, Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.inputs import STRATEGIES
from gradcheck.records.finding import NOTHING_CHECKED
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

BENT = ("normal", "ties", "zeros", "spike", "critical", "boundary")  # at the bend, beside it, and far from it


def second(x):
    return np.diag(x @ x - np.cos(x)) + 2 * np.outer(x, x)


def quartic(**parts):
    """sum(cos x) + |x|^4 / 4: a single number whose Hessian is full."""
    right = {
        "inputs": (Input("x", ("n",)),),
        "forward": lambda x: np.sum(np.cos(x), axis=-1) + (x * x).sum(axis=-1) ** 2 / 4,
        "bprop": lambda v, x: v * (x * (x @ x) - np.sin(x)),
    }
    return SimpleNamespace(**{**right, **parts})


def off(x):
    """The Hessian with one wrong entry off its diagonal."""
    wrong = second(x)
    wrong[0, 1] *= 1.001
    return wrong


def sines(**parts):
    """sum(sin(x w)), with a vector and a matrix: its Hessian has four blocks."""
    right = {
        "inputs": (Input("x", (2,)), Input("w", (2, 3))),
        "forward": lambda x, w: np.sum(np.sin(x[..., None, :] @ w), axis=(-1, -2)),
        "bprop": lambda v, x, w: (v * (w @ np.cos(x @ w)), v * np.outer(x, np.cos(x @ w))),
        "hessian": blocks,
        "hvp": hvp,
    }
    return SimpleNamespace(**{**right, **parts})


def blocks(x, w):
    c, d = np.cos(x @ w), -np.sin(x @ w)
    mixed = np.einsum("ij,k,j->ikj", w, x, d) + np.einsum("ik,j->ikj", np.eye(len(x)), c)
    return (
        (np.einsum("ij,kj,j->ik", w, w, d), mixed),
        (np.moveaxis(mixed, 0, -1), np.einsum("i,k,jl,j->ijkl", x, x, np.eye(len(c)), d)),
    )


def hvp(t, x, w):
    c, d = np.cos(x @ w), -np.sin(x @ w) * (t[0] @ w + x @ t[1])
    return t[1] @ c + w @ d, np.outer(t[0], c) + np.outer(x, d)


def of_check(layer, **plan):
    return examine(subject_of(layer), Plan(checks=("hessian",), **plan)).findings


@pytest.mark.parametrize(
    ("layer", "turn"), [(quartic(hessian=second, hvp=lambda t, x: second(x) @ t), 0), (sines(), 1)], ids=["one", "two"]
)
def test_right_ones_pass_everywhere_and_say_what_they_would_have_seen(layer, turn, thorough):
    found = of_check(layer, inputs=() if thorough else tuple(STRATEGIES)[turn::2])
    assert {one.verdict for one in found} <= {Verdict.PASS, Verdict.UNDEFINED}
    floors = [one.floor for one in found if one.floor is not None]
    assert len(floors) >= 2 * (13 if thorough else 6)
    assert min(floors) < 1e-10


def test_one_wrong_entry_off_the_diagonal_fails_and_is_named(found):
    (one,) = found(quartic(hessian=off))
    assert (one.verdict, one.worst, one.fault.method) == (Verdict.FAIL, "d2y/dx[0]dx[1]", "hessian")


def test_one_that_is_wrong_on_both_sides_fails_too(found):
    (one,) = found(quartic(hessian=lambda x: off(x).T * off(x) / second(x)))
    assert one.verdict is Verdict.FAIL


def test_a_block_of_two_inputs_fails_for_its_input(found):
    def wrong(x, w):
        upper, (wx, ww) = blocks(x, w)
        return upper, (2 * wx, ww)

    told = {(one.fault.method, one.input): one.verdict for one in found(sines(hessian=wrong, hvp=None)) if one.fault}
    assert told == {("hessian", "x"): Verdict.FAIL}


def test_a_wrong_product_fails_and_is_named(found):
    (one,) = found(quartic(hvp=lambda t, x: second(x) @ t + 1e-3 * t))
    assert (one.verdict, one.fault.method) == (Verdict.FAIL, "hvp")
    assert " for t = one-hot x[" in one.worst


def test_a_gradient_that_is_wrong_itself_is_not_held_against_its_derivative(found):
    assert list(found(quartic(bprop=lambda v, x: v * x, hessian=second))) == []


def test_the_gradient_may_come_from_a_jacobian(found):
    layer = quartic(bprop=None, jacobian=lambda x: x * (x @ x) - np.sin(x), hessian=second)
    assert {one.verdict for one in found(layer)} == {Verdict.PASS}
    assert {one.verdict for one in found(SimpleNamespace(**{**vars(layer), "hessian": off}))} == {Verdict.FAIL}


def test_of_several_outputs_nothing_is_asked(tanh):
    found = of_check(tanh(hessian=second), inputs=("normal",))
    assert [(one.verdict, NOTHING_CHECKED in one.notes) for one in found] == [(Verdict.PASS, True)]


@pytest.mark.parametrize(("power", "slope"), [(1, 0.0), (2, 2.0)])
def test_where_the_gradient_jumps_or_bends_nothing_fails(power, slope):
    hinge = SimpleNamespace(
        inputs=(Input("x", ("n",)),),
        critical=(1.0,),
        forward=lambda x: np.sum(np.maximum(0, 1 - x) ** power),
        bprop=lambda v, x: -v * power * np.maximum(0, 1 - x) ** (power - 1) * (x < 1),
        hessian=lambda x: np.diag(slope * (x < 1)),
    )
    found = of_check(hinge, inputs=BENT)
    assert Verdict.FAIL not in {one.verdict for one in found}
    wrong = SimpleNamespace(**{**vars(hinge), "hessian": lambda x: np.diag(slope * (x < 1) + 1.0)})
    assert Verdict.FAIL in {one.verdict for one in of_check(wrong, inputs=("normal",))}


def test_what_breaks_the_contract_is_told_of_its_method(found):
    (one,) = found(quartic(hessian=lambda x: second(x)[0]))
    assert (one.verdict, one.sentence) == (
        Verdict.FAIL,
        "`hessian` returned for x an array of shape (5,); (5, 5) is required",
    )
    (one,) = found(sines(hessian=lambda x, w: np.zeros((2, 2)), hvp=None))
    assert one.fault.method == "hessian"


def test_one_that_says_that_it_is_not_there_is_no_claim(found):
    def hessian(x):
        raise NotImplementedError

    assert list(found(quartic(hessian=hessian))) == []

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.position import listed, region_of
from gradcheck.defects.relation import relation_of
from tests.mutants.kit import Plain, args, elementwise, tanh_slope

FEW = ("normal", "uniform", "mixed", "zeros", "ties")  # a recurrence takes long at each point


@pytest.mark.parametrize(
    ("chosen", "shape", "words"),
    [
        ([0, 0, 1, 0], (4,), "[2]"),
        ([0, 0, 0, 1], (4,), "[3] (the last)"),
        ([1, 0, 0, 0], (4,), "[0] (the first)"),
        ([1, 1, 1, 0], (4,), "all but [3]"),
        ([1, 0, 1, 0], (4,), "[0] and [2]"),
        ([1, 0, 1, 0], (2, 2), "[:,0]"),
        ([1, 0, 0, 1], (2, 2), "the diagonal"),
        ([1, 1, 0, 0, 0, 1], (2, 3), "[0,0], [0,1] and [1,2]"),
        ([1, 1, 1, 1, 0, 0, 0, 1, 1, 0], (2, 5), "6 of 10 entries, such as [0,0],"),
    ],
)
def test_entries_in_words(chosen, shape, words):
    assert listed(np.array(chosen, dtype=bool), shape) == words


def test_a_place_must_be_wrong_wherever_it_tells(evidence):
    always = evidence(elementwise(np.tanh, lambda x: np.where(np.arange(5) == 2, 2, 1) * tanh_slope(x), 5))
    sometimes = evidence(
        elementwise(np.tanh, lambda x: np.where((np.arange(5) == 2) & (x < 0), 2, 1) * tanh_slope(x), 5)
    )
    assert region_of(always, relation_of(always).shows).words == "in [2] of x only"
    assert region_of(sometimes, relation_of(sometimes).shows) is None


@pytest.mark.parametrize(("begin", "end", "said"), [(0, 2, "depend on x[i:i+2];"), (1, 3, "depend on x[i+1:i+3];")])
def test_an_end_of_a_window(begin, end, said, told):
    def bprop(v, x):
        g = np.zeros_like(x)
        for k, one in enumerate(v):
            g[k + begin : k + end] += one / 3
        return g

    found = told(Plain(args(x=(7,)), lambda x: (x[..., :-2] + x[..., 1:-1] + x[..., 2:]) / 3, bprop))["bprop x"]
    assert found.name == "dependence"
    assert said in found.sentence


def recurrence(passes):
    """A recurrence over four steps, whose gradient passes back through some of them only."""
    mix = np.array([[0.5, -0.3], [0.2, 0.7]])

    def forward(x):
        h = [0 * x[..., 0, :]]
        for t in range(4):
            h.append(np.tanh(h[-1] @ mix.T + x[..., t, :]))
        return np.stack(h[1:], axis=-2)

    def bprop(v, x):
        y, g, d = forward(x), np.zeros_like(x), np.zeros(2)
        for t in range(3, -1, -1):
            g[t] = (d + v[t]) * (1 - y[t] ** 2)
            d = passes(t) * (mix.T @ g[t])
        return g

    return Plain(args(x=(4, 2)), forward, bprop)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_recurrence_that_is_cut_at_one_step(step, told):
    found = told(recurrence(lambda t: t != step), FEW)["bprop x"]
    assert found.name == "zero step"
    assert f"from step {step - 1} to step {step} along axis 0" in found.sentence


def test_a_recurrence_that_is_wrong_at_every_step_is_cut_at_none(told):
    found = told(recurrence(lambda t: 0), FEW)["bprop x"]
    assert "in the effect of a step on later ones along axis 0" in found.sentence
    assert "cut" not in found.sentence
    assert told(recurrence(lambda t: 1), FEW) == {}

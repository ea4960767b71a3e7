"""A `bprop` that one edit makes right is told by that edit, and by no edit that only seems to."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.defects.repair.edits import first_edit
from gradcheck.defects.repair.source import EndlessError
from gradcheck.records.failures import blocks
from tests.defects.repair import layers

STRATEGIES = ("normal", "uniform", "mixed", "negative", "ascending")


def told(layer):
    """What is said of a layer, block by block."""
    return [block.cause for block in blocks([gradcheck.check(layer, inputs=STRATEGIES)])]


@pytest.mark.parametrize(
    ("layer", "edit"),
    [
        (layers.Gate, "reads `return (v * (1 - t * t) * s, v * t * s * (1 - s))`"),
        (layers.Recurrence, "`g[t] = v[t] + a[t] * g[t + 1]` reads `g[t] = v[t] + a[t + 1] * g[t + 1]`"),
        (layers.Preactivation, "`z = 1.5 * x` reads `z = np.tanh(1.5 * x)`"),
        (layers.Radicand, "reads `return v * x / np.sqrt(x * x + 0.3)`"),
        (layers.Axis, "reads `return g - g.mean(keepdims=True, axis=1)`"),
        (layers.Scatter, "reads `np.add.at(g, self.ends, v * np.cos(x)[self.ends])`"),
        (layers.Filling, "`du += hs[t + 1] * a` reads `du += hs[t] * a`"),
        (layers.Pair, "`s = s - 0.3 * q; q = q + 0.5 * s` reads `s, q = (s - 0.3 * q, q + 0.5 * s)`"),
    ],
)
def test_the_edit_is_told_with_its_place(layer, edit):
    (said,) = told(layer())
    assert said.startswith("`bprop` is right once ")
    assert edit in said
    assert said.endswith(")")
    assert "(layers.py:" in said


def test_where_it_is_not_linear_no_factor_is_told():
    said = told(layers.Clipped())
    assert said[0].startswith("`bprop` is right once `s = np.max(np.abs(v)) + 1` reads `s = 1`")
    assert not any("factor" in one for one in said)


def test_what_no_edit_mends_is_told_in_other_ways():
    assert not any("is right once" in said for said in told(layers.Far()))


@pytest.mark.parametrize("layer", [layers.Printing, layers.Counting, layers.Iterating])
def test_a_method_that_does_more_than_compute_is_left_alone(layer):
    assert not any("is right once" in said for said in told(layer()))


def test_every_edit_leaves_the_function_as_it_was():
    v, u, w = np.random.default_rng(0).standard_normal((3, 4))
    before, seen = layers.Gate().bprop(v, u, w), []
    assert first_edit(layers.Gate.bprop, None, lambda function: seen.append(function) or False, 500) is None
    assert len(seen) == 500
    assert all(np.array_equal(a, b) for a, b in zip(before, layers.Gate().bprop(v, u, w), strict=True))


def test_an_edit_without_an_end_is_stopped():
    """Among the edits of a loop over the inputs is one over the list that it fills."""
    v, x, u = np.float64(1.0), np.array([0.5, -1.0, 0.25]), np.array([0.5])
    ended = []

    def accepts(function):
        try:
            function(layers.Filling(), v, x, u)
        except EndlessError:
            ended.append(function)
        except Exception:  # noqa: BLE001, S110 - most edits make no sense
            pass
        return False

    assert first_edit(layers.Filling.bprop, None, accepts, 400) is None
    assert ended


def test_edits_are_tried_up_to_a_number():
    seen = []
    first_edit(layers.Gate.bprop, None, lambda function: seen.append(function) or False, 7)
    assert len(seen) == 7

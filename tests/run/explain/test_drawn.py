from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.run.explain import explain
from gradcheck.run.explain.drawn import WORST, _map, _worst
from gradcheck.run.explain.sides import Names

NORMAL = Plan(inputs=("normal",))
ZEROS = Plan(inputs=("zeros",))


def ratios(heat):
    return np.array(heat.cells)


def test_a_scalar_output_has_a_map_of_one_row(layer):
    figures = explain(layer(lambda x: (x * x).sum(), lambda v, x: v * x), NORMAL).figures
    assert figures.maps[0].shape == (1, 5)
    assert figures.maps[0].rows == ("y",)
    assert {entry.output for entry in figures.entries} == {"y"}
    assert figures.curve.entry.startswith("dy/dx[")


def test_a_single_number_has_a_map_of_one_entry(layer):
    figures = explain(layer(np.sin, lambda v, t: v * np.cos(t), inputs=(Input("t", ()),)), NORMAL).figures
    (heat,) = figures.maps
    assert (heat.shape, heat.rows, heat.columns) == ((1, 1), ("y",), ("t", "t"))


def test_each_input_has_a_map_and_the_entries_are_those_of_the_findings_own(layer):
    inputs = (Input("a", ("n",)), Input("k", ("n",), "labels", classes=3), Input("b", ("n",)))
    wrong_in_b = layer(lambda a, k, b: a * b, lambda v, a, k, b: (v * b, v * b), inputs=inputs)
    told = explain(wrong_in_b, NORMAL)
    a, b = told.figures.maps
    assert (a.input, b.input, told.finding.input) == ("a", "b", "b")
    assert ratios(a).max() <= 1 < ratios(b).max()
    assert {entry.input[0] for entry in told.figures.entries} == {"b"}


def test_a_large_dense_jacobian_is_seen_along_directions(layer):
    matrix = np.random.default_rng(0).standard_normal((40, 8000))
    dense = layer(lambda x: np.asarray(x, float) @ matrix.T, lambda v, x: v @ matrix, inputs=(Input("x", (8000,)),))
    told = explain(dense, Plan(inputs=("normal",), checks=("bprop",)))
    assert told.figures.remarks == (
        "the Jacobian has 40 x 8000 entries: it is seen along 4 random directions w and 32 random cotangents u",
    )
    assert told.figures.maps[0].shape == (32, 4)
    assert told.figures.maps[0].columns == ("x along w0", "x along w3")


def test_a_kink_is_named(layer):
    at_zero = explain(layer(np.abs, lambda v, x: v * np.sign(x)), ZEROS).figures
    assert "a kink: the one-sided slopes are -1 and 1, the numeric side is their mean" in at_zero.remarks
    assert explain(layer(np.abs, lambda v, x: v * np.sign(x)), NORMAL).figures.remarks == ()


def test_a_flat_point_of_a_smooth_function_is_no_kink(layer):
    smooth = layer(lambda x: np.abs(x) ** 1.5, lambda v, x: v * 1.5 * np.sqrt(np.abs(x)) * np.sign(x))
    assert explain(smooth, ZEROS).figures.remarks == ()


def test_an_infinite_slope_is_what_is_shown_of_it(layer):
    def bprop(v, x):
        return np.where(v == 0, 0, v / (3 * np.cbrt(x) ** 2))

    told = explain(layer(np.cbrt, bprop), Plan(inputs=("zeros",), checks=("bprop",)))
    assert told.finding.verdict is Verdict.UNDEFINED
    assert told.figures.curve.infinite
    assert math.isnan(told.figures.entries[0].ratio)
    assert np.isnan(np.diag(ratios(told.figures.maps[0]))).all()


def test_a_nan_is_worse_than_any_number(layer):
    told = explain(layer(np.tanh, lambda v, x: np.where(v > 0, np.nan, 0)), Plan(inputs=("normal",), checks=("bprop",)))
    assert told.figures.entries[0].ratio == math.inf


def test_what_fails_elsewhere_is_not_blamed_on_the_map(layer):
    def bprop(v, x):
        return 2 * x * (v if np.count_nonzero(v) <= 1 else v.sum())

    told = explain(layer(lambda x: x * x, bprop), Plan(inputs=("normal",), checks=("bprop",)))
    assert told.finding.verdict is Verdict.FAIL
    assert "every entry of `bprop` below is within its bound" in told.figures.remarks[0]


def test_a_failure_that_shows_is_not_said_to_hide(square):
    assert explain(square(2.0), NORMAL).figures.remarks == ()


NAMES = Names(tuple(f"y[{k}]" for k in range(70)), tuple(f"x[{k}]" for k in range(130)))


def test_a_map_is_folded_by_its_maxima():
    ratio = np.zeros((70, 130))
    ratio[69, 129] = 7.0
    ratio[0, 1] = np.nan
    ratio[3, 3] = np.inf
    heat = _map(ratio, NAMES, "x", slice(0, 130))
    assert (heat.shape, heat.fold) == ((70, 130), (3, 3))
    assert ratios(heat).shape == (24, 44)
    assert (heat.cells[-1][-1], heat.cells[0][0], heat.cells[1][1]) == (7.0, 0.0, math.inf)
    assert (heat.rows[1], heat.columns) == ("y[3]", ("x[0]", "x[129]"))


def test_a_small_map_is_not_folded():
    heat = _map(np.ones((32, 64)), replace(NAMES, outputs=NAMES.outputs[:32]), "x", slice(0, 64))
    assert heat.fold == (1, 1)


@pytest.mark.parametrize(("known", "first"), [(True, (0, 3)), (False, (1, 4))])
def test_what_is_not_known_counts_where_it_decided(known, first):
    ratio = np.array([[9.0, 0.1, 5.0], [9.0, np.nan, 0.2]])
    assert _worst(np.hstack([np.full((2, 3), 99.0), ratio]), slice(3, 6), known=known)[0] == first


def test_the_worst_are_the_wrong_ones_or_else_all():
    wrong = np.array([[0.5, 3.0, 2.0, 0.1]])
    assert _worst(wrong, slice(None), known=True) == [(0, 1), (0, 2)]
    assert _worst(wrong / 9, slice(None), known=True) == [(0, 1), (0, 2), (0, 0), (0, 3)]
    assert len(_worst(np.full((5, 5), 2.0), slice(None), known=True)) == WORST

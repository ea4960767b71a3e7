from __future__ import annotations

import numpy as np
import pytest

from gradcheck.explaining.sides import Names, Sides, sides_of
from gradcheck.findings import Verdict
from gradcheck.identity import case_of
from gradcheck.plan import Plan
from gradcheck.records import Estimate, Input
from gradcheck.runner import examine


def sides(analytic, value, limit):
    numeric = Estimate(*(np.array([value] * 6)))
    return Sides(np.array(analytic), numeric, np.array(limit))


def test_the_ratio_tells_a_wrong_number_from_one_that_nothing_is_known_of():
    both = sides([1.0, 2.0, np.nan, np.inf, 1.0, np.nan], [1.0, 1.0, 1.0, 1.0, np.inf, 1.0], [0.5] * 5 + [np.inf])
    with np.errstate(all="ignore"):
        assert np.array_equal(both.ratio, [0, 2, np.inf, np.inf, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(("analytic", "apart"), [([1.0, 1.4], False), ([1.0, 1.6], True), ([1.0, np.nan], True)])
def test_sides_are_apart_beyond_their_limit(analytic, apart):
    assert sides(analytic, [1.0, 1.0], [0.5, 0.5]).apart is apart


@pytest.mark.parametrize("factor", [1.0, 1 + 1e-9, 2.0, np.nan])
def test_the_limit_is_the_bound_of_the_finding(square, probe, factor):
    subject, case = square(factor), case_of("mine[normal,scale=1,n=5,f64]")
    (found,) = [f for f in examine(subject, Plan(replay=(case,))).findings if f.check == "bprop"]
    both = sides_of(probe(subject, case), "bprop", failed=found.verdict is Verdict.FAIL)
    at = np.unravel_index(np.argmax(np.where(np.isnan(both.ratio), -1, both.ratio)), both.ratio.shape)
    assert float(both.limit[at]) == found.bound
    assert float(both.analytic[at]) == found.analytic or np.isnan(found.analytic)
    assert both.apart is (found.verdict is Verdict.FAIL)


def test_a_value_that_is_wrong_at_run_time_alone_is_what_is_shown(layer, probe):
    sloppy = layer(lambda x: np.logaddexp(0, x), lambda v, x: v * np.exp(x) / (1 + np.exp(x)))
    case = case_of("mine[x=[0.5,800],f64]")
    (found,) = [f for f in examine(sloppy, Plan(replay=(case,))).failures if f.check == "bprop"]
    failed = sides_of(probe(sloppy, case), "bprop", failed=True)
    assert "in more digits it is right" in failed.remark
    assert np.isnan(found.analytic)
    assert np.isnan(failed.analytic[1, 1])


def test_in_few_digits_a_wrong_formula_is_what_is_shown(layer, probe):
    off = layer(np.tanh, lambda v, x: v * (1 - np.tanh(x) ** 2) * np.asarray(1 + 1e-8, np.float64))
    case = case_of("mine[normal,scale=1,n=5,f32]")
    assert "formula" in sides_of(probe(off, case), "bprop", failed=True).remark
    assert sides_of(probe(off, case), "bprop", failed=False).remark == ""


def test_rounding_of_a_sound_formula_is_no_difference(layer, probe):
    rough = layer(lambda x: np.exp(x) - np.exp(x) + x, lambda v, x: v)
    assert not sides_of(probe(rough, case_of("mine[huge,scale=1e-3,n=5,f64]")), "bprop", failed=False).apart


INPUTS = (Input("x", (2, "n")), Input("t", ()), Input("k", ("n",), "labels", classes=2))


def test_every_row_and_column_has_a_name(layer, probe):
    subject = layer(lambda x, t, k: x.sum(axis=-1) * t, lambda v, x, t, k: (x, t), inputs=INPUTS)
    names = Names.of(probe(subject, case_of("mine[normal,n=2,f64]")))
    assert names.outputs == ("y[0]", "y[1]")
    assert names.inputs == ("x[0,0]", "x[0,1]", "x[1,0]", "x[1,1]", "t")
    assert names.entry((1, 4)) == "dy[1]/dt"


@pytest.mark.parametrize(("outputs", "row"), [(40, "u3.y"), (30, "y[3]")])
def test_directions_have_names_of_their_own(layer, probe, outputs, row):
    matrix = np.random.default_rng(0).standard_normal((outputs, 10000))
    dense = layer(lambda x: np.asarray(x, float) @ matrix.T, lambda v, x: v @ matrix, inputs=(Input("x", (10000,)),))
    names = Names.of(probe(dense, case_of("mine[normal,f64]"), thorough=False))
    assert names.inputs == ("x along w0", "x along w1", "x along w2", "x along w3")
    assert names.entry((3, 1)) == f"{row} for x along w1"

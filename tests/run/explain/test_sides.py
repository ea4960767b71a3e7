from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.identity import case_of
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from gradcheck.run.explain.sides import Names, sides_of


@pytest.mark.parametrize("factor", [1.0, 1 + 1e-9, 2.0, np.nan])
def test_the_limit_is_the_bound_of_the_finding(square, probe, factor):
    subject, case = square(factor), case_of("mine[normal,scale=1,n=5,f64]")
    (found,) = [f for f in examine(subject, Plan(replay=(case,))).findings if f.check == "bprop"]
    both, remark = sides_of(probe(subject, case), "bprop", found)
    at = np.unravel_index(np.argmax(np.where(np.isnan(both.ratio), -1, both.ratio)), both.ratio.shape)
    assert float(both.limit[at]) == found.bound
    assert float(both.analytic[at]) == found.analytic or np.isnan(found.analytic)
    assert (both.verdict, remark) == (found.verdict, "")


def bprop_of(subject, case):
    """The finding of `bprop` at a point."""
    (found,) = [f for f in examine(subject, Plan(replay=(case,))).findings if f.check == "bprop"]
    return found


def test_a_value_that_is_wrong_at_run_time_alone_is_what_is_shown(layer, probe):
    sloppy = layer(lambda x: np.logaddexp(0, x), lambda v, x: v * np.exp(x) / (1 + np.exp(x)))
    case = case_of("mine[x=[0.5,800],f64]")
    found = bprop_of(sloppy, case)
    shown, remark = sides_of(probe(sloppy, case), "bprop", found)
    assert "in more digits it is right" in remark
    assert np.isnan(found.analytic)
    assert np.isnan(shown.analytic[1, 1])


def test_in_few_digits_a_wrong_formula_is_what_is_shown(layer, probe):
    off = layer(np.tanh, lambda v, x: v * (1 - np.tanh(x) ** 2) * np.asarray(1 + 1e-6, np.float64))
    case = case_of("mine[normal,scale=1,n=5,f32]")
    found = bprop_of(off, case)
    assert "formula" in sides_of(probe(off, case), "bprop", found)[1]
    assert sides_of(probe(off, case), "bprop", replace(found, verdict=Verdict.PASS))[1] == ""


def test_rounding_of_a_sound_formula_is_no_difference(layer, probe):
    rough, case = layer(lambda x: np.exp(x) - np.exp(x) + x, lambda v, x: v), case_of("mine[huge,scale=1e-3,n=5,f64]")
    shown, _ = sides_of(probe(rough, case), "bprop", bprop_of(rough, case))
    assert shown.verdict is not Verdict.FAIL


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

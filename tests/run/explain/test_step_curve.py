from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck.checks.claims import usual_comparison
from gradcheck.records.identity import case_of
from gradcheck.records.input import Input
from gradcheck.run.explain.sides import Names
from gradcheck.run.explain.step_curve import curve_of

CASE = case_of("mine[x=[0.5,-0.75],f64]")
EXTENDED = np.finfo(np.longdouble).eps < 1e-18


@pytest.fixture
def curve(layer, probe):
    """The curve of y[0] by x[0] of a layer of plain functions."""

    def make(forward, bprop, case=CASE, **facts):
        at = probe(layer(forward, bprop, **facts), case)
        return curve_of(at, usual_comparison(at, "bprop"), (0, 0), Names.of(at))

    return make


def sine(factor=1.0):
    return np.sin, lambda v, x: factor * v * np.cos(x)


def test_the_errors_are_those_of_single_central_differences(curve):
    told = curve(*sine())
    assert told.entry == "dy[0]/dx[0]"
    for h, error in list(zip(told.steps, told.errors, strict=True))[2:8]:
        truth = abs((math.sin(0.5 + h) - math.sin(0.5 - h)) / (2 * h) - math.cos(0.5))
        assert error == pytest.approx(truth, rel=1e-6)


def test_the_steps_run_from_coarse_to_as_fine_as_the_numbers_allow(curve):
    steps = curve(*sine()).steps
    assert list(steps) == sorted(steps, reverse=True)
    assert steps[0] == pytest.approx(0.45)
    assert steps[-1] < (1e-17 if EXTENDED else 2e-15)


def test_truncation_is_the_third_derivative_over_six(curve):
    assert curve(*sine()).truncation == pytest.approx(math.cos(0.5) / 6, rel=1e-2)


def test_rounding_is_of_the_size_of_the_numbers(curve):
    eps = float(np.finfo(np.longdouble).eps)
    assert 0.01 * eps < curve(*sine()).rounding < 100 * eps


def test_a_forward_in_float32_is_noisier(curve):
    def single(x):
        return np.sin(np.asarray(x, np.float32)).astype(float)

    assert curve(single, sine()[1]).rounding > 1e-9


@pytest.mark.parametrize(("factor", "above"), [(1.0, False), (1 + 1e-9, True), (-1.0, True)])
def test_the_analytic_error_lies_above_the_floor_only_where_it_is_one(curve, factor, above):
    told = curve(*sine(factor))
    assert (told.analytic > told.floor) is above
    assert told.analytic == pytest.approx(abs(factor - 1) * math.cos(0.5), rel=1e-5, abs=1e-14)


def test_a_linear_layer_has_no_truncation(curve):
    told = curve(lambda x: 2 * x, lambda v, x: 2 * v)
    assert told.truncation is None
    assert max(told.errors) == 0


def test_at_an_end_of_the_domain_steps_go_to_one_side(curve):
    inputs = (Input("x", ("n",), "nonnegative"),)
    told = curve(np.exp, lambda v, x: v * np.exp(x), case_of("mine[x=[0,1],f64]"), inputs=inputs)
    assert told.order == 1
    assert told.truncation == pytest.approx(0.5, rel=1e-2)
    assert curve(np.exp, lambda v, x: v * np.exp(x), case_of("mine[x=[2,1],f64]"), inputs=inputs).order == 2


def test_an_infinite_slope_has_sizes_in_place_of_errors(curve):
    told = curve(np.cbrt, lambda v, x: v, case_of("mine[x=[0,1],f64]"))
    assert told.infinite
    assert told.floor is told.analytic is told.truncation is None
    h, size = told.steps[10], told.errors[10]
    assert size == pytest.approx(h ** (-2 / 3), rel=1e-6)
    assert not curve(np.cbrt, lambda v, x: v, case_of("mine[x=[1,1],f64]")).infinite

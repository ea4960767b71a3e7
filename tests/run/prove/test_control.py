"""By how much a corruption differs: the numbers that call it visible or not."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.defects.conditions import doubled_where
from gradcheck.defects.corruption import Corrupted, with_cotangent, with_matrix, with_parts
from gradcheck.defects.factors import one_entry, scaled
from gradcheck.defects.memory import stale
from gradcheck.defects.terms import diagonal_alone, transposed
from gradcheck.records.finding import Verdict


@pytest.fixture
def size(control):
    """How much a corruption changes at a point; 0 where nothing."""

    def measured(subject, corrupt, **point):
        here = control(subject, **point)
        with np.errstate(all="ignore"):
            one = here.deviation(corrupt, here.probe.sharing(here.corrupted(corrupt)), ())
        return one.size if one else 0.0

    return measured


@pytest.mark.parametrize("e", [1e-3, 1e-9, 1e-12])
def test_a_factor_has_its_own_size(size, mixing, e):
    assert size(mixing, partial(scaled, mixing, 1 + e)) == pytest.approx(e, rel=1e-2)


def test_rounding_is_nothing(size, mixing):
    assert size(mixing, lambda: with_matrix(mixing, lambda matrix: matrix)) == 0
    assert size(mixing, partial(scaled, mixing, 1 + 1e-15)) == 0


def test_what_changes_nothing_is_nothing(size, cube):
    assert size(cube, lambda: with_matrix(cube, transposed)) == 0
    assert size(cube, lambda: with_matrix(cube, diagonal_alone)) == 0
    assert size(cube, partial(scaled, cube, 2.0), strategy="zeros") == 0
    assert size(cube, partial(scaled, cube, 2.0)) == pytest.approx(1)


def test_a_size_is_relative_to_the_largest_of_its_row(size, mixing):
    assert 0.1 < size(mixing, partial(one_entry, mixing, 0, 0.0)) <= 1


def test_of_inputs_without_shapes_a_wrong_form_is_the_corruptions(control):
    class Product:
        def forward(self, x, y):
            return x * y

        def bprop(self, v, x, y):
            return v * y, v * x

    subject = subject_of(Product)
    assert subject.assumed == ("x", "y")
    here = control(subject)
    there = here.probe.sharing(here.corrupted(lambda: with_parts(subject, lambda parts, _: [p[None] for p in parts])))
    assert {finding.verdict for finding in CHECKS["contract"].run(there)} == {Verdict.FAIL}


def test_a_subgradient_is_not_wrong(size):
    class Relu:
        critical = (0.0,)

        def forward(self, x):
            return np.maximum(x, 0)

        def bprop(self, v, x):
            return v * (x > 0)

    subject = subject_of(Relu())
    other = Corrupted(subject.layer, bprop=lambda v, x: v * (x >= 0))
    assert size(subject, lambda: other, strategy="zeros") == 0
    assert size(subject, lambda: Corrupted(subject.layer, bprop=lambda v, x: 3 * v), strategy="zeros") > 1


def test_what_calls_leave_behind_is_seen(size, cube):
    assert size(cube, partial(stale, cube)) > 0.01


@pytest.mark.parametrize("change", [np.ones_like, lambda v: v * abs(v), abs])
def test_other_cotangents_than_one_hot_ones_are_given(size, cube, change):
    assert size(cube, lambda: with_cotangent(cube, change)) > 0.1


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_few_digits_make_nothing_visible(size, cube, dtype):
    assert size(cube, lambda: with_matrix(cube, lambda matrix: matrix), dtype=dtype) == 0
    assert size(cube, partial(scaled, cube, 1.5), dtype=dtype) > 0.1


@pytest.mark.parametrize("change", [lambda p: p[None], lambda p: p.astype(int), lambda p: np.nan * p, lambda p: None])
def test_the_wrong_form_is_infinitely_large(size, cube, change):
    assert size(cube, lambda: with_parts(cube, lambda parts, _: [change(p) for p in parts])) == np.inf


def test_the_checks_that_fail_are_named(control, cube):
    here, corrupt = control(cube), partial(scaled, cube, 2.0)
    checks = [CHECKS[name] for name in ("contract", "bprop", "linearity")]
    one = here.deviation(corrupt, here.probe.sharing(here.corrupted(corrupt)), checks)
    assert one.checks == ("bprop",)
    assert one.case == here.probe.point.case


def test_one_check_may_be_enough(control, mixing):
    here, corrupt = control(mixing), partial(scaled, mixing, 2.0)
    checks = [CHECKS[name] for name in ("jacobian", "bprop")]
    probe = here.probe.sharing(here.corrupted(corrupt))
    assert here.deviation(corrupt, probe, checks).checks == ("jacobian", "bprop")
    assert here.deviation(corrupt, probe, checks, enough=True).checks == ("jacobian",)


def test_a_corruption_elsewhere_is_none_here(control, cube):
    here, corrupt = control(cube), partial(doubled_where, cube, lambda x: x == 0)
    assert here.deviation(corrupt, here.probe.sharing(here.corrupted(corrupt)), ()) is None


def test_what_is_shared_is_not_measured_again(control, cube):
    here = control(cube)
    other = here.probe.sharing(here.corrupted(partial(scaled, cube, 2.0)))
    assert other.estimate is here.probe.estimate
    assert other.reference is here.probe.reference
    assert np.allclose(other.claims["bprop"], 2 * here.probe.claims["bprop"])


def test_only_what_rounding_does_not_hide_is_measured_again(control, cube):
    here = control(cube)
    assert not here.blurred(1e-15)
    assert not here.blurred(1e-1)

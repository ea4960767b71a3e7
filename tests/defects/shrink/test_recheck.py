from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.defects.shrink.recheck import Recheck, kinked
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

X = Input("x", ("n",))


WRONG = Fault.of(FaultKind.DIFFERS, "bprop", analytic=1.0)


def like(check="bprop", input="x", fault=WRONG):
    return Finding(check, Verdict.FAIL, Case("wrong", "normal", sizes=(("n", 2),)), input, fault)


def test_a_point_that_fails_gives_its_failure(wrong):
    found = Recheck(wrong, like()).at([np.array([1.0, 0.0])])
    assert found.finding.verdict is Verdict.FAIL
    assert found.finding.case.id == "wrong[x=[1,0],f64]"
    assert found.arrays[0].tolist() == [1, 0]


def test_a_point_that_passes_gives_none(wrong):
    assert Recheck(wrong, like()).at([np.array([0.0, 0.0])]) is None


def test_the_finding_comes_back_at_its_own_point(wrong):
    assert Recheck(wrong, like()).again().finding.case == like().case
    assert Recheck(lambda: wrong(bprop=lambda v, x: v * np.cos(x)), like()).again() is None


@pytest.mark.parametrize(
    "other",
    [
        like(check="contract"),
        like(input="y"),
        like(fault=Fault(FaultKind.NO_SUBGRADIENT, "bprop")),
        like(check="purity"),
    ],
)
def test_another_failure_does_not_count(wrong, other):
    assert Recheck(wrong, other).at([np.array([1.0, 0.0])]) is None


def test_a_wrong_number_does_not_become_no_number(wrong):
    layer = wrong(bprop=lambda v, x: v * np.where(x == 0, np.nan, 1))
    assert Recheck(lambda: layer, like()).at([np.array([0.0])]) is None
    assert Recheck(lambda: layer, like()).at([np.array([1.0])]) is not None


def test_kinks_count_only_where_they_may(wrong):
    def make():
        return wrong(forward=np.abs, bprop=lambda v, x: 3 * v)

    zero, one = [np.array([0.0])], [np.array([1.0])]
    assert Recheck(make, like()).at(zero) is not None
    assert Recheck(make, like(), kinks=False).at(zero) is None
    assert Recheck(make, like(), kinks=False).at(one) is not None


def test_what_is_a_kink(wrong):
    layer = wrong(forward=lambda x: np.maximum(x, 0) + x, bprop=lambda v, x: 5 * v)
    at = {x: Recheck(lambda: layer, like()).at([np.array([x])]) for x in (0.0, 1.0)}
    assert kinked(at[0.0].probe, at[0.0].finding)
    assert not kinked(at[1.0].probe, at[1.0].finding)
    assert not kinked(at[0.0].probe, replace(at[0.0].finding, check="linearity"))


def test_an_entry_whose_slope_is_zero_is_no_kink(wrong):
    layer = wrong(forward=lambda x: x * x.sum(), bprop=lambda v, x: v * 0.0)
    found = Recheck(lambda: layer, like(), kinks=False).at([np.array([1.0, 0.0])])
    assert found is not None


def test_points_that_cannot_be_made_give_none(wrong):
    layer = wrong(Input("t", ("n",), "labels", classes=2), X, forward=lambda t, x: x, bprop=lambda v, t, x: 2 * v)
    assert Recheck(lambda: layer, like()).at([np.array([7]), np.array([1.0])]) is None
    assert Recheck(lambda: layer, like()).at([np.array([1]), np.array([1.0])]) is not None


def test_a_layer_that_remembers_may_need_all_checks_before(wrong):
    def make():
        seen = []

        def forward(x):
            seen.append(x)
            return np.sin(x)

        return wrong(forward=forward, jacobian=lambda x: np.diag(np.cos(x)) * (1 + (len(seen) > 40)))

    far = [np.array([1.0, 2.0])]
    assert Recheck(make, like("linearity", "", Fault(FaultKind.NOT_LINEAR, "bprop")), alone=False).at(far) is None
    assert Recheck(make, like("agreement"), alone=False).at(far) is not None

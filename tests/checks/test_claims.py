from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.claims import KEPT, beside, claim_comparison, usual_comparison
from gradcheck.checks.compare import compare
from gradcheck.checks.judge import probe_of
from gradcheck.records.estimate import Estimate
from gradcheck.records.fault import FaultKind
from gradcheck.records.finding import Verdict
from gradcheck.records.identity import case_of
from gradcheck.records.input import Input

PAIR = (Input("x", ("n",)), Input("t", ()))


@pytest.fixture
def probe():
    """The probe of plain functions of one input, unless said otherwise."""

    def make(forward, bprop, case="mine[normal,scale=1,n=4,f64]", inputs=PAIR[:1]):
        layer = SimpleNamespace(forward=forward, bprop=bprop, inputs=inputs)
        return probe_of(subject_of(layer, name="mine"), case_of(case))

    with np.errstate(all="ignore"):
        yield make


def of_bprop(probe):
    """The finding of the check."""
    (found,) = CHECKS["bprop"].run(probe)
    return found


def test_a_claim_is_judged_once(probe):
    at = probe(np.sin, lambda v, x: v * np.cos(x))
    assert of_bprop(at).verdict is Verdict.PASS
    kept = at.comparisons["bprop", "x"]
    assert claim_comparison(at, "bprop", "x") is kept
    assert kept.deciding is kept.usual
    assert kept.usual.right.all()


def test_the_finding_is_made_of_what_is_kept(probe):
    at = probe(np.sin, lambda v, x: 2 * v * np.cos(x))
    found, kept = of_bprop(at), claim_comparison(at, "bprop", "x")
    assert (found.verdict, found.bound) == (Verdict.FAIL, kept.summary.bound)
    assert (kept.usual.wrong == np.eye(4, dtype=bool)).all()


def test_what_is_too_large_is_not_kept(probe):
    n = int(KEPT**0.5) + 1
    at = replace(probe(np.sin, lambda v, x: v * np.cos(x), f"mine[normal,scale=1,n={n},f64]"), whole=True)
    assert claim_comparison(at, "bprop", "x").usual.verdict is Verdict.PASS
    assert at.comparisons == {}


def test_a_value_that_is_wrong_at_run_time_alone_decides(probe):
    at = probe(lambda x: np.logaddexp(0, x), lambda v, x: v * np.exp(x) / (1 + np.exp(x)), "mine[x=[0.5,800],f64]")
    kept = claim_comparison(at, "bprop", "x")
    assert kept.usual.verdict is Verdict.PASS
    assert kept.deciding is kept.run_time
    assert kept.run_time.wrong.tolist() == [[False, True], [False, True]]  # 0 * NaN is NaN, too
    assert kept.summary.fault.kind is FaultKind.AT_RUN_TIME


@pytest.mark.parametrize(("e", "fails"), [(1e-6, True), (1e-9, False)])
def test_in_few_digits_the_formula_decides_where_it_fails(probe, e, fails):
    at = probe(np.tanh, lambda v, x: v * (1 - np.tanh(x) ** 2) * np.asarray(1 + e, np.float64), "mine[normal,n=4,f32]")
    kept = claim_comparison(at, "bprop", "x")
    assert (kept.formula is not None, kept.summary.verdict is Verdict.FAIL) == (fails, fails)
    assert kept.deciding is (kept.formula if fails else kept.usual)


def test_the_columns_of_all_inputs_together(probe):
    at = probe(lambda x, t: x * t, lambda v, x, t: (v * t, 2 * v @ x), inputs=PAIR)
    whole = usual_comparison(at, "bprop")
    assert whole.wrong[:, :4].sum() == 0
    assert whole.wrong[:, 4].all()
    assert np.array_equal(whole.numeric.value, at.estimate.value)


def test_two_analytic_sides_are_each_granted_their_rounding_and_their_slope():
    kink = Estimate(*(np.array([one]) for one in (0.5, 0.5, 0.5, 1.0, 1.0, 0.0)))
    for other, verdict in ((1.0, Verdict.PASS), (1.1, Verdict.FAIL)):
        sides = beside(kink, np.array([0.0]), kink.gap)
        assert compare(np.array([other]), sides, eps=1e-16).verdict is verdict


def test_a_measurement_is_shared_and_claims_are_not(probe):
    at = probe(np.sin, lambda v, x: v * np.cos(x))
    wrong = SimpleNamespace(forward=np.sin, bprop=lambda v, x: 2 * v * np.cos(x), inputs=at.subject.inputs)
    other = at.sharing(subject_of(wrong, name="mine"))
    assert other.estimate is at.estimate
    assert other.reference is at.reference
    assert (of_bprop(at).verdict, of_bprop(other).verdict) == (Verdict.PASS, Verdict.FAIL)


def test_decoys_are_shown_before_the_point(probe):
    seen = []
    at = probe(lambda x: seen.append(x.tolist()) or np.sin(x), lambda v, x: v * np.cos(x), "mine[x=[1,2],f64]")
    assert np.array_equal(at.output, np.sin([1.0, 2.0]))
    assert seen[0] == [2, 1]
    assert seen[-1] == [1, 2]
    assert len(at.decoys) == 2

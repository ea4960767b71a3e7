from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.errors import UsageError
from gradcheck.records.case import Case
from gradcheck.records.finding import KINK, Finding, Verdict
from gradcheck.records.identity import case_of
from gradcheck.records.plan import Plan
from gradcheck.run.explain import _weight, explain

NORMAL = Plan(inputs=("normal",))


def finding(verdict="FAIL", check="bprop", **facts):
    numbers = {"analytic": 1.0, "numeric": 1.1, "bound": 1e-12, "max_rel": 0.1}
    return Finding(check, Verdict(verdict), Case("mine", "normal"), **{**numbers, **facts})


@pytest.mark.parametrize(
    ("heavy", "light"),
    [
        (finding("FAIL"), finding("INCONCLUSIVE")),
        (finding("FAIL"), finding("FAIL", "contract", analytic=None, numeric=None, bound=None)),
        (finding("FAIL", "contract", analytic=None, bound=None), finding("PASS")),
        (finding("FAIL", max_rel=0.5), finding("FAIL", max_rel=1e-3)),
        (finding("FAIL", analytic=float("nan"), max_rel=None), finding("FAIL", max_rel=1.0)),
        (finding("PASS", numeric=1.01), finding("PASS", numeric=1.001)),
        (finding("PASS", numeric=1.001), finding("PASS", numeric=1.1, notes=(KINK,))),
    ],
)
def test_what_matters_more(heavy, light):
    assert _weight(heavy) > _weight(light)


def test_failures_of_like_size_weigh_the_same_so_that_the_plainest_point_counts():
    assert _weight(finding(max_rel=0.6)) == _weight(finding(max_rel=200.0, bound=1e-30))


def test_a_failure_is_laid_open_at_an_ordinary_point(square):
    told = explain(square(1.001), Plan())
    assert (told.finding.verdict, told.finding.check, told.finding.case.strategy) == (Verdict.FAIL, "bprop", "normal")
    assert told.figures is not None
    assert told.missing == ""
    assert len({f.case for f in told.report.findings}) > 10


def test_where_all_is_well_there_are_figures_too(square):
    told = explain(square(), NORMAL)
    assert told.finding.verdict is Verdict.PASS
    assert all(entry.ratio <= 1 for entry in told.figures.entries)


def test_one_check_may_be_asked_for(square):
    assert explain(square(), NORMAL, check="purity").finding.check == "purity"
    assert explain(square(), NORMAL, check="jacobian") is None


def test_a_point_written_out(square):
    told = explain(square(2.0), Plan(replay=(case_of("mine[x=[0,3],f64]"),)))
    assert told.finding.case.id == "mine[x=[0,3],f64]"
    assert [(entry.input, entry.analytic, entry.numeric) for entry in told.figures.entries] == [("x[1]", 12.0, 6.0)]


def test_an_unknown_strategy_is_refused(square):
    with pytest.raises(UsageError, match="did you mean 'normal'"):
        explain(square(), Plan(replay=(case_of("mine[normul,f64]"),)))


def test_each_case_is_told_of(square):
    seen = []
    explain(square(), Plan(inputs=("normal", "ties")), on_case=seen.append)
    assert [case.strategy for case in seen] == ["normal", "ties"]


def raising(*_):
    raise ValueError("no such luck")


def overflowing(x):
    return np.exp(1e5 * np.abs(x))


@pytest.mark.parametrize(
    ("forward", "bprop", "verdict", "missing"),
    [
        (raising, lambda v, x: v, "ERROR", "`forward` raised ValueError: no such luck"),
        (np.tanh, raising, "FAIL", "`bprop` raised ValueError: no such luck"),
        (np.tanh, lambda v, x: v[:1], "FAIL", "an array of shape"),
        (overflowing, lambda v, x: v, "UNDEFINED", "5 of 5 outputs are NaN or infinite"),
    ],
)
def test_where_there_is_no_jacobian_it_is_said_why(layer, forward, bprop, verdict, missing):
    told = explain(layer(forward, bprop), NORMAL)
    assert told.finding.verdict is Verdict(verdict)
    assert told.figures is None
    assert missing in told.missing


def test_nothing_to_differentiate_is_said(layer):
    told = explain(layer(lambda x: x, lambda v, x: v), Plan(inputs=("normal",), sizes=((("n", 0),),)))
    assert told.missing == "there are no entries to differentiate"


def test_a_layer_without_cases_has_no_page(square):
    assert explain(square(), Plan(select="nowhere")) is None


def test_a_claim_is_drawn_that_the_finding_is_about():
    """`jacobian` is right, `bprop` is not; a finding of another check shows the worse of the two."""
    both = SimpleNamespace(
        forward=lambda x: x * x, bprop=lambda v, x: 3 * x * v, jacobian=lambda x: 2 * np.diag(x), name="mine"
    )
    told = [explain(subject_of(both), NORMAL, check=check) for check in ("jacobian", "agreement")]
    assert [explanation.figures.claim for explanation in told] == ["jacobian", "bprop"]

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.contract import subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.judge import probe_of
from gradcheck.errors import LoadError, UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.cases import cases_of
from gradcheck.records.case import BUDGETS
from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.registry import Registry
from gradcheck.run.api import assert_correct, check
from gradcheck.run.examine import examine


class Tanh:
    """Right, unless its slope is multiplied."""

    name = "tanh"
    inputs = (Input("x", ("n",)),)

    def __init__(self, factor=1.0):
        self.factor = factor

    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return self.factor * v * (1 - np.tanh(x) ** 2)


class Raising(Tanh):
    def forward(self, x):
        raise ZeroDivisionError("no")


class Two(Tanh):
    inputs = (Input("x", ("n",)), Input("b", ("n",)))

    def forward(self, x, b):
        return x + 0 * b

    def bprop(self, v, x, b):
        return v, 0 * v


def run(layer, **facts):
    return examine(subject_of(layer), Plan(**{"inputs": ("normal",), **facts}))


class Counted(Tanh):
    """Counts its own calls."""

    def __init__(self):
        super().__init__()
        self.called = Counter()

    def forward(self, x):
        self.called["forward"] += 1
        return super().forward(x)

    def bprop(self, v, x):
        self.called["bprop"] += 1
        return super().bprop(v, x)


@pytest.mark.parametrize("n", [3, 200])
@pytest.mark.parametrize("inputs", [("normal",), ("normal", "spike")])
def test_every_call_of_the_layer_is_counted_wherever_it_comes_from(n, inputs):
    layer = Counted()
    report = run(layer, inputs=inputs, sizes=((("n", n),),))
    assert dict(report.calls) == dict(layer.called)
    assert min(layer.called.values()) > 0


class Mixing(Tanh):
    """Softmax, whose gradient is wrong by a factor where asked; a bprop is one call."""

    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def bprop(self, v, x):
        s = self.forward(x)
        return self.factor * s * (v - v @ s)


@pytest.mark.parametrize(("factor", "passes"), [(1.0, True), (1.001, False)])
def test_a_quick_look_takes_few_calls_of_a_layer_and_says_what_it_left_out(factor, passes):
    report = run(Mixing(factor), sizes=((("n", 64),),), budget="quick")
    assert report.passed is passes
    calls = dict(report.calls)
    assert calls["forward"] <= 2 * 64 / 10 + 60
    assert calls["bprop"] <= 20 or not passes  # what is wrong is looked at again
    assert {f.notes for f in report.findings if f.check == "bprop"} <= {("sampled",), ()}
    assert {f.case.id for f in report.findings} == {"tanh[normal,scale=1,n=64,f64,quick]"}
    assert {name for name, why in report.skipped if why == "budget quick"} == {"layout", "sizes", "batch", "vmap"}


def test_a_budget_draws_no_other_point_and_an_unknown_one_is_refused():
    subject = subject_of(Tanh())
    points = [probe_of(subject, case).point for b in BUDGETS for case in cases_of(subject, Plan(("mixed",), budget=b))]
    assert all(np.array_equal(point.arrays[0], points[0].arrays[0]) for point in points)
    with pytest.raises(UsageError, match="`budget` must be one of quick, usual, full, not 'slow'"):
        check(Tanh(), budget="slow")


def test_a_right_layer_passes():
    report = check(Tanh(), inputs=["normal", "zeros"])
    assert report.verdict is Verdict.PASS
    assert report.passed
    assert {f.case.strategy for f in report.findings} == {"normal", "zeros"}
    assert report.layer == "tanh"
    assert report.seconds > 0


def test_a_wrong_layer_fails():
    report = check(Tanh(1.001), inputs=["normal"])
    assert report.verdict is Verdict.FAIL
    assert not report.passed
    assert [f.check for f in report.failures] == ["bprop"]
    assert report.failures[0].worst.startswith("x[")


@pytest.mark.parametrize("factor", [1 + 1e-6, 1 - 1e-6, -1.0, 0.0, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_small_and_large_mistakes_fail(factor, seed):
    assert check(Tanh(factor), inputs=["normal"], seed=seed).verdict is Verdict.FAIL


def test_by_default_every_strategy_is_used():
    silent = {"critical", "zero_parameters", "boundary"}
    assert {f.case.strategy for f in check(Tanh()).findings} == set(STRATEGIES) - silent


def test_assertions_pass_in_silence_or_say_what_is_wrong():
    assert_correct(Tanh(), inputs=["normal"])
    with pytest.raises(AssertionError) as caught:
        assert_correct(Tanh(1.5), inputs=["normal"], seed=3)
    headline, place, point, numbers, line = str(caught.value).splitlines()
    assert headline == "FAIL tanh · bprop · x: off by a constant factor: analytic = 1.5 numeric"
    assert place.endswith(", at normal scale=1")
    assert point.startswith("    x = np.array([0.]); v = np.array([")
    assert numbers.startswith("    x[0] for v = one-hot [0]: analytic 1.5, numeric 1 ")
    assert line == "    gradcheck.check(layer, inputs=['normal'], scales=[1], sizes={'n': 5}, seed=3)"


def test_errors_that_are_alike_are_told_once_there():
    with pytest.raises(AssertionError) as caught:
        assert_correct(Raising(), inputs=["normal", "ties", "uniform"])
    first, where, _ = str(caught.value).splitlines()
    assert first.startswith("ERROR tanh · contract: `forward` raised ZeroDivisionError: no at ")
    assert where.endswith("at all 3 points")


def test_where_nothing_is_checked_nothing_is_asserted():
    with pytest.raises(AssertionError, match="tanh: nothing was checked: no strategy applies"):
        assert_correct(Tanh(), inputs=["critical"])


def test_a_layer_that_raises_is_reported_and_not_passed_on():
    report = check(Raising(), inputs=["normal"])
    assert report.verdict is Verdict.ERROR
    assert "ZeroDivisionError: no" in report.findings[0].sentence


def test_what_is_no_layer_is_refused():
    with pytest.raises(LoadError):
        check(object())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"inputs": ["nromal"]}, "unknown .* 'nromal'; did you mean 'normal'"),
        ({"dtype": "float46"}, "`dtype` must be one of .*, not 'float46'; did you mean 'float64'"),
    ],
)
def test_unknown_names_are_refused(facts, message):
    with pytest.raises(UsageError, match=message):
        check(Tanh(), **facts)


def test_an_unknown_check_is_refused():
    with pytest.raises(UsageError, match="unknown check 'bporp'; did you mean 'bprop'"):
        run(Tanh(), checks=("bporp",))


def test_only_the_checks_that_are_named_run():
    assert {f.check for f in run(Tanh(), checks=("contract",)).findings} == {"contract"}
    assert {f.check for f in run(Tanh()).findings} >= {"contract", "bprop"}


def ids(layer, **facts):
    return [case.id for case in cases_of(subject_of(layer), Plan(**facts))]


def test_cases_are_the_product_of_the_plan():
    found = ids(Tanh(), inputs=("normal", "ties"), scales=(1.0, 1e3), dtypes=("float64", "float32"), seeds=(0, 1))
    assert len(found) == len(set(found)) == 16
    assert found[0] == "tanh[normal,scale=1,n=5,f64]"
    assert found[-1] == "tanh[ties,scale=1e3,n=5,f32,seed=1]"


def test_sizes_are_those_of_the_plan_the_layer_or_the_house():
    class Small(Tanh):
        sizes: ClassVar = {"n": 2}

    assert ids(Tanh(), inputs=("normal",)) == ["tanh[normal,scale=1,n=5,f64]"]
    assert ids(Small(), inputs=("normal",)) == ["tanh[normal,scale=1,n=2,f64]"]
    assert ids(Small(), inputs=("normal",), sizes=((("n", 7),),)) == ["tanh[normal,scale=1,n=7,f64]"]


def test_sizes_that_a_layer_does_not_have_make_no_second_case():
    assert len(ids(Tanh(), inputs=("normal",), sizes=((("m", 2),), (("m", 3),)))) == 1
    assert len(ids(Tanh(), inputs=("normal",), sizes=((("n", 2),), (("n", 3),)))) == 2


def test_cases_are_selected_by_their_names():
    assert ids(Tanh(), inputs=("normal", "ties"), select="ties") == ["tanh[ties,scale=1,n=5,f64]"]
    assert ids(Tanh(), inputs=("normal",), select="not normal") == []


def test_a_point_depends_on_its_case_alone():
    subject = subject_of(Tanh())
    first, again = (cases_of(subject, Plan(inputs=names))[-1] for names in (("normal",), ("ties", "normal")))
    points = [probe_of(subject, case).point.arrays[0] for case in (first, again)]
    assert (points[0] == points[1]).all()


def test_a_strategy_that_does_not_apply_has_no_point():
    subject = subject_of(Tanh())
    case = cases_of(subject, Plan(inputs=("critical",)))[0]
    assert probe_of(subject, case) is None
    assert run(Tanh(), inputs=("critical",)).findings == ()


def test_every_case_is_announced():
    seen = []
    plan = Plan(inputs=("normal", "critical", "zeros"))
    examine(subject_of(Tanh()), plan, on_case=lambda case: seen.append(case.strategy))
    assert seen == ["normal", "critical", "zeros"]


@pytest.mark.parametrize(("factor", "count"), [(1.5, 1), (1.0, 2)])
def test_the_first_failure_may_be_the_last(factor, count):
    plan = Plan(inputs=("normal", "uniform"))

    def enough(findings, _):
        return any(finding.verdict is Verdict.FAIL for finding in findings)

    report = examine(subject_of(Tanh(factor)), plan, enough=enough)
    assert len({f.case.strategy for f in report.findings}) == count


@pytest.mark.parametrize(("factor", "methods"), [(1.5, ["forward", "bprop"]), (1.0, [])])
def test_a_layer_that_fails_says_where_it_is_written(factor, methods):
    found = examine(subject_of(Tanh(factor)), Plan(inputs=("normal",))).places
    assert [place.method for place in found] == methods
    assert all(place.file.endswith("test_examine.py") for place in found)


def test_inputs_without_a_signal_are_named():
    assert run(Two(), inputs=("normal", "zeros")).silent == ("b",)
    assert run(Tanh()).silent == ()


def test_a_signal_at_one_point_is_enough():
    class Square(Tanh):
        def forward(self, x):
            return x * x

        def bprop(self, v, x):
            return 2 * v * x

    assert run(Square(), inputs=("zeros",)).silent == ("x",)
    assert run(Square(), inputs=("zeros", "normal")).silent == ()


def test_the_method_is_named():
    assert run(Tanh()).method.startswith("central differences in ")
    assert run(Raising()).method == ""


def test_the_same_seed_finds_the_same():
    first, second = (check(Tanh(1.001), inputs=["normal"], seed=4) for _ in range(2))
    assert first.findings == second.findings
    assert first.findings != check(Tanh(1.001), inputs=["normal"], seed=5).findings


def test_warnings_of_a_layer_stay_quiet():
    class Loud(Tanh):
        def forward(self, x):
            np.log(np.zeros(1))
            return np.tanh(x)

    assert check(Loud(), inputs=["normal"]).verdict is Verdict.PASS


def test_a_fault_of_a_check_is_an_error_and_costs_no_other_check_its_findings(monkeypatch):
    def broken(_probe):
        raise ZeroDivisionError("planted")

    checks = {**CHECKS, "jacobian": replace(CHECKS["jacobian"], run=broken)}
    monkeypatch.setattr("gradcheck.checks.CHECKS", Registry("check", checks.items()))
    report = gradcheck.check(gradcheck.load("softmax")[0], inputs=["normal"])
    found = {finding.check: finding for finding in report.findings}
    assert found["jacobian"].verdict is Verdict.ERROR
    assert "ZeroDivisionError: planted" in found["jacobian"].sentence
    assert found["bprop"].verdict is Verdict.PASS


def test_without_it_there_is_no_error():
    assert gradcheck.check(gradcheck.load("softmax")[0], inputs=["normal"]).verdict is Verdict.PASS


def test_one_name_and_one_scale_need_no_list():
    report = gradcheck.check(Tanh(), inputs="ties", scales=10)
    assert report.findings == gradcheck.check(Tanh(), inputs=["ties"], scales=[10.0]).findings
    assert {(f.case.strategy, f.case.scale) for f in report.findings} == {("ties", 10.0)}


def test_what_was_not_run_is_told_with_what_the_layer_lacks():
    report = examine(subject_of(Tanh()), Plan(inputs=("normal", "critical", "boundary", "zero_parameters")))
    skipped = dict(report.skipped)
    assert skipped["critical"] == "none"
    assert skipped["boundary"] == "no edge"
    assert skipped["zero_parameters"] == "no second input"
    assert {"jacobian", "laws"} <= set(skipped)
    assert not {"normal", "bprop", "contract", "purity"} & set(skipped)


def test_what_is_asked_for_and_run_is_not_among_it():
    class Edged(Two):
        inputs = (Input("x", ("n",), "positive"), Input("b", ("n",)))
        critical = (1.0,)

    plan = Plan(inputs=("critical", "boundary", "zero_parameters"), checks=("contract", "purity"))
    assert examine(subject_of(Edged()), plan).skipped == ()


def test_checks_that_wait_for_the_contract_are_not_called_skipped():
    assert {name for name, _ in examine(subject_of(Raising()), Plan(inputs=("normal",))).skipped} == set()

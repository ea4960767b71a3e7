"""Verdicts, findings and reports: what they say of themselves."""

from __future__ import annotations

import dataclasses
import shlex

import pytest

from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import KINK, Counterexample, Finding, Verdict
from gradcheck.records.report import LayerReport

CASE = Case("softmax", "ties", 1e3, (("n", 5),))


def finding(verdict=Verdict.PASS, **facts):
    return Finding("bprop", verdict, CASE, **facts)


def report(*findings, **facts):
    return LayerReport("softmax", facts.pop("target", "softmax"), findings, **facts)


def test_verdicts_from_the_best_to_the_worst():
    names = ["PASS", "UNDEFINED", "INCONCLUSIVE", "ERROR", "FAIL"]
    assert [v.value for v in sorted(Verdict, key=lambda v: v.severity)] == names


def test_the_breadcrumb_says_where_and_what():
    numbers = {"analytic": 0.125, "numeric": 0.1301, "bound": 2e-9, "error": 5.1e-3}
    found = finding(Verdict.FAIL, fault=Fault.of(FaultKind.DIFFERS, **numbers), worst="x[2]", input="x")
    assert found.breadcrumb == (
        "softmax · bprop · ties scale=1e3 · x[2]: analytic 0.125, numeric 0.1301 ± 2.0e-09, error 5.1e-03"
    )


def test_a_failure_is_known_by_its_note():
    assert finding(Verdict.FAIL, notes=("sampled", "known failure: upstream")).known == "known failure: upstream"
    assert finding(Verdict.FAIL, notes=("expected failure: block",)).known == "expected failure: block"
    assert finding(Verdict.FAIL, notes=("sampled",)).known == ""


def test_the_breadcrumb_makes_do_with_less():
    assert finding(input="x").breadcrumb == "softmax · bprop · ties scale=1e3 · x: PASS"
    assert finding().breadcrumb == "softmax · bprop · ties scale=1e3: PASS"


@pytest.mark.parametrize("worst", Verdict)
def test_a_report_is_as_bad_as_its_worst_finding(worst):
    others = [finding(v) for v in Verdict if v.severity < worst.severity]
    found = report(*others, finding(worst))
    assert found.verdict is worst
    assert found.passed == (worst not in (Verdict.ERROR, Verdict.FAIL))
    assert len(found.failures) == (worst in (Verdict.ERROR, Verdict.FAIL)) + (worst is Verdict.FAIL)


def test_a_report_of_nothing_passes():
    assert report().verdict is Verdict.PASS
    assert report().failures == ()


def test_the_power_of_a_report_is_that_of_what_passed():
    passed = [finding(floor=f) for f in (1e-9, 1e-12, 1e-11)]
    others = [finding(Verdict.UNDEFINED, floor=1.0), finding(floor=0.5, notes=(KINK,)), finding(floor=None)]
    assert report(*passed, *others).power == (1e-9, 1e-11)
    assert report(*others).power is None


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.ERROR])
def test_a_report_of_what_fails_has_no_power(verdict):
    failing = report(finding(floor=1e-9), finding(floor=1e20), finding(verdict))
    assert (failing.power, failing.blind) == (None, 0)


def test_a_case_or_the_worst_is_laid_open():
    words = shlex.split(report().explain(SMALL.case))
    assert words == ["gradcheck", "explain", "softmax", "--at", "softmax[x=[0,2.5],f64]"]
    assert report().explain() == "gradcheck explain softmax"
    assert report(target="").explain(CASE) == report(target="").explain() == ""


@pytest.mark.parametrize("target", ["softmax", "layers/mine.py:Net", "my layers/it's.py:Net"])
def test_the_line_that_reproduces_a_finding_reads_back(target):
    words = shlex.split(report(target=target).reproduce(finding()))
    assert words == ["gradcheck", target, "--inputs", "ties", "--scale", "1e3", "--size", "n=5", "--seed", "0"]


def test_a_finding_about_an_object_is_reproduced_in_python():
    line = report(target="").reproduce(finding())
    assert line == "gradcheck.check(layer, inputs=['ties'], scales=[1e3], sizes={'n': 5}, seed=0)"


SMALL = Counterexample(Case("softmax", "given", values="x=[0,2.5]"), "x = np.array([0, 2.5])")


@pytest.mark.parametrize("record", [finding(), report(), SMALL], ids=lambda record: type(record).__name__)
def test_findings_are_frozen(record):
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.case = CASE


def test_a_finding_is_reproduced_at_its_counterexample():
    words = shlex.split(report().reproduce(finding(Verdict.FAIL, counterexample=SMALL)))
    assert words == ["gradcheck", "softmax", "--replay", "softmax[x=[0,2.5],f64]"]


def test_a_point_written_out_is_its_own_breadcrumb():
    found = Finding("bprop", Verdict.PASS, SMALL.case, "x")
    assert found.breadcrumb == "softmax · bprop · x=[0,2.5] · x: PASS"


def test_a_long_point_is_cut_in_the_breadcrumb():
    case = Case("softmax", "given", values=f"x=[{','.join(['0.125'] * 100)}]")
    assert len(Finding("bprop", Verdict.PASS, case).breadcrumb) < 160


def test_what_could_see_nothing_is_counted_apart():
    seeing, blind = finding(floor=1e-9), finding(floor=1e20)
    assert report(seeing, blind).power == (1e-9, 1e-9)
    assert report(seeing, blind).blind == 1
    assert report(seeing).blind == 0
    assert report(blind).power is None

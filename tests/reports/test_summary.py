from __future__ import annotations

import math

import pytest

from gradcheck.records.case import Case
from gradcheck.records.finding import Counterexample
from gradcheck.reports.summary import failure_lines, relative, silence, tally


def test_a_tally_says_how_much_the_passes_prove(report, finding):
    passed = [finding(floor=floor) for floor in (1e-12, 2e-14, 3e-15)]
    assert tally(report(*passed, finding("FAIL", floor=1.0))) == (
        "4 findings: 3 PASS, 1 FAIL; would have seen relative errors >= 1.0e-12 (median 2.0e-14) in every entry checked"
    )


def test_a_tally_without_floors_claims_nothing(report, finding):
    assert tally(report(finding())) == "1 finding: 1 PASS"


def test_each_failure_has_a_line_to_find_and_a_line_to_run(report, finding):
    wrong = finding("FAIL", strategy="ties", scale=1e3, worst="x[2]", sentence="analytic 1, numeric 2")
    assert list(failure_lines(report(finding(), wrong, target="own.py:Softmax"))) == [
        "FAIL softmax · bprop · ties scale=1e3 · x[2]: analytic 1, numeric 2",
        "    gradcheck own.py:Softmax --inputs ties --scale 1e3 --seed 0",
    ]


def test_a_failure_made_smaller_says_so_between_the_two(report, finding):
    small = Counterexample(Case("softmax", "given", values="x=[0,1]"), "x = np.array([0, 1.])")
    assert list(failure_lines(report(finding("FAIL", counterexample=small))))[1:] == [
        "    x = np.array([0, 1.])",
        "    gradcheck softmax --replay 'softmax[x=[0,1],f64]'",
    ]


def test_a_layer_that_raises_at_every_point_says_it_once(report, finding):
    lines = list(failure_lines(report(*(finding("ERROR", strategy=s, sentence="boom") for s in ("ties", "spike")))))
    assert lines[0] == "ERROR softmax · bprop · ties scale=1 · x: boom (and at 1 more point)"
    assert len(lines) == 2


def test_failures_that_are_alike_are_all_told(report, finding):
    lines = list(failure_lines(report(*(finding("FAIL", strategy=s, sentence="boom") for s in ("ties", "spike")))))
    assert len([line for line in lines if "boom" in line]) == 2


def test_known_failures_are_not_told_again(report, finding):
    known, new = (
        finding("FAIL", notes=("known failure: upstream",)),
        finding("FAIL", strategy="ties", notes=("sampled",)),
    )
    (line, _) = failure_lines(report(known, new))
    assert "ties" in line


def test_no_failure_no_lines(report, finding):
    assert not list(failure_lines(report(finding(), finding("INCONCLUSIVE"))))


def test_inputs_without_a_learning_signal_are_named(report):
    assert silence(report(silent=("W1", "b1"))).startswith("no learning signal: the gradient of W1, b1 is exactly zero")
    assert silence(report()) == ""


def test_a_tally_says_where_nothing_could_be_seen(report, finding):
    said = tally(report(finding(floor=1e-12), finding(floor=1e20)))
    assert said.endswith("in every entry checked; in 1 the derivative is too small beside rounding to be seen")
    assert "too small" not in tally(report(finding(floor=1e-12)))


@pytest.mark.parametrize(
    ("value", "told"), [(None, "-"), (0.5, "5.0e-01"), (1.0, "> 1"), (1e20, "> 1"), (math.inf, "inf")]
)
def test_above_one_a_floor_says_no_more(value, told):
    assert relative(value) == told

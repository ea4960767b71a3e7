from __future__ import annotations

import math

import pytest

from gradcheck.reports.summary import relative, silence, tally


def test_a_tally_says_how_much_the_passes_prove(report, finding):
    passed = [finding(floor=floor) for floor in (1e-12, 2e-14, 3e-15)]
    assert tally(report(*passed)) == (
        "3 findings: 3 PASS; would have seen relative errors >= 1.0e-12 (median 2.0e-14) in every entry checked"
    )


@pytest.mark.parametrize("verdict", ["FAIL", "ERROR"])
def test_a_tally_of_what_fails_proves_nothing(report, finding, verdict):
    assert tally(report(finding(floor=1e-12), finding(floor=1e20), finding(verdict))).endswith(f" PASS, 1 {verdict}")


def test_a_tally_without_floors_claims_nothing(report, finding):
    assert tally(report(finding())) == "1 finding: 1 PASS"


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

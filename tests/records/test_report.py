from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from gradcheck.records.finding import NOT_APPLICABLE, NOTHING_CHECKED
from gradcheck.records.report import counts, together, worst


@given(st.lists(st.none() | st.floats(allow_nan=False)))
def test_the_worst_is_the_largest_that_is_there(values):
    present = [v for v in values if v is not None]
    assert worst(values) == (max(present) if present else None)


@given(st.permutations([1.0, math.inf, math.nan, None]))
def test_nothing_is_worse_than_nan(values):
    assert math.isnan(worst(values))


def test_verdicts_are_counted_the_best_first(finding):
    assert counts([finding("FAIL"), finding(), finding("UNDEFINED"), finding()]) == "2 PASS, 1 UNDEFINED, 1 FAIL"
    assert counts([]) == "nothing was checked"


def test_reports_together_hold_all_findings_in_order(report, finding):
    total = together([report(finding(), seconds=1.0), report(finding("FAIL"), layer="tanh", seconds=0.5)])
    assert [f.verdict.value for f in total.findings] == ["PASS", "FAIL"]
    assert total.seconds == 1.5


def test_what_passed_with_nothing_to_check_is_counted_apart(finding):
    refused = f"{NOT_APPLICABLE}: `bprop` refuses batches of 1"
    some, none = finding(notes=(refused,)), finding(notes=(refused, NOTHING_CHECKED))
    assert counts([some, none]) == "1 PASS, 1 not applicable"
    assert counts([some, some]) == "2 PASS"

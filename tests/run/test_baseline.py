from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.run.baseline import Baseline, Known, size_of, unmarked

TODAY = dt.date(2030, 6, 15)
CASE = "softmax[ties,scale=1,f64]"
ENTRY = Known("softmax", "bprop", "x", CASE, size=1e-3)


def finding(verdict="FAIL", strategy="ties", check="bprop", input="x", **facts):
    return Finding(check, Verdict(verdict), Case("softmax", strategy), input, **{"max_rel": 1e-3, **facts})


def report(*findings):
    return LayerReport("softmax", "softmax", findings)


def known(entry, found, **facts):
    """Whether a baseline of one entry lets a finding pass."""
    return bool(Baseline((entry,), TODAY, **facts).noted(found).known)


@pytest.mark.parametrize(
    ("entry", "covered"),
    [
        (ENTRY, True),
        (Known("softmax"), True),
        (Known("softmax", "bprop"), True),
        (Known("softmax", input="x"), True),
        (Known("softmax", case=CASE), True),
        (replace(ENTRY, case="softmax[ties,scale=2,f64]"), False),
        (replace(ENTRY, input="W"), False),
        (replace(ENTRY, check="jacobian"), False),
        (replace(ENTRY, layer="tanh"), False),
    ],
)
def test_an_entry_covers_what_agrees_with_all_that_it_names(entry, covered):
    assert known(entry, finding()) is covered


def test_what_covers_no_finding_matches_nothing():
    entries = (ENTRY, Known("tanh"), Known("softmax", "laws"), Known("gone", expires=TODAY - dt.timedelta(1)))
    baseline = Baseline(entries, TODAY)
    assert baseline.unmatched([report(finding("PASS"))]) == entries[1:3]
    assert baseline.unmatched([report(finding("PASS"), finding(check="laws"))]) == entries[1:2]


@pytest.mark.parametrize(
    ("size", "passes"),
    [(1e-4, True), (1e-3, True), (9.9e-3, True), (1.1e-2, False), (math.inf, False), (math.nan, False), (None, False)],
)
def test_worse_by_a_decade_does_not_pass(size, passes):
    marked = Baseline((ENTRY,), TODAY).noted(finding(max_rel=size))
    assert bool(marked.known) is passes
    assert passes or marked.notes == ("worse than the baseline's FAIL 1.0e-03",)


def test_an_entry_without_a_size_allows_any():
    assert known(replace(ENTRY, size=None), finding(max_rel=math.nan))


@pytest.mark.parametrize(
    ("entry", "found", "passes"),
    [
        ("FAIL", "FAIL", True),
        ("FAIL", "ERROR", True),
        ("ERROR", "FAIL", False),
        ("ERROR", "ERROR", True),
        ("INCONCLUSIVE", "FAIL", False),
        ("FAIL", "INCONCLUSIVE", True),
    ],
)
def test_a_worse_verdict_does_not_pass(entry, found, passes):
    one = replace(ENTRY, verdict=Verdict(entry), size=None)
    assert known(one, finding(found), threshold=Verdict.UNDEFINED) is passes


@pytest.mark.parametrize(
    ("expires", "passes"), [(None, True), (TODAY, True), (dt.date(2030, 6, 16), True), (dt.date(2030, 6, 14), False)]
)
def test_an_entry_allows_nothing_after_its_last_day(expires, passes):
    baseline = Baseline((replace(ENTRY, expires=expires, reason="upstream"),), TODAY)
    marked = baseline.noted(finding())
    assert bool(marked.known) is passes
    assert (baseline.expired == ()) is passes
    told = "known failure: upstream" if passes else f"the baseline's entry expired on {expires}: upstream"
    assert marked.notes == (told,)


def test_the_entry_that_names_more_decides():
    strict = replace(ENTRY, size=1e-9)
    assert not Baseline((Known("softmax"), strict), TODAY).noted(finding()).known


@pytest.mark.parametrize("verdict", ["PASS", "UNDEFINED", "INCONCLUSIVE"])
def test_only_failures_are_noted(verdict):
    found = finding(verdict)
    assert Baseline((Known("softmax"),), TODAY).noted(found) is found


def test_a_threshold_makes_milder_verdicts_failures():
    entry = Known("softmax", verdict=Verdict.INCONCLUSIVE)
    assert known(entry, finding("INCONCLUSIVE"), threshold=Verdict.INCONCLUSIVE)
    assert not known(entry, finding("UNDEFINED"), threshold=Verdict.INCONCLUSIVE)


def test_reports_are_marked_and_marks_removed():
    plain = report(finding(notes=("sampled",)), finding("PASS"))
    marked = Baseline((ENTRY,), TODAY).marked(plain)
    assert marked.findings[0].notes == ("sampled", "known failure")
    assert unmarked(marked) == plain
    assert Baseline((), TODAY).marked(plain) is plain


def test_what_a_sweep_expects_is_no_business_of_a_baseline():
    expected = finding(notes=("expected failure: block",))
    baseline = Baseline((), TODAY)
    assert expected.known
    assert baseline.updated([report(expected)]) == ()
    assert len(baseline.updated([report(finding())])) == 1
    assert unmarked(report(expected)) == report(expected)


@pytest.mark.parametrize(
    ("entry", "fixed"),
    [
        (ENTRY, False),
        (Known("softmax", "bprop", "x", "softmax[normal,scale=1,f64]"), True),
        (Known("softmax", "jacobian"), True),
        (Known("softmax", "bprop"), False),
        (Known("softmax"), False),
        (Known("softmax", "laws"), False),
        (Known("tanh"), False),
        (replace(ENTRY, case="softmax[huge,scale=1,f64]"), False),
    ],
)
def test_fixed_is_what_was_run_and_does_not_fail(entry, fixed):
    run = [report(finding(), finding("PASS", "normal"), finding("UNDEFINED", check="jacobian"))]
    assert Baseline((entry,), TODAY).fixed(run) == ((entry,) if fixed else ())


def test_updating_follows_the_run():
    stays = replace(ENTRY, reason="upstream", expires=dt.date(2031, 1, 1), line=7)
    gone = replace(ENTRY, case="softmax[normal,scale=1,f64]")
    elsewhere = Known("tanh", reason="not run")
    run = [report(finding(max_rel=0.5), finding("PASS", "normal"), finding("ERROR", "huge", max_rel=None))]
    assert Baseline((stays, gone, elsewhere), TODAY).updated(run) == (
        Known("softmax", "bprop", "x", "softmax[huge,scale=1,f64]", Verdict.ERROR),
        replace(stays, size=0.5),
        elsewhere,
    )


def test_an_entry_for_many_takes_the_worst_of_them():
    wide = Known("softmax", "bprop", size=1e-9)
    run = [report(finding(max_rel=0.1), finding(strategy="normal", max_rel=0.5), finding("ERROR", "huge", max_rel=9.0))]
    assert Baseline((wide,), TODAY).updated(run) == (replace(wide, size=0.5),)
    anything = replace(wide, size=None)
    assert Baseline((anything,), TODAY).updated(run) == (anything,)


def test_the_size_is_relative_where_it_can_be():
    assert size_of(finding(max_rel=0.5, max_abs=3.0)) == 0.5
    assert size_of(finding(max_rel=None, max_abs=3.0)) == 3.0
    assert size_of(finding(max_rel=None)) is None
    assert size_of(finding(max_rel=math.nan)) == math.inf


findings = st.builds(
    finding,
    st.sampled_from([verdict.value for verdict in Verdict]),
    st.sampled_from(["ties", "normal"]),
    st.sampled_from(["bprop", "laws"]),
    st.sampled_from(["", "x", "\n"]),
    max_rel=st.none() | st.just(math.nan) | st.floats(0),
)
entries = st.builds(
    Known,
    st.sampled_from(["softmax", "tanh"]),
    st.sampled_from(["", "bprop"]),
    st.sampled_from(["", "x"]),
    st.sampled_from(["", CASE]),
    st.sampled_from(Verdict),
    st.none() | st.floats(0, allow_nan=False),
)


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(
    st.lists(findings, max_size=6),
    st.lists(entries, max_size=4, unique_by=lambda entry: entry.key),
    st.sampled_from((Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.UNDEFINED)),
)
def test_after_an_update_everything_is_known_and_nothing_fixed(found, listed, threshold):
    run = [report(*found)]
    before = Baseline(tuple(listed), TODAY, threshold)
    after = replace(before, entries=before.updated(run))
    failures = [f for f in after.marked(run[0]).findings if f.verdict.severity >= threshold.severity]
    assert all(f.known for f in failures)
    assert after.fixed(run) == ()
    assert after.updated(run) == after.entries

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.records.run import RunFacts
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.jsonl import FORMAT
from gradcheck.reports.jsonl_reader import read
from tests.records import drawn

FACTS = RunFacts("a1b2", (2, 3), layers=1, cases=4)


def written(*given_reports, run=None):
    stream = io.StringIO()
    FORMAT.write(given_reports, stream, RenderOptions(run=run))
    return stream.getvalue().splitlines()


def told(lines):
    """All layers' reports."""
    return tuple(report for part in read(lines) for report in part.reports)


def changed(line, **facts):
    return json.dumps({**json.loads(line), **facts})


@settings(max_examples=15)  # each is up to three reports
@given(st.lists(drawn.REPORTS, max_size=3))
def test_what_is_written_is_read_back(several):
    lines = written(*several)
    assert repr(told(lines)) == repr(tuple(several))  # NaN differs from itself, its text does not


def test_files_may_follow_one_another(report, finding):
    lines = written(report(finding())) + written(report(finding(layer="tanh"), layer="tanh"))
    assert [r.layer for r in told(lines)] == ["softmax", "tanh"]


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_report_cut_short_before_another_is_refused(kept, report, finding):
    lines = written(report(finding()))
    with pytest.raises(UsageError, match=f"line {kept + 1} begins a report before the summary of the one above it"):
        read(lines[:kept] + lines)


def test_reports_from_before_places_are_read(report, finding):
    lines = [line.replace(', "places": []', "") for line in written(report(finding()))]
    assert not any("places" in line for line in lines)
    assert told(lines) == (report(finding()),)


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_a_report_cut_short_is_refused(kept, report, finding):
    with pytest.raises(UsageError, match=f"the report ends at line {kept}, before its summary"):
        read(written(report(finding()))[:kept])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "JSONDecodeError"),
        ("[]", "an object is needed, not []"),
        ("{}", "`type` must be run, finding, layer or summary, not None"),
        ('{"type": "other"}', "`type` must be run, finding, layer or summary, not 'other'"),
        ('{"type": "run", "version": 2}', "`version` must be 1, not 2"),
        ('{"type": "finding", "verdict": "PASS"}', "id: is missing"),
        ('{"type": "layer", "seconds": "soon"}', "layer: is missing"),
    ],
)
def test_a_line_that_is_none_of_ours_is_refused_by_its_number(line, said, report):
    with pytest.raises(UsageError, match=r"line 2 is no line of a report: ") as caught:
        read([written(report())[0], line])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "FINE"}, "verdict: one of PASS, UNDEFINED, INCONCLUSIVE, ERROR, FAIL is needed, not 'FINE'"),
        ({"max_abs": "much"}, "max_abs: a number is needed, not 'much'"),
        ({"nonfinite": 3}, "nonfinite: numbers that are null are needed"),
        ({"nonfinite": {"input": "nan"}}, "nonfinite: numbers that are null are needed"),
        ({"nonfinite": {"max_abs": "much"}}, "max_abs: a number is needed, not 'much'"),
        ({"figures": {}}, "figures.claim: is missing"),
        ({"counterexample": {"id": "x"}}, "counterexample.case: is missing"),
        ({"max_abz": 1.0}, "unknown field 'max_abz'; did you mean 'max_abs'?"),
    ],
)
def test_a_finding_that_is_none_of_ours_is_refused_by_its_place(change, said, report, finding):
    run, line, *rest = written(report(finding()))
    with pytest.raises(UsageError) as caught:
        read([run, json.dumps({**json.loads(line), **change}), *rest])
    assert str(caught.value) == f"line 2 is no line of a report: {said}"


@pytest.mark.parametrize("finished", [True, False])
def test_which_run_it_is_is_read_back(report, finding, finished):
    facts = RunFacts("a1b2", (2, 3), layers=1, cases=4, finished=finished)
    lines = written(report(finding()), run=facts)
    assert {name: json.loads(lines[0])[name] for name in ("identity", "shard", "layers", "cases")} == {
        "identity": "a1b2",
        "shard": [2, 3],
        "layers": 1,
        "cases": 4,
    }
    assert [part.facts for part in read(lines)] == [facts]


def test_a_report_that_does_not_say_is_read_all_the_same(report, finding):
    assert [part.facts for part in read(written(report(finding())))] == [None]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shard": [4, 3]}, "facts: shard: number and total are needed, such as [1, 4], not [4, 3]"),
        ({"shard": "2/3"}, "facts.shard: a list of 2 is needed, not '2/3'"),
        ({"layers": 1.5}, "facts.layers: a whole number is needed, not 1.5"),
        ({"identity": None}, "facts.identity: a text is needed, not None"),
        ({"gradcheck": 3}, "gradcheck: a text is needed, not 3"),
        ({"cased": 3}, "facts: unknown field 'cased'; did you mean 'cases'?"),
    ],
)
def test_a_head_that_is_none_of_ours_is_refused_by_its_field(report, fields, said):
    lines = written(report(), run=FACTS)
    with pytest.raises(UsageError) as caught:
        read([changed(lines[0], **fields), *lines[1:]])
    assert str(caught.value) == f"line 1 is no line of a report: {said}"


CONTRADICTIONS = {
    "a finding is missing": (lambda lines: lines[:2] + lines[3:], 3, "findings: it says 2, the lines above say 1"),
    "a finding stands twice": (lambda lines: [*lines[:2], *lines[1:]], 5, "findings: it says 2, the lines above say 3"),
    "another verdict": (
        lambda lines: [lines[0], lines[1], changed(lines[2], verdict="PASS"), *lines[3:]],
        4,
        "verdict: it says 'FAIL', the lines above say 'PASS'",
    ),
    "a finding of another layer": (
        lambda lines: [lines[0], lines[1], changed(lines[2], layer="tanh"), *lines[3:]],
        3,
        "layer: it says 'tanh', the lines above say 'softmax'",
    ),
    "a finding of another target": (
        lambda lines: [lines[0], changed(lines[1], target="a.py:B"), *lines[2:]],
        3,
        "target: it says 'softmax', the lines above say 'a.py:B'",
    ),
    "the id of another case": (
        lambda lines: [lines[0], changed(lines[1], id="x[]"), *lines[2:]],
        2,
        "id: it says 'x[]'",
    ),
    "no line of the layer": (lambda lines: [*lines[:3], lines[4]], 4, "the line of the layer 'softmax' is missing"),
    "no layer at all": (lambda lines: [lines[0], lines[4]], 2, "layers: it says 1, the lines above say 0"),
    "another sum": (
        lambda lines: [*lines[:4], changed(lines[4], verdicts={"PASS": 2})],
        5,
        "verdicts: it says {'PASS': 2}, the lines above say {'PASS': 1, 'FAIL': 1}",
    ),
    "another end": (
        lambda lines: [*lines[:4], changed(lines[4], verdict="PASS")],
        5,
        "verdict: it says 'PASS', the lines above say 'FAIL'",
    ),
    "more layers were to come": (
        lambda lines: [changed(lines[0], layers=2), *lines[1:]],
        5,
        "layers: it says 2, the lines above say 1",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_line_that_contradicts_those_above_it_is_refused(report, finding, name):
    spoil, number, said = CONTRADICTIONS[name]
    lines = written(report(finding(), finding("FAIL")), run=FACTS)
    assert len(told(lines)) == 1
    with pytest.raises(UsageError, match=f"^line {number} contradicts the lines above it: ") as caught:
        read(spoil(lines))
    assert said in str(caught.value)


@pytest.mark.parametrize("finished", [True, False])
def test_a_run_that_ended_early_may_have_fewer_layers(report, finding, finished):
    facts = RunFacts("a1b2", layers=2, finished=finished)
    lines = written(report(finding()), run=facts)
    if finished:
        with pytest.raises(UsageError, match="layers: it says 2, the lines above say 1"):
            read(lines)
    else:
        assert len(told(lines)) == 1


def test_a_line_outside_of_a_report_is_refused(report, finding):
    lines = written(report(finding()))
    with pytest.raises(UsageError, match="line 5 stands in no report"):
        read([*lines, lines[1]])
    assert len(told([*lines, *lines])) == 2


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_lacks_are_refused(report, finding, word):
    lines = written(report(finding(max_abs=1.5)))
    assert '"max_abs": 1.5' in lines[1]
    with pytest.raises(
        UsageError, match=f"line 2 is no line of a report: max_abs: a number is needed, not {word}, which"
    ):
        read([lines[0], lines[1].replace("1.5", word), *lines[2:]])

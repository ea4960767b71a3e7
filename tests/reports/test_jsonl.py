from __future__ import annotations

import io
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.jsonl import FORMAT, read
from tests.records import drawn


def written(*given_reports):
    stream = io.StringIO()
    FORMAT.write(given_reports, stream, RenderOptions())
    return stream.getvalue().splitlines()


@settings(max_examples=60)
@given(st.lists(drawn.REPORTS, max_size=3))
def test_what_is_written_is_read_back(several):
    lines = written(*several)
    assert repr(read(lines)) == repr(tuple(several))  # NaN differs from itself, its text does not


def test_lines_are_ascii_and_their_keys_sorted(report, finding):
    for line in written(report(finding(sentence="1 ± 2"), layer="∂")):
        assert line.isascii()
        assert list(json.loads(line)) == sorted(json.loads(line))


def test_the_kinds_of_lines_and_what_they_carry(report, finding):
    wrong = finding(
        "FAIL", strategy="ties", scale=1e3, sizes=(("n", 5),), max_rel=0.5, worst="x[2]", notes=("sampled",)
    )
    run, first, second, layer, summary = map(json.loads, written(report(finding(), wrong, silent=("b",), seconds=0.5)))
    assert (run["type"], run["version"]) == ("run", 1)
    assert run["gradcheck"]
    assert first["verdict"] == "PASS"
    assert second["id"] == "softmax[ties,scale=1e3,n=5,f64]"
    assert second["case"]["sizes"] == {"n": 5}
    assert (second["max_rel"], second["worst"], second["notes"]) == (0.5, "x[2]", ["sampled"])
    assert (layer["type"], layer["verdict"], layer["silent"]) == ("layer", "FAIL", ["b"])
    assert (summary["layers"], summary["verdicts"]) == (1, {"FAIL": 1, "PASS": 1})


@pytest.mark.parametrize("strange", [math.nan, math.inf, -math.inf])
def test_json_gets_no_number_that_it_does_not_know(strange, report, finding):
    line = written(report(finding(max_abs=strange, max_rel=1.0)))[1]
    entry = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert entry["max_abs"] is None
    assert entry["nonfinite"] == {"max_abs": str(strange)}


def test_figures_stand_beside_the_finding(report, finding, figures):
    lines = written(report(finding("FAIL", figures=figures), finding()))
    assert [found.figures for found in read(lines)[0].findings] == [figures, None]
    assert json.loads(lines[1])["figures"]["curve"]["entry"] == figures.curve.entry
    assert "figures" not in json.loads(lines[2])


def test_finite_numbers_need_no_remark(report, finding):
    assert "nonfinite" not in json.loads(written(report(finding(max_abs=1.0)))[1])


def test_files_may_follow_one_another(report, finding):
    lines = written(report(finding())) + written(report(finding(layer="tanh"), layer="tanh"))
    assert [r.layer for r in read(lines)] == ["softmax", "tanh"]


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_report_cut_short_before_another_is_refused(kept, report, finding):
    lines = written(report(finding()))
    with pytest.raises(UsageError, match=f"line {kept + 1} begins a report before the summary of the one above it"):
        read(lines[:kept] + lines)


def test_reports_from_before_places_are_read(report, finding):
    lines = [line.replace(', "places": []', "") for line in written(report(finding()))]
    assert not any("places" in line for line in lines)
    assert read(lines) == (report(finding()),)


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
        ('{"type": "finding", "verdict": "PASS"}', "check: is missing"),
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

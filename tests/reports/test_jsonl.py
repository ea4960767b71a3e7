from __future__ import annotations

import io
import json
import math

import pytest

from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.jsonl import FORMAT
from gradcheck.reports.jsonl_reader import read


def written(*given_reports):
    stream = io.StringIO()
    FORMAT.write(given_reports, stream, RenderOptions())
    return stream.getvalue().splitlines()


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
    assert [found.figures for found in read(lines)[0].reports[0].findings] == [figures, None]
    assert json.loads(lines[1])["figures"]["curve"]["entry"] == figures.curve.entry
    assert "figures" not in json.loads(lines[2])


def test_finite_numbers_need_no_remark(report, finding):
    assert "nonfinite" not in json.loads(written(report(finding(max_abs=1.0)))[1])

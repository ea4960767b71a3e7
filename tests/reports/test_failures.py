from __future__ import annotations

from pathlib import Path

import pytest

import gradcheck
from gradcheck.records.case import Case
from gradcheck.records.failures import blocks
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Counterexample
from gradcheck.records.report import SourceLine
from gradcheck.reports.failures import details, failure_lines, headline, in_repository, location, whereabouts
from tests.reports import hostile

OFF = Fault.of(FaultKind.DIFFERS, "bprop", analytic=0.5, numeric=0.25, bound=1e-15, error=0.25, count=1, total=1)
SMALL = Counterexample(Case("softmax", "given", values="x=[0]"), "x = np.array([0.])", "x[0]", OFF)


def only(report):
    (block,) = blocks([report])
    return block


def test_a_headline_says_what_is_wrong_else_what_was_found(report, finding):
    assert (
        headline(only(report(finding("FAIL", sentence="off", diagnosis="a sign"))))
        == "FAIL softmax · bprop · x: a sign"
    )
    assert headline(only(report(finding("FAIL", sentence="off")))) == "FAIL softmax · bprop · x: off"
    assert headline(only(report(finding("FAIL", input="")))) == "FAIL softmax · bprop: FAIL"


def test_details_say_what_is_there(report, finding):
    bare = only(report(finding("FAIL")))
    assert details(bare) == ("at normal scale=1", "gradcheck softmax --inputs normal --scale 1 --seed 0")
    full = finding("FAIL", diagnosis="a sign", sentence="off", counterexample=SMALL)
    assert details(only(report(full, finding(strategy="ties"), places=(SourceLine("bprop", "a.py", 3),)))) == (
        "a.py:3, at 1 of 2 points: normal",
        "x = np.array([0.])",
        "x[0]: analytic 0.5, numeric 0.25 ± 1.0e-15",
        "gradcheck softmax --replay 'softmax[x=[0],f64]'",
    )


def test_numbers_are_those_of_the_smallest_point_else_of_the_worst(report, finding):
    wrong = finding("FAIL", worst="x[4]", fault=OFF, diagnosis="a sign")
    assert details(only(report(wrong)))[1] == "x[4]: analytic 0.5, numeric 0.25 ± 1.0e-15"
    other = finding("FAIL", worst="x[4]", sentence="another answer", diagnosis="a cache")
    assert details(only(report(other)))[1] == "x[4]: another answer"


def test_what_the_headline_has_said_is_not_said_again(report, finding):
    assert "off" not in "".join(details(only(report(finding("FAIL", worst="x[4]", sentence="off")))))


@pytest.mark.parametrize(
    ("failing", "passing", "told"),
    [
        (("normal",), (), "at normal scale=1"),
        (("normal", "ties"), (), "at all 2 points"),
        (("normal",), ("ties",), "at 1 of 2 points: normal"),
        (("normal", "ties", "spike"), ("huge",), "at 3 of 4 points: normal, ties +1"),
    ],
)
def test_whereabouts_name_strategies_unless_it_is_everywhere(report, finding, failing, passing, told):
    findings = [*(finding("FAIL", strategy=s) for s in failing), *(finding(strategy=s) for s in passing)]
    assert whereabouts(only(report(*findings))) == told


def test_each_cause_has_a_line_to_find_and_lines_below_it(report, finding):
    signs = [finding("FAIL", strategy=s, diagnosis="a sign") for s in ("normal", "ties")]
    other = finding("FAIL", strategy="spike", sentence="off")
    assert list(failure_lines(report(finding(), *signs, other, target="own.py:Softmax"))) == [
        "FAIL softmax · bprop · x: a sign",
        "    at 2 of 3 points: normal, ties",
        "    gradcheck own.py:Softmax --inputs normal --scale 1 --seed 0",
        "FAIL softmax · bprop · x: off",
        "    at 1 of 3 points: spike",
        "    gradcheck own.py:Softmax --inputs spike --scale 1 --seed 0",
    ]


def test_a_layer_that_raises_at_every_point_says_it_once(report, finding):
    lines = list(failure_lines(report(*(finding("ERROR", strategy=s, sentence="boom") for s in ("ties", "spike")))))
    assert lines[:2] == ["ERROR softmax · bprop · x: boom", "    at all 2 points"]
    assert len(lines) == 3


def test_known_failures_are_not_told_again(report, finding):
    assert not list(failure_lines(report(finding("FAIL", notes=("known failure: upstream",)))))
    assert list(failure_lines(report(finding("FAIL", notes=("sampled",)))))


def test_no_failure_no_lines(report, finding):
    assert not list(failure_lines(report(finding(), finding("INCONCLUSIVE"))))


def test_where_gradcheck_is_installed_is_told_to_nobody(report, finding):
    shipped = Path(gradcheck.__file__).parent / "layers" / "relu.py"
    wrong = report(finding("FAIL"), places=(SourceLine("bprop", str(shipped), 3),))
    assert location(only(wrong)) == "gradcheck/layers/relu.py:3"


@pytest.mark.parametrize(
    ("target", "file", "told"),
    [
        ("../own.py:Net", "/home/own.py", "../own.py:3"),
        ("own.py:Net", "/home/own.py", "/home/own.py:3"),
        ("pkg.own:Net", "pkg/own.py", "pkg/own.py:3"),
        ("", "pkg/own.py", "pkg/own.py:3"),
    ],
)
def test_a_file_is_called_as_it_was_typed(report, finding, monkeypatch, target, file, told):
    monkeypatch.setattr("os.getcwd", lambda: "/home/here")
    assert location(only(report(finding("FAIL"), target=target, places=(SourceLine("bprop", file, 3),)))) == told
    assert location(only(report(finding("FAIL"), target=target))) == ""


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_every_line_is_safe_and_one_line(text):
    for line in failure_lines(hostile.report(text)):
        assert not set(line) & set("\x1b\x00\x07\r\n\ud800\u202e\u2028")


def test_files_are_seen_from_the_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = SourceLine("bprop", "a.py", 3)
    assert in_repository(place) == "a.py"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    assert in_repository(place) == f"{tmp_path.name}/a.py"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert in_repository(place) == ""


@pytest.mark.parametrize("file", ["/usr/lib/python3/a.py", "../a.py"])
def test_files_outside_are_not_pointed_at(tmp_path, monkeypatch, file):
    monkeypatch.chdir(tmp_path)
    assert in_repository(SourceLine("bprop", file, 3)) == ""
    assert in_repository(None) == ""

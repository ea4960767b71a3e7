from __future__ import annotations

import math

import pytest

from gradcheck.records.case import Case
from gradcheck.records.finding import Counterexample
from gradcheck.records.report import Place
from gradcheck.records.troubles import details, in_repository, place_of, troubles

PLACES = tuple(Place(method, "a.py", line) for line, method in enumerate(("forward", "bprop", "jacobian"), start=1))


def test_failures_of_one_check_and_input_are_one_trouble_told_at_its_worst(report, finding):
    sizes = (1e-3, 1.0, 1e-6)
    (trouble,) = troubles([report(*(finding("FAIL", scale=s, max_rel=s) for s in sizes))])
    assert (trouble.finding.max_rel, [f.max_rel for f in trouble.rest]) == (1.0, [1e-3, 1e-6])
    assert trouble.headline.startswith("FAIL softmax")
    assert trouble.headline.endswith("(and at 2 more points)")


@pytest.mark.parametrize("other", [{"check": "jacobian"}, {"input": "W"}])
def test_other_checks_and_inputs_are_troubles_of_their_own(report, finding, other):
    assert len(troubles([report(finding("FAIL"), finding("FAIL", **other))])) == 2


def test_a_single_one_counts_no_others(report, finding):
    assert "more point" not in troubles([report(finding("FAIL"))])[0].headline


def test_errors_are_apart_when_they_say_other_things(report, finding):
    said = ("boom", "bang", "boom")
    assert [len(t.rest) for t in troubles([report(*(finding("ERROR", sentence=s) for s in said))])] == [1, 0]


def test_the_worst_come_first_wherever_they_stand(report, finding):
    first = report(finding("ERROR"), finding("FAIL", max_rel=1e-3), finding())
    second = report(*(finding("FAIL", max_rel=size, input=str(size)) for size in (0.5, math.nan, None, math.inf)))
    found = [(t.finding.verdict.value, str(t.finding.max_rel)) for t in troubles([first, second])]
    assert found[0][1] in ("nan", "inf")
    assert found[2:] == [("FAIL", "0.5"), ("FAIL", "0.001"), ("FAIL", "None"), ("ERROR", "None")]


@pytest.mark.parametrize("verdict", ["PASS", "UNDEFINED", "INCONCLUSIVE"])
def test_other_verdicts_are_no_trouble(report, finding, verdict):
    assert troubles([report(finding(verdict))]) == []


def test_known_failures_are_no_trouble(report, finding):
    assert troubles([report(finding("FAIL", notes=("known failure: upstream",)))]) == []
    assert troubles([report(finding("FAIL", notes=("sampled",)))]) != []


def test_details_say_what_is_there(report, finding):
    bare = finding("FAIL")
    assert details(report(), bare) == ("reproduce: gradcheck softmax --inputs normal --scale 1 --seed 0",)
    full = finding(
        "FAIL", diagnosis="a sign", counterexample=Counterexample(Case("softmax", "given", values="x=[0]"), "x = 0")
    )
    told = ("diagnosis: a sign", "smallest: x = 0", "reproduce: gradcheck softmax --replay 'softmax[x=[0],f64]'")
    assert details(report(), full) == told


@pytest.mark.parametrize(
    ("check", "sentence", "method"),
    [
        ("bprop", "", "bprop"),
        ("jacobian", "", "jacobian"),
        ("agreement", "", "bprop"),
        ("contract", "`forward` raised ValueError: no", "forward"),
        ("contract", "`jacobian` raised ValueError: no", "jacobian"),
        ("contract", "`bprop` returned a list", "bprop"),
    ],
)
def test_the_place_is_that_of_the_method_to_blame(report, finding, check, sentence, method):
    assert place_of(report(places=PLACES), finding("FAIL", check=check, sentence=sentence)).method == method


def test_the_place_of_what_there_is(report, finding):
    assert place_of(report(places=PLACES[:1] + PLACES[2:]), finding(check="bprop")).method == "jacobian"
    assert place_of(report(places=PLACES[:1]), finding(check="bprop")) is None


def test_files_are_seen_from_the_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = Place("bprop", "a.py", 3)
    assert in_repository(place) == "a.py"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    assert in_repository(place) == f"{tmp_path.name}/a.py"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert in_repository(place) == ""


@pytest.mark.parametrize("file", ["/usr/lib/python3/a.py", "../a.py"])
def test_files_outside_are_not_pointed_at(tmp_path, monkeypatch, file):
    monkeypatch.chdir(tmp_path)
    assert in_repository(Place("bprop", file, 3)) == ""
    assert in_repository(None) == ""

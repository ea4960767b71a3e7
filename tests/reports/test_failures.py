from __future__ import annotations

import pytest

from gradcheck.records.case import Case
from gradcheck.records.failures import failure_groups
from gradcheck.records.finding import Counterexample
from gradcheck.records.report import SourceLine
from gradcheck.reports.failures import details, headline, in_repository


def test_a_headline_counts_the_others(report, finding):
    (group,) = failure_groups([report(*(finding("FAIL", scale=s, max_rel=s) for s in (1e-3, 1.0, 1e-6)))])
    assert headline(group).startswith("FAIL softmax")
    assert headline(group).endswith("(and at 2 more points)")


def test_a_single_one_counts_no_others(report, finding):
    assert "more point" not in headline(failure_groups([report(finding("FAIL"))])[0])


def test_details_say_what_is_there(report, finding):
    bare = finding("FAIL")
    assert details(report(), bare) == ("reproduce: gradcheck softmax --inputs normal --scale 1 --seed 0",)
    full = finding(
        "FAIL", diagnosis="a sign", counterexample=Counterexample(Case("softmax", "given", values="x=[0]"), "x = 0")
    )
    told = ("diagnosis: a sign", "smallest: x = 0", "reproduce: gradcheck softmax --replay 'softmax[x=[0],f64]'")
    assert details(report(), full) == told


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

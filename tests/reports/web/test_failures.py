from __future__ import annotations

import pytest

from gradcheck.records.case import GIVEN, Case
from gradcheck.records.failures import blocks
from gradcheck.records.finding import KNOWN, Counterexample
from gradcheck.records.report import SourceLine
from gradcheck.reports.web.failures import OPEN, failure_cards

WRITTEN = Case("softmax", GIVEN, values="x=[0,2.5]")


def test_a_card_says_what_is_wrong_where_and_how_to_see_it_again(read, report, finding, figures):
    facts = {"sentence": "so far off", "diagnosis": "the sign is flipped", "figures": figures}
    wrong = finding("FAIL", counterexample=Counterexample(WRITTEN, "x = np.array([0, 2.5])"), **facts)
    page = read(failure_cards(blocks([report(wrong, places=(SourceLine("bprop", "layers/mine.py", 12),))])))
    assert page.texts("h3") == ["FAIL softmax · bprop · x"]
    assert page.texts("dt") == ["diagnosis", "found", "point", "written at", "smallest point", "see it again"]
    diagnosis, found, *_ = page.texts("dd")
    assert diagnosis == "the sign is flipped"
    assert found == "softmax · bprop · normal scale=1 · x: so far off"
    assert page.texts("code") == [
        "softmax[normal,scale=1,f64]",
        "layers/mine.py:12",
        "x = np.array([0, 2.5])",
        "gradcheck softmax --replay 'softmax[x=[0,2.5],f64]'",
    ]
    assert [facts["class"] for facts, _ in page.all("svg") if "class" in facts] == ["curve", "map"]
    assert page.texts("td") == ["y[0]", "x[1]", "0.125", "0.126", "1.0e-13", "1.0e-03", "1.0e+10"]


def test_without_figures_there_are_none(read, report, finding):
    page = read(failure_cards(blocks([report(finding("FAIL"))])))
    assert page.all("svg") == []
    assert page.texts("dt")[-1] == "its numbers"
    assert page.texts("code")[-1] == "gradcheck explain softmax --at 'softmax[normal,scale=1,f64]'"


@pytest.mark.parametrize(("verdict", "target"), [("ERROR", "softmax"), ("FAIL", "")])
def test_what_cannot_be_explained_is_not_said_to_be(verdict, target, read, report, finding):
    page = read(failure_cards(blocks([report(finding(verdict), target=target)])))
    assert "its numbers" not in page.texts("dt")


def test_what_fails_alike_shares_a_card(read, report, finding):
    found = (finding("FAIL", max_rel=0.1), finding("FAIL", strategy="ties", max_rel=0.5), finding(strategy="zeros"))
    page = read(failure_cards(blocks([report(*found)])))
    assert len(page.texts("h3")) == 1
    assert page.texts("summary")[1] == "fails at 1 more point"
    (other,) = page.texts("li")
    assert "normal" in other
    assert "gradcheck softmax --inputs normal" in other


def test_the_first_cards_are_unfolded(read, report, finding):
    found = (finding("FAIL", check=f"check {k}") for k in range(OPEN + 2))
    page = read(failure_cards(blocks([report(*found)])))
    assert ["open" in facts for facts, _ in page.all("details")] == [True] * OPEN + [False] * 2


def test_what_passed_or_is_known_to_fail_has_no_card(report, finding):
    assert failure_cards(blocks([report(finding(), finding("FAIL", notes=(KNOWN,)))])) == ""

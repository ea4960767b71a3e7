from __future__ import annotations

import base64
import hashlib
import io
import re

import pytest

from gradcheck import __version__
from gradcheck.records.case import GIVEN, Case
from gradcheck.records.finding import KNOWN, Counterexample
from gradcheck.reports.html import render
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.web.markup import VOID
from tests.reports.reader import Reader

HOSTILE = "</script><img src=x onerror=alert(1)>\"' </td><script>alert(2)</script>\x00\x1b[31m\u202e\ud800\u2028"


def page(*reports, date="2031-02-03"):
    stream = io.StringIO()
    render(reports, stream, RenderOptions(date=date))
    return stream.getvalue()


@pytest.fixture
def failed(finding, figures):
    """A failure with everything there is to say; `text` stands wherever a user's text may."""

    def make(text="mine", **facts):
        case = Case(text, GIVEN, values=f"{text}=[0]")
        told = {"sentence": text, "worst": text, "notes": (text,), "diagnosis": text, "figures": figures}
        return finding("FAIL", layer=text, input=text, counterexample=Counterexample(case, text), **{**told, **facts})

    return make


def test_the_head_says_what_was_found_and_how_much_it_proves(report, finding):
    told = Reader(page(report(finding(floor=1e-13), seconds=1.5, method="central differences")))
    assert told.texts("h1") == ["gradcheck PASS"]
    assert told.texts("title") == ["gradcheck: PASS, 1 layer"]
    tally, about, *_ = told.texts("p")
    assert tally.startswith("1 finding: 1 PASS; would have seen relative errors >= 1.0e-13")
    assert about == f"gradcheck {__version__} · 2031-02-03 · 1 layer · central differences · 1.5 s"


def test_what_fails_proves_nothing(report, finding):
    told = Reader(page(report(finding(floor=1e-13), finding("FAIL"))))
    assert told.texts("h1") == ["gradcheck FAIL"]
    assert told.texts("p")[0] == "2 findings: 1 PASS, 1 FAIL."


def test_every_finding_is_there_without_the_script(report, finding):
    found = [finding(strategy=f"strategy{k}") for k in range(300)]
    assert {f"strategy{k}" for k in range(300)} <= set(Reader(page(report(*found))).texts("td"))


def test_only_news_of_failures_makes_a_section_of_them(report, finding):
    titles = ["Failures", "Layers", "Findings"]
    assert Reader(page(report(finding("FAIL")))).texts("h2") == titles
    for good in (finding(), finding("FAIL", notes=(KNOWN,))):
        assert Reader(page(report(good))).texts("h2") == titles[1:]


def test_where_nothing_was_checked_the_page_says_so(report):
    for told in (page(), page(report())):
        assert Reader(told).texts("h1") == ["gradcheck nothing checked"]
        assert Reader(told).texts("h2") == []
        assert Reader(told).all("a") == []


def test_nothing_is_loaded_from_elsewhere(report, failed):
    told = page(report(failed()))
    links = [value for _, facts, _ in Reader(told).found for key, value in facts.items() if key in ("href", "src")]
    assert [link for link in links if not link.startswith("#")] == ["data:,"]
    assert "url(" not in told
    assert "@import" not in told
    assert "//" not in told.replace("// ", "")


def test_the_policy_admits_its_own_style_and_script_alone(report, finding):
    told = Reader(page(report(finding())))
    policy = next(facts["content"] for facts, _ in told.all("meta") if "http-equiv" in facts)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name in ("style", "script"):
        (text,) = told.texts(name)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert not [facts for _, facts, _ in told.found if "style" in facts or any(key.startswith("on") for key in facts)]


def test_texts_of_users_stay_texts(report, failed):
    def shape(text):
        told = page(report(failed(text), layer=text, target=text, method=text, silent=(text,)))
        return told, [(name, *facts) for name, facts, _ in Reader(told).found]

    tame, wild = shape("mine"), shape(HOSTILE)
    assert wild[1] == tame[1]
    assert "onerror=alert(1)" in Reader(wild[0]).texts("h3")[0]
    assert not re.search("[^\n\x20-\x7e]", wild[0])


def test_a_page_is_ascii_whatever_is_told(report, finding):
    told = page(report(finding("FAIL", sentence="1 ± 2, h²")))
    assert told.isascii()
    assert any("1 ± 2, h²" in text for text in Reader(told).texts("dd"))


def test_names_are_given_once_and_what_they_refer_to_is_there(report, failed, finding):
    told = Reader(page(report(failed(), finding())))
    names = [facts["id"] for _, facts, _ in told.found if "id" in facts]
    assert len(names) == len(set(names))
    for _, facts, _ in told.found:
        wanted = (facts.get("href", "#"), *("#" + facts[key] for key in ("aria-labelledby", "for") if key in facts))
        assert {one[1:] for one in wanted if one.startswith("#")} <= {*names, ""}


def test_void_elements_are_those_of_html_or_without_content(report, failed):
    assert {name for name, _, inside in Reader(page(report(failed()))).found if name in VOID and inside} == set()


def test_without_a_date_there_is_no_gap(report, finding):
    assert f"gradcheck {__version__} · 1 layer" in Reader(page(report(finding()), date="")).texts("p")[1]

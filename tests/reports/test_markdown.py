from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.markdown import CUT, render, within
from gradcheck.text import printable
from tests.reports import hostile


def written(*reports):
    stream = io.StringIO()
    render(reports, stream, RenderOptions())
    return stream.getvalue()


class _Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, markdown):
        super().__init__()
        self.tags, self.open, self.text, self.cells = set(), [], "", []
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "td" in self.open:
            self.cells[-1] += data


USED = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "code"}


def test_the_table_and_the_failures(report, finding):
    wrong = finding("FAIL", max_rel=0.5, sentence="off", diagnosis="the sign is flipped")
    page = written(report(finding(floor=1e-12), wrong), report(finding(layer="tanh"), layer="tanh"))
    assert page.startswith("### gradcheck: FAIL\n\n2 layers, 3 findings: 2 PASS, 1 FAIL\n")
    assert "| softmax | FAIL | 5.0e-01 | - | 1 PASS, 1 FAIL |\n| tanh | PASS | - | - | 1 PASS |\n" in page
    assert "<summary>FAIL softmax · bprop · x: the sign is flipped</summary>" in page
    assert "\noff\n" in page
    assert "\n```sh\ngradcheck softmax --inputs normal --scale 1 --seed 0\n```\n" in page
    assert _Page(page).tags == USED


def test_without_failures_there_is_only_the_table(report, finding):
    assert "details" not in written(report(finding()))


def test_known_failures_are_counted_and_not_told(report, finding):
    page = written(report(finding("FAIL", notes=("known failure",))))
    assert page.startswith("### gradcheck: known failures alone\n")
    assert "1 FAIL (1 known) |" in page
    assert "details" not in page


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_no_text_is_taken_for_markup(text):
    page = _Page(written(hostile.report(text)))
    assert page.tags <= USED
    assert page.open == []
    assert [page.cells[0].strip(), len(page.cells)] == [printable(text).strip(), 5]
    assert not set(page.text) & set("\x1b\x00\x07\ud800")


def test_a_text_says_what_it_said(report, finding):
    text = "<b> a|b `c` *d* [e](f) &amp; \\"
    page = _Page(written(report(finding("FAIL", sentence=text, layer=text), layer=text)))
    assert page.text.count(text) >= 3


@pytest.mark.parametrize("line", ["`", "```", "a ```` b", "~~~"])
def test_code_ends_where_it_ends(report, finding, line):
    page = _Page(written(report(finding("FAIL"), target=f"{line}\n{line}")))
    assert line in page.text
    assert page.tags == USED - set()


@pytest.mark.parametrize("limit", [0, len(CUT) - 1, len(CUT), 300, 1000, 5000])
def test_what_has_no_room_is_left_out_at_a_seam(report, finding, limit):
    reports = [report(finding("FAIL", layer=f"ä{k}"), layer=f"ä{k}") for k in range(40)]
    told = within(reports, limit)
    assert len(told.encode()) <= limit
    assert told == "" or told.endswith(CUT)
    assert re.sub(re.escape(CUT) + "$", "", told) in written(*reports)
    assert _Page(told).open == []


def test_what_has_room_is_left_whole(report, finding):
    whole = written(report(finding("FAIL")))
    assert within([report(finding("FAIL"))], len(whole.encode())) == whole

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from gradcheck.records.explanation import Explanation
from gradcheck.reports.web.picture import picture

NAME = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def explained(finding, report, figures):
    """The explanation of a finding with these facts, `figures` of which may be None."""

    def make(drawn=figures, **facts):
        found = finding("FAIL", **facts)
        return Explanation(found, report(found), drawn, "" if drawn else "out of reach")

    return make


def read(explanation):
    return ET.fromstring(picture(explanation))  # noqa: S314 - our own


def texts(explanation):
    return " ".join("".join(each.itertext()) for each in read(explanation).iter(f"{NAME}text"))


def test_it_says_what_was_found_over_the_figures_of_the_page(explained):
    told = texts(explained(diagnosis="the sign is flipped", sentence="so far off"))
    assert told.startswith("FAIL softmax: bprop softmax[normal,scale=1,f64] softmax · bprop")
    assert "so far off the sign is flipped error of a central difference of dy[0]/dx[2] by its step" in told
    assert "error over bound of bprop for x, 2 x 2" in told
    drawn = [each.get("class") for each in read(explained()).iter(f"{NAME}svg")]
    assert [name for name in drawn if name not in (None, "words")] == ["curve", "map", "map"]  # and its legend


def test_without_figures_it_says_why(explained):
    assert "out of reach" in texts(explained(None))
    assert not [each for each in read(explained(None)).iter(f"{NAME}svg") if each.get("class") == "curve"]


def test_nothing_lies_beyond_its_edges(explained):
    root = read(explained(sentence="word " * 200))
    whole = float(root.get("width")), float(root.get("height"))
    for group in root.iter(f"{NAME}g"):
        left, top = map(float, re.findall(r"\d+", group.get("transform")))
        (part,) = group.findall(f"{NAME}svg")
        assert left + float(part.get("width")) <= whole[0]
        assert top + float(part.get("height")) <= whole[1]


def test_viewers_that_know_no_variables_see_all_colours(explained):
    style = read(explained()).find(f"{NAME}style").text
    assert "var(" not in style
    assert "light-dark" not in style
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    assert "rect.page { fill: #ffffff; }" in light
    assert "rect.page { fill: #ffffff; }" not in dark


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "]]>", "a\ufffeb\uffff", "a\x1b[31mb"])
def test_no_text_becomes_markup(text, explained):
    told = texts(explained(sentence=text, layer=text))
    if text.isprintable() and text.isascii():
        assert told.count(text) >= 2
    assert "\x1b" not in told

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from gradcheck.reports.picture import svg


def texts(picture):
    root = ET.fromstring(picture)  # noqa: S314 - our own
    return "".join(root.itertext()).replace("\xa0", " ")


def test_it_is_an_image_of_the_text():
    assert "error/bound 7.1" in texts(svg("error/bound \x1b[31m7.1\x1b[0m\n", "a page"))


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("COLUMNS", "20")])
def test_the_terminal_at_hand_changes_nothing(monkeypatch, name, value):
    usual = svg("\x1b[31mx\x1b[0m\n" + "x" * 60, "t", width=70)
    monkeypatch.setenv(name, value)
    assert svg("\x1b[31mx\x1b[0m\n" + "x" * 60, "t", width=70) == usual


def test_colours_are_kept():
    plain, red = svg("x\n", "t"), svg("\x1b[31mx\x1b[0m\n", "t")
    assert "#cc555a" in red
    assert "#cc555a" not in plain


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "[bold]x[/bold]", "a\ufffeb\uffff", "]]>"])
def test_no_text_becomes_markup(text):
    told = texts(svg(f"page {text}\n", f"title {text}"))
    if text.isascii():
        assert f"page {text}" in told
        assert f"title {text}" in told


def test_a_title_cannot_drive_anything():
    assert "\x1b" not in svg("page", "a\x1b[31mb")


def test_long_lines_are_broken_and_not_cut():
    assert "x" * 20 + "END" not in svg("x" * 100 + "END", "t", width=30)
    assert "END" in texts(svg("x" * 100 + "END", "t", width=30))

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest

from gradcheck.records.finding import Verdict
from gradcheck.reports.cells import WIDEST_TEXT, Cell, Column
from gradcheck.reports.fitting import CODES, fitted, painted
from gradcheck.reports.squeezing import Squeezing

WORDS = ["", "a", "PASS", "all 17", "[b]x[/b]", "1.2e-13", "layer:norm(x)", "-", "two  spaces", "x" * 30, ":smile: {y}"]


def drawn(seed):
    """A table of one to six columns and up to five rows."""
    draw = np.random.default_rng(seed)
    columns = [
        Column(f"{draw.choice(WORDS)}{k}", number=draw.random() < 0.4, whole=draw.random() < 0.4)
        for k in range(draw.integers(1, 7))
    ]
    verdicts = [None, None, *Verdict]
    rows = [[Cell(draw.choice(WORDS), draw.choice(verdicts)) for _ in columns] for _ in range(draw.integers(6))]
    return columns, rows


def by_rich(act, width=None, *, color):
    stream = io.StringIO()
    act(Squeezing(stream, width, color=color))
    return stream.getvalue()


def own(lines, *, color):
    return "".join(f"{painted(line, color=color)}\n" for line in lines)


def total(lines):
    return sum(len(text) for text, _ in lines[0])


@pytest.mark.parametrize("seed", range(20))
def test_a_table_is_what_rich_makes_of_it(seed):
    columns, rows = drawn(seed)
    lines = fitted(columns, rows, None)
    for width, color in itertools.product((None, total(lines)), (True, False)):
        assert own(fitted(columns, rows, width), color=color) == by_rich(
            lambda page: page.table(columns, rows), width, color=color
        )


@pytest.mark.parametrize("seed", range(20))
def test_a_table_too_wide_by_one_place_is_left_to_rich(seed):
    columns, rows = drawn(seed)
    assert fitted(columns, rows, total(fitted(columns, rows, None)) - 1) is None


@pytest.mark.parametrize("text", ["é", "漢字", " a", "a ", "x" * (WIDEST_TEXT + 1)])
def test_a_text_that_may_not_stay_as_it_is_is_left_to_rich(text):
    assert fitted([Column("title")], [[Cell(text)]], None) is None
    assert fitted([Column(text)], [[Cell("text")]], None) is None
    assert fitted([Column("title")], [[Cell("text")]], None) is not None


def test_a_text_that_is_never_broken_may_be_long():
    cell = Cell("x" * (WIDEST_TEXT + 1))
    for column in (Column("title", number=True), Column("title", whole=True)):
        assert fitted([column], [[cell]], None) is not None


def test_a_table_without_columns_is_left_to_rich():
    assert fitted([], [], None) is None


@pytest.mark.parametrize("text", WORDS)
def test_a_line_is_what_rich_makes_of_it(text):
    for style, color in itertools.product(CODES, (True, False)):
        spans = [("  ", ""), (text, style), (" and", "")]
        assert f"{painted(spans, color=color)}\n" == by_rich(lambda page, spans=spans: page.line(spans), color=color)


def test_another_style_is_left_to_rich_where_there_are_colours():
    spans = [("text", "red on green")]
    assert painted(spans, color=True) is None
    assert painted(spans, color=False) == "text"

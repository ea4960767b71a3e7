from __future__ import annotations

import pytest

from gradcheck.reports.braille import Canvas, Ink

DOT, OTHER = Ink("o", "cyan"), Ink("-", "red")


def text(canvas, row=0, *, braille=True):
    return "".join(piece for piece, _ in canvas.spans(row, braille=braille))


@pytest.mark.parametrize(
    ("x", "y", "row", "character"),
    [(0, 0, 1, "⡀"), (1, 0, 1, "⢀"), (0, 3, 1, "⠁"), (1, 3, 1, "⠈"), (0, 4, 0, "⡀"), (1, 7, 0, "⠈"), (0, 1, 1, "⠄")],
)
def test_a_dot_has_its_place_in_its_character(x, y, row, character):
    canvas = Canvas(1, 2)
    canvas.dot(x, y, DOT)
    assert text(canvas, row) == character
    assert text(canvas, 1 - row) == " "


def test_dots_of_one_character_add_up():
    canvas = Canvas(1, 1)
    for x in (0, 1):
        for y in range(4):
            canvas.dot(x, y, DOT)
    assert text(canvas) == "⣿"
    assert text(canvas, braille=False) == "o"


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (4, 0), (0, 4)])
def test_a_dot_beside_the_canvas_is_left_out(place):
    canvas = Canvas(2, 1)
    canvas.dot(*place, DOT)
    assert text(canvas) == "  "


def test_what_is_drawn_later_decides_the_ink():
    canvas = Canvas(2, 1)
    canvas.line((0, 0), (3, 0), OTHER)
    canvas.dot(0, 3, DOT)
    assert canvas.spans(0, braille=True) == [("⣁", "cyan"), ("⣀", "red")]
    assert canvas.spans(0, braille=False) == [("o", "cyan"), ("-", "red")]


def test_a_line_joins_its_ends_and_may_be_dashed():
    canvas = Canvas(2, 1)
    canvas.line((0, 0), (3, 3), DOT)
    assert text(canvas) == "⡠⠊"
    dashed = Canvas(3, 1)
    dashed.line((0, 0), (5, 0), Ink(".", dash=1, gap=2))
    assert text(dashed) == "⡀⢀ "


def test_a_text_covers_the_dots():
    canvas = Canvas(4, 1)
    canvas.line((0, 0), (7, 0), DOT)
    canvas.write(1, 0, "ab", "dim")
    assert canvas.spans(0, braille=True) == [("⣀", "cyan"), ("ab", "dim"), ("⣀", "cyan")]

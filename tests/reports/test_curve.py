from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.records.figures import Curve
from gradcheck.reports.curve import COLUMNS, ROWS, Axis, curve_lines

STEPS = tuple(10.0**-k for k in range(1, 16))
V = Curve(
    "dy[0]/dx[2]",
    STEPS,
    tuple(max(1e-2 * h**2, 1e-16 / h) for h in STEPS),
    truncation=1e-2,
    rounding=1e-16,
    floor=1e-13,
    analytic=1e-3,
)


def lines(curve, *, braille=True):
    return ["".join(text for text, _ in spans) for spans in curve_lines(curve, braille=braille)]


def row_of(word, curve, **options):
    (row,) = [k for k, line in enumerate(lines(curve, **options)) if word in line]
    return row


def style_of(word, curve):
    return next(style for spans in curve_lines(curve, braille=True) for text, style in spans if word in text)


def columns(mark, curve):
    """The columns in which the curve, drawn plainly, has its mark, by row."""
    rows = (line[8 : 8 + COLUMNS] for line in lines(curve, braille=False))
    return [[k for k, letter in enumerate(row) if letter == mark] for row in rows]


def test_it_keeps_to_the_page():
    assert len(lines(V)) == ROWS + 2
    assert max(map(len, lines(V))) <= 80


def test_both_levels_and_both_guides_are_named():
    assert row_of("analytic error 1.0e-03", V) < row_of("floor 1.0e-13", V)
    assert {"h^2", "eps/h"} <= set(re.findall(r"h\^2|eps/h", "\n".join(lines(V))))


def test_what_is_not_known_is_not_drawn():
    bare = "\n".join(lines(replace(V, truncation=None, rounding=None, floor=None, analytic=None)))
    assert not re.search(r"h\^2|eps/h|floor|analytic", bare)


def test_the_curve_falls_and_rises_again():
    drawn = [row for row in columns("o", V) if row]
    highest, lowest = drawn[0], drawn[-1]
    assert min(highest) < min(lowest) <= max(lowest) < COLUMNS - 2


def test_an_error_above_the_floor_stands_out_and_one_below_does_not():
    assert style_of("analytic error", V) == "bold red"
    assert style_of("analytic error", replace(V, analytic=1e-14)) == "green"


@pytest.mark.parametrize("analytic", [math.nan, math.inf])
def test_an_error_that_is_no_number_has_no_line(analytic):
    assert "analytic" not in "\n".join(lines(replace(V, analytic=analytic)))


def test_two_levels_in_one_row_are_both_named():
    close = replace(V, analytic=1.1e-13)
    assert abs(row_of("floor", close) - row_of("analytic", close)) == 1


def test_nothing_at_all_is_the_lower_edge():
    told = lines(replace(V, errors=(0.0,) * len(STEPS), analytic=0.0))
    assert told[ROWS - 1].startswith("      0┤")
    assert "analytic error 0" in "\n".join(told)
    assert not lines(V)[ROWS - 1].startswith("      0")


def test_plain_characters_where_there_is_no_braille():
    "\n".join(lines(V, braille=False)).encode("ascii")
    with pytest.raises(UnicodeEncodeError):
        "\n".join(lines(V)).encode("ascii")


def test_a_one_sided_quotient_has_the_guide_of_its_order():
    told = "\n".join(lines(replace(V, order=1)))
    assert "h^2" not in told
    assert re.search(r"\bh\b(?! *$)", told.replace("eps/h", "").replace("step h", ""))


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_an_absurd_analytic_error_does_not_flatten_the_curve(size):
    assert len([row for row in columns("o", replace(V, analytic=size)) if row]) >= ROWS // 3


def test_an_infinite_slope_shows_the_quotients_alone():
    told = "\n".join(lines(replace(V, infinite=True, truncation=None, floor=None, analytic=None)))
    assert "eps/h" not in told


@pytest.mark.parametrize("size", [5e-324, 1e308])
def test_the_ends_of_float64_can_be_drawn(size):
    assert len(lines(Curve("y", (1e-3, 1e-4), (size, size), floor=size, analytic=size))) == ROWS + 2


@settings(derandomize=True, deadline=None, max_examples=40, database=None)
@given(
    st.lists(st.tuples(st.floats(1e-18, 1e3), st.floats(0, 1e300) | st.just(math.inf)), max_size=20),
    st.none() | st.floats(0, 1e300, exclude_min=True),
    st.sampled_from((None, math.nan, math.inf)) | st.floats(0, 1e308),
)
def test_any_curve_can_be_drawn(points, floor, analytic):
    curve = Curve("y", tuple(h for h, _ in points), tuple(e for _, e in points), 2, 1e-3, 1e-19, floor, analytic)
    for braille in (True, False):
        assert len(lines(curve, braille=braille)) == ROWS + 2


def test_an_axis_places_decades_and_keeps_to_its_ends():
    axis = Axis(-4, 0, 41)
    assert [axis.place(v) for v in (1e-4, 1e-2, 1.0, 1e-9, 1e9, 0.0)] == [0, 20, 40, 0, 40, 0]
    assert list(axis.ticks(2)) == [-4, -2, 0]

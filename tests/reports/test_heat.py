from __future__ import annotations

import math

import pytest

from gradcheck.records.figures import HeatMap
from gradcheck.reports.heat import colour, map_lines, symbol

CELLS = ((0.5, 2.0), (2e3, 3e12), (math.inf, math.nan))
HEAT = HeatMap("x", (3, 2), (1, 1), CELLS, ("y[0]", "y[1]", "y[2]"), ("x[0]", "x[1]"))


def lines(heat, *, blocks=False):
    return ["".join(text for text, _ in spans).rstrip() for spans in map_lines(heat, blocks=blocks)]


def heat(rows, columns, ratio=0.1):
    names = tuple(f"y[{k}]" for k in range(rows))
    return HeatMap("x", (rows, columns), (1, 1), ((ratio,) * columns,) * rows, names, ("x[0]", f"x[{columns - 1}]"))


@pytest.mark.parametrize(
    ("ratio", "sign"),
    [(0, "."), (1, "."), (1.1, "0"), (9.9, "0"), (10, "1"), (1e6, "6"), (1e30, "9"), (math.inf, "!"), (math.nan, "?")],
)
def test_a_sign_counts_decades_above_the_bound(ratio, sign):
    assert symbol(ratio) == sign


def test_digits_say_it_without_colour():
    assert lines(HEAT) == [
        "      x[0] x[1]",
        "y[0]  . 0",
        "y[1]  3 9",
        "y[2]  ! ?",
        "      . within the bound  0 up to 10 times the bound  n at least 10^n times",
        "      ! NaN or infinite  ? nothing to compare with",
    ]


def test_signs_that_do_not_occur_are_not_explained():
    assert lines(heat(1, 2))[-1].strip() == ". within the bound"
    assert "NaN" not in lines(heat(1, 2, 5.0))[-1]


def test_every_kind_of_entry_has_a_colour_of_its_own():
    assert len({colour(sign) for sign in (".", "0", "3", "6", "!", "?")}) == 6
    assert colour("2") == colour("0") != colour("3") == colour("5")


def test_half_blocks_hold_two_rows():
    spans = list(map_lines(heat(30, 60), blocks=True))
    drawn = [line for line in spans if any("▀" in text and len(text) == 60 for text, _ in line)]
    assert len(drawn) == 15


def test_an_odd_row_has_nothing_below_it():
    tall = HeatMap("x", (17, 1), (1, 1), ((0.1,),) * 16 + ((5.0,),), ("y",) * 17, ("x", "x"))
    styles = [style for line in map_lines(tall, blocks=True) for text, style in line if text == "▀"]
    assert styles == ["blue on blue"] * 8 + ["yellow"]


def test_a_small_map_is_enlarged():
    ((upper, lower),) = [
        [style for text, style in line if text == "▀" * 4] for line in list(map_lines(HEAT, blocks=True))[1:2]
    ]
    assert (upper, lower) == ("blue on blue", "yellow on yellow")


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (5, 5), (32, 64), (1, 64), (32, 1)])
@pytest.mark.parametrize("blocks", [True, False])
def test_it_keeps_to_the_page(rows, columns, blocks):
    told = lines(heat(rows, columns), blocks=blocks)
    assert max(map(len, told)) <= 80
    assert len(told) <= 35


@pytest.mark.parametrize("blocks", [True, False])
def test_all_signs_at_once_are_explained_within_the_page(blocks):
    ratios = (0.1, 5.0, 5e3, 5e6, math.inf, math.nan)
    told = lines(HeatMap("x", (1, 6), (1, 1), (ratios,), ("y[0,10]",), ("x[0]", "x[5]")), blocks=blocks)
    assert max(map(len, told)) <= 80
    assert "nothing to compare with" in told[-1]


def test_one_column_has_one_name():
    assert lines(HeatMap("t", (1, 1), (1, 1), ((0.1,),), ("y",), ("t", "t")))[0].split() == ["t"]

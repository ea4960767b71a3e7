from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gradcheck.reports.web.error_map import map_drawing, meanings


@pytest.fixture
def heat(figures):
    return figures.maps[0]


def test_a_cell_has_a_colour_and_a_sign(read, heat):
    page = read(map_drawing(heat, "bprop").element)
    assert [facts["class"] for facts, _ in page.all("rect")] == ["blue", "bright_magenta", "blue"]
    assert [text for facts, text in page.all("text") if facts.get("class") == "signs"] == [".9", ".."]
    assert page.texts("title") == ["error over bound of bprop for x, 2 x 2: 1 cells beyond the bound"]
    assert [(sign, text) for sign, _, text in meanings(heat)] == [
        (".", "within the bound"),
        ("6-9", "1e6 times or more"),
    ]


def test_neighbours_of_one_colour_are_one_rectangle_as_wide(read, heat):
    page = read(map_drawing(heat, "bprop").element)
    first, second, both = (float(facts["width"]) for facts, _ in page.all("rect"))
    assert first == second == both / 2


def test_every_sign_has_a_place_of_its_own(read, heat):
    (places, _) = (
        facts["x"].split() for facts, _ in read(map_drawing(heat, "bprop").element).all("text") if " " in facts["x"]
    )
    assert len(set(places)) == 2


def test_what_is_no_number_is_explained(read, heat):
    odd = replace(heat, cells=((math.inf, math.nan), (0.5, 20.0)))
    page = read(map_drawing(odd, "jacobian").element)
    assert [facts["class"] for facts, _ in page.all("rect")] == ["bright_white", "bright_black", "blue", "yellow"]
    told = [f"{sign} {text}" for sign, _, text in meanings(odd)]
    assert told[1:] == ["0-2 1 to 1e3 times", "! NaN or infinite", "? nothing to compare with"]


def test_folded_maps_own_up_to_it(read, heat):
    page = read(map_drawing(replace(heat, shape=(64, 2), fold=(32, 1)), "bprop").element)
    assert "64 x 2; a cell shows the largest of 32 x 1 entries" in page.texts("title")[0]

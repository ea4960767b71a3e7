from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gradcheck.reports.web.curve import HEIGHT, TOP, curve_drawing


@pytest.fixture
def curve(figures):
    return figures.curve


def drawn(read, curve):
    return read(curve_drawing(curve, "error by step").element)


def test_the_curve_its_guides_and_its_levels_are_named(read, curve):
    page = drawn(read, curve)
    named = [(facts["class"], text) for facts, text in page.all("text") if "class" in facts]
    assert named == [
        ("name", "step h"),
        ("wrong", "analytic error 1.0e-03"),
        ("floor", "floor 1.0e-13"),
        ("guide", "h²"),
        ("guide", "eps/h"),
    ]
    (title,) = page.texts("title")
    assert title.startswith("error by step; smallest error of a difference 1.0e-06; analytic error 1.0e-03")


def test_errors_fall_along_the_line_that_truncation_makes(read, curve):
    page = drawn(read, curve)
    (measured,) = (facts["points"] for facts, _ in page.all("polyline"))
    points = [tuple(map(float, point.split(","))) for point in measured.split()]
    guide = next(facts for facts, _ in page.all("line") if facts["class"] == "guide")
    (x1, y1), (x2, y2) = ((float(guide[f"x{k}"]), float(guide[f"y{k}"])) for k in (1, 2))
    for x, y in points:
        assert y == pytest.approx(y1 + (y2 - y1) * (x - x1) / (x2 - x1), abs=1)


def test_an_analytic_error_below_the_floor_is_right(read, curve):
    page = drawn(read, replace(curve, analytic=1e-14))
    assert "level right" in [facts.get("class") for facts, _ in page.all("line")]
    assert "level wrong" not in [facts.get("class") for facts, _ in page.all("line")]


def test_names_of_levels_do_not_cover_each_other(read, curve):
    page = drawn(read, replace(curve, analytic=1.1e-13))
    wrong, floor = (float(facts["y"]) for facts, text in page.all("text") if facts.get("class") in ("wrong", "floor"))
    assert floor - wrong >= 12


def test_zero_stands_on_the_lower_edge(read, curve):
    page = drawn(read, replace(curve, errors=(1e-2, 0.0, 1e-6)))
    assert float(page.all("circle")[1][0]["cy"]) == HEIGHT
    assert page.all("polyline") == []
    assert [float(facts["y"]) for facts, text in page.all("text") if text == "0"] == [TOP + HEIGHT + 4]


def test_what_is_not_known_is_not_drawn(read, curve):
    page = drawn(read, replace(curve, floor=None, analytic=math.nan, truncation=None, rounding=None))
    assert {facts["class"] for facts, _ in page.all("line")} == {"grid"}
    assert [text for facts, text in page.all("text") if "class" in facts] == ["step h"]


@pytest.mark.parametrize("steps", [(), (1e-3,)])
def test_a_curve_of_few_steps_is_drawn(read, curve, steps):
    page = drawn(read, replace(curve, steps=steps, errors=steps))
    assert len(page.all("circle")) == len(steps)

from __future__ import annotations

import math

import pytest

from gradcheck.records.finding import KNOWN
from gradcheck.reports.web.layers import layer_table, overview


def test_a_cell_tells_the_worst_of_a_layer_at_a_scale(read, report, finding):
    some = report(
        finding(scale=1.0, max_rel=1e-15),
        finding("FAIL", scale=1.0, max_rel=3e-3),
        finding(scale=1e3, max_rel=2e-9),
    )
    other = report(finding(layer="tanh", scale=1e3, max_rel=0.0), layer="tanh")
    page = read(overview([some, other]))
    assert [text for text in page.texts("th") if text] == ["1", "1e3", "softmax", "tanh"]
    assert page.texts("a") == ["F -3", "P -9", "P -∞"]
    assert page.all("a")[0][0]["aria-label"] == "softmax, scale 1: FAIL, max rel 3.0e-03, 2 findings"
    assert [facts["class"] for facts, _ in page.all("td") if "class" in facts] == ["FAIL", "PASS", "none", "PASS"]


def test_one_scale_alone_is_split_by_strategy(read, report, finding):
    page = read(overview([report(finding(), finding(strategy="ties"))]))
    assert page.texts("th") == ["normal", "ties", "softmax"]
    assert page.all("table")[0][0]["data-column"] == "strategy"


@pytest.mark.parametrize(
    ("error", "told"),
    [(None, "P "), (0.0, "P -∞"), (0.5, "P 0"), (1.2e-7, "P -7"), (math.inf, "P ∞"), (math.nan, "P NaN")],
)
def test_every_error_has_a_form(error, told, read, report, finding):
    assert read(overview([report(finding(max_rel=error))])).texts("a") == [told]


def test_a_row_sums_a_layer_up(read, report, finding):
    found = (finding(max_rel=1e-15, floor=1e-13), finding("FAIL", max_rel=0.5, notes=(KNOWN,)))
    page = read(layer_table([report(*found, silent=("b",), seconds=1.5)]))
    heads = ["verdict", "layer", "max rel", "floor", "median floor", "findings", "PASS", "FAIL", "seconds", "remarks"]
    assert page.texts("th") == [*heads, "softmax"]
    *numbers, remarks = page.texts("td")
    assert numbers == ["FAIL", "5.0e-01", "-", "-", "2", "1", "1", "1.50"]
    assert remarks == "no learning signal: the gradient of b is exactly zero at every point drawn; 1 known failure"


def test_a_layer_without_findings_has_a_row_too(read, report):
    assert read(layer_table([report()])).texts("td") == ["PASS", "-", "-", "-", "0", "0.00", ""]

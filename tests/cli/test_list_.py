"""`gradcheck list`: every name, each with a line."""

from __future__ import annotations

import pytest

from gradcheck.checks import CHECKS
from gradcheck.cli.list_ import SHELVES
from gradcheck.inputs import STRATEGIES
from gradcheck.layers import LAYERS

REGISTRIES = {"layers": LAYERS, "inputs": STRATEGIES, "checks": CHECKS}


@pytest.mark.parametrize("shelf", REGISTRIES)
def test_every_name_has_a_line(shelf):
    rows = dict(SHELVES[shelf]())
    assert list(rows) == list(REGISTRIES[shelf])
    assert all(rows.values())


def test_all_shelves_in_order(run):
    code, out, _ = run("list")
    assert code == 0
    assert [line for line in out.splitlines() if not line.startswith(" ")] == ["layers:", "inputs:", "checks:"]


def test_one_shelf(run):
    out = run("list inputs")[1]
    assert "ties" in out
    assert "softmax" not in out


def test_an_unknown_shelf_is_refused(run):
    code, _, err = run("list inptus")
    assert code == 2
    assert "inputs" in err

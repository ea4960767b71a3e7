from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.grids import POINTS
from gradcheck.oracle.jump import Grid
from gradcheck.oracle.line import Line
from tests.oracle.maps import flat

SPACING = 2.0**-20


def highest(function):
    """The highest jump between the places of a grid beside 0, as long as steps that treads or kinks are finer than."""
    line = Line(flat(function, [0.0]), np.ones(1))
    t = SPACING * np.arange(POINTS)
    values = line.both(t)[:, :1]
    return float(Grid(line, np.array([0]), 0.0, np.array([SPACING]), values).jump_between_any()[0])


@pytest.mark.parametrize("width", [2.0**-22.3, 2.0**-24.7, 2.0**-27.1])
@pytest.mark.parametrize("slope", [0.0, 1.0, -2.0], ids=["flat", "rising", "falling"])
def test_a_jump_is_found_however_fine_the_treads(width, slope):
    found = highest(lambda x: width * np.rint(x / width + 0.3) + slope * x)
    assert width / 2 <= found <= 1.1 * width


BENDS = SPACING * np.array([1e-6, 3e-4, 0.02, 0.3, 0.9, 1.7, 2.2, 3.6, 5.1])


def test_of_kinks_at_many_lengths_none_stays():
    assert highest(lambda x: np.maximum(x - BENDS, 0).sum(axis=-1, keepdims=True)) < 1e-4 * SPACING
    assert highest(lambda x: np.abs(x - BENDS).sum(axis=-1, keepdims=True)) < 1e-4 * SPACING

"""Figures in few words."""

from __future__ import annotations

import pytest

from gradcheck.records.figures import Curve, Entry, Figures, HeatMap


@pytest.fixture
def figures() -> Figures:
    """What is drawn of a failure: a curve, a map of four entries and one entry with both sides."""
    curve = Curve("dy[0]/dx[2]", (1e-1, 1e-2, 1e-3), (1e-2, 1e-4, 1e-6), 2, 1.0, 1e-14, 1e-13, 1e-3)
    heat = HeatMap("x", (2, 2), (1, 1), ((0.5, 2e9), (0.5, 0.5)), ("y[0]", "y[1]"), ("x[0]", "x[1]"))
    return Figures("bprop", (), curve, (heat,), (Entry("y[0]", "x[1]", 0.125, 0.126, 1e-13, 1e-3, 1e10),))

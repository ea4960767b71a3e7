from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

POINTS = ("normal", "uniform", "negative")


def keeping(slope):
    """Keeps in `forward` what `bprop` uses."""
    kept = {}

    def forward(x):
        kept["y"] = np.tanh(x)
        return kept["y"].copy()

    return Plain(args(x=(4,)), forward, lambda v, x: v * slope(kept["y"][: len(x)]))


def test_what_is_wrong_right_after_forward_is_told_beside_what_is_kept(told):
    found = told(keeping(lambda y: 3 * (1 - y * y)), POINTS)
    assert found["bprop x"].name == "factor"
    assert found["purity"].name == "stale"


@pytest.mark.parametrize("points", [POINTS, ("mixed", "spike", "tiny")])
def test_what_is_right_right_after_forward_is_a_consequence(points, told):
    assert {one.name for one in told(keeping(lambda y: 1 - y * y), points).values()} == {"stale"}

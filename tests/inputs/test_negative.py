from __future__ import annotations

import pytest

ABOVE_ZERO = ("positive", "nonnegative", "unit", "simplex", (0.0, 1.0), (1.0, float("inf")))


@pytest.mark.parametrize("where", ["real", "nonzero", (-1.0, 2.0), (-3.0, -1.0), (float("-inf"), 3.0)], ids=str)
def test_all_entries_are_below_zero(drawn, where):
    assert (drawn("negative", (20, 20), where) < 0).all()
    assert not (drawn("normal", (20, 20), "real") < 0).all()


@pytest.mark.parametrize("where", ABOVE_ZERO, ids=str)
def test_domains_above_zero_are_passed_over(drawn, where):
    assert drawn("negative", domain=where) is None

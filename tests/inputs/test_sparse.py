from __future__ import annotations

import pytest


@pytest.mark.parametrize("where", ["real", "nonnegative", (-1.0, 2.0), (-4.0, 2.0)], ids=str)
@pytest.mark.parametrize("shape", [(2,), (5,), (3, 4)], ids=str)
def test_half_of_the_entries_are_exactly_zero(drawn, shape, where):
    values = drawn("sparse", shape, where)
    assert 0 <= 2 * abs((values == 0).sum() - values.size / 2) <= 1
    assert values.any()


def test_which_entries_is_random(drawn):
    assert len({(drawn("sparse", (4,), seed=seed) == 0).tobytes() for seed in range(20)}) > 3


@pytest.mark.parametrize("where", ["positive", "unit", "simplex", "nonzero", (1.0, 2.0)], ids=str)
def test_domains_without_a_zero_are_passed_over(drawn, where):
    assert drawn("sparse", domain=where) is None


def test_normal_values_hold_no_zero(drawn):
    assert drawn("normal", (50, 50)).all()

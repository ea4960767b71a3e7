from __future__ import annotations

import pytest


@pytest.mark.parametrize("where", ["real", "nonnegative", (-1.0, 2.0), "labels"], ids=str)
def test_all_is_exactly_zero_where_the_domain_has_a_zero(drawn, where):
    assert not drawn("zeros", domain=where, scale=1e3).any()


@pytest.mark.parametrize("where", ["positive", "unit", "simplex", "nonzero", (1.0, 2.0), (0.0, 1.0)], ids=str)
def test_other_domains_are_passed_over(drawn, where):
    assert drawn("zeros", domain=where) is None


def test_normal_values_are_not_zero(drawn):
    assert drawn("normal").all()

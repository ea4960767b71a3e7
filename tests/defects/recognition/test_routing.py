from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args

WORDS = "gives 0 where x is negative and something else elsewhere: it is the other way round"


def leaky(counted):
    """A slope for negative entries; `counted` says which entries its gradient counts."""
    return Plain(
        args(x=(4, 3), a=(3,)),
        lambda x, a: np.where(x > 0, x, a[..., None, :] * x),
        lambda v, x, a: (v * np.where(x > 0, 1, a), (v * np.where(counted(x), x, 0)).sum(axis=0)),
    )


def test_a_condition_the_other_way_round(told):
    found = told(leaky(lambda x: x > 0), MORE)["bprop a"]
    assert found.kind == "routing"
    assert WORDS in found.sentence


def test_a_condition_that_holds_too_often_is_not_the_other_way_round(kinds):
    assert "routing" not in " ".join(kinds(leaky(np.isfinite)))
    assert kinds(leaky(lambda x: x <= 0)) == set()


@pytest.mark.parametrize(("order", "routed"), [([2, 0, 1, 3], False), ([0, 1, 2, 3], None)])
def test_a_plain_rearrangement_is_told_as_that(order, routed, kinds):
    layer = Plain(args(x=(4,)), np.sin, lambda v, x: (v * np.cos(x))[order])
    said = kinds(layer)
    assert (not said) if routed is None else said and "routing" not in said

from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args


@pytest.fixture
def usual():
    return MORE  # what is told here are kinds of points


def paid_in_full(v, x):
    return v * (x == x.max())


def both_paid(v, x, y):
    return v * (x >= y), v * (y >= x)


@pytest.mark.parametrize(
    ("layer", "key", "said"),
    [
        (Plain(args(x=(5,)), lambda x: x.max(axis=-1), paid_in_full), "bprop x", "where x holds ties"),
        (Plain(args(x=(4,), y=(4,)), np.maximum, both_paid), "bprop y", "y and x are equal"),
    ],
)
def test_ties_are_named(layer, key, said, told):
    found = told(layer)[key]
    assert found.name == "tie"
    assert said in found.sentence


def test_the_right_share_is_not_blamed(told):
    layer = Plain(args(x=(5,)), lambda x: x.max(axis=-1), lambda v, x: v * (np.arange(5) == x.argmax()))
    assert told(layer) == {}

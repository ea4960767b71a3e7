from __future__ import annotations

import numpy as np

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args


def pinball(low, high):
    """The gradients that a loss of quantiles gives below and above."""
    return Plain(
        args(x=(5,)),
        lambda x: np.where(x > 0, 0.8 * x, -0.2 * x),
        lambda v, x: v * np.where(x > 0, high, low),
    )


def test_two_numbers_that_are_exchanged(told):
    layer = Plain(
        args(x=(5,), t=(5,)),
        lambda x, t: np.where(x > t, 0.8 * (x - t), 0.2 * (t - x)),
        lambda v, x, t: (v * np.where(x > t, 0.2, -0.8), v * np.where(x > t, -0.8, 0.2)),
    )
    sentence = told(layer)["bprop x"].sentence
    assert "0.2 where 0.8 belongs" in sentence
    assert "-0.8 where -0.2 belongs" in sentence


def test_two_numbers_where_two_others_belong(told):
    found = told(pinball(-0.3, 0.7), MORE)["bprop x"]
    assert found.kind == "pairs"
    assert "0.7 where 0.8 belongs" in found.sentence
    assert "-0.3 where -0.2 belongs, where x is negative" in found.sentence


def test_one_number_and_no_number_are_no_pairs(kinds):
    assert "pairs" not in kinds(pinball(-0.2, 0.7))
    assert kinds(pinball(-0.2, 0.8)) == set()
    assert "pairs" not in kinds(Plain(args(x=(5,)), np.sin, lambda v, x: v * np.cos(x) ** 2))

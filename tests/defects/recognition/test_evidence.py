from __future__ import annotations

import numpy as np

from gradcheck.defects.evidence import gather
from tests.defects.recognition.conftest import seen
from tests.mutants.kit import Plain, args, elementwise, tanh_slope

HALF = elementwise(np.tanh, lambda x: np.where(x < 0, 2, 1) * tanh_slope(x), 5)


def test_both_sides_of_all_points(evidence):
    one = evidence(HALF, strategies=("normal", "uniform", "negative"))
    assert one.analytic.shape == one.numeric.shape == one.limit.shape == (3, 5, 5)
    assert one.x.shape == one.y.shape == (3, 5)
    wrong = np.eye(5, dtype=bool) & (one.x < 0)[:, :, None]
    assert (one.wrong == wrong).all()
    assert (one.right == ~wrong).all()


def test_a_hypothesis_must_explain_all_and_not_by_chance(evidence):
    one = evidence(HALF, strategies=("normal", "uniform", "negative"))
    true = np.where((one.x < 0)[:, None], 2, 1) * one.numeric
    assert one.explained(true, one.limit).all()
    assert one.explained(2 * one.numeric, one.limit) is None
    assert one.explained(one.numeric) is None
    right = evidence(elementwise(np.tanh, tanh_slope, 5), strategies=("normal", "uniform"))
    assert right.explained(right.numeric) is None


def test_an_unknown_check_gives_none():
    _, probes = seen(HALF, ("normal",))
    assert gather([], "bprop", "x") is None
    assert gather(probes, "laws", "x") is None


def test_the_first_of_two_inputs(evidence):
    layer = Plain(args(x=("n",), y=("n",)), lambda x, y: x * y, lambda v, x, y: (v * y, v * x))
    one = evidence(layer, strategies=("normal",))
    assert (one.name, one.place, one.part) == ("x", 0, slice(0, 5))

from __future__ import annotations

import numpy as np

from gradcheck.defects import invariance
from tests.mutants.kit import Plain, args, softmax

SOME = ("normal", "uniform", "mixed", "negative")


def spoiled(x):
    return softmax(x) * (1 + 0.3 * np.sin(5 * x))


def test_a_layer_that_does_not_notice_a_constant(evidence):
    layer = Plain(args(x=(5,)), softmax, lambda v, x: (v - v @ softmax(x)) * spoiled(x))
    found = invariance.diagnose(evidence(layer, strategies=SOME))
    assert found.name in ("shift-invariance", "constant-sum")


def test_a_layer_that_does_not_notice_a_scale(evidence):
    layer = Plain(
        args(x=(5,)),
        lambda x: np.sin(x / np.linalg.norm(x, axis=-1, keepdims=True)).sum(axis=-1),
        lambda v, x: v * np.cos(x) / np.linalg.norm(x),
    )
    assert invariance.diagnose(evidence(layer, strategies=SOME)).name == "scale-invariance"


def test_a_layer_that_notices_everything(evidence):
    layer = Plain(args(x=(5,)), np.sinh, lambda v, x: v * np.sinh(x))
    assert invariance.diagnose(evidence(layer, strategies=SOME)) is None

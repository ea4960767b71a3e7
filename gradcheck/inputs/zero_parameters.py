"""A network whose weights are all zero: what learns nothing shows here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import admits_zero
from gradcheck.inputs.drawing import ordinary
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...] | None:
    first, *others = facts
    zeros = [np.zeros(one.rows) if one.domain != "labels" and admits_zero(one.domain) else None for one in others]
    if all(values is None for values in zeros):
        return None
    return ordinary(first, scale, rng), *zeros


STRATEGY = Strategy(
    "zero_parameters",
    "every input but the first exactly zero",
    _draw,
    adversarial=True,
    lacking="no second input",
)

"""One value everywhere, across inputs too: a division by a difference or by a variance has nothing to divide by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit
from gradcheck.inputs.drawing import short
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    value = short(rng.standard_normal(1) * scale)
    return tuple(fit(np.broadcast_to(value, one.rows), one) for one in facts)


STRATEGY = Strategy("equal", "one random value in every entry of every input", _draw, adversarial=True)

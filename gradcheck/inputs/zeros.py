"""Every entry exactly zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import admits_zero
from gradcheck.inputs.interface import Facts, Strategy

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def _draw(facts: tuple[Facts, ...], _scale: float, _rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(np.zeros(one.rows) if admits_zero(one.domain) else None for one in facts)


STRATEGY = Strategy("zeros", "every entry exactly zero", _draw, adversarial=True)

"""The values at which the layer says that its formula changes: kinks, clip edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.drawing import dealt, signs
from gradcheck.inputs.interface import Facts, Strategy
from gradcheck.records.dtypes import dtype_of

if TYPE_CHECKING:
    from gradcheck.records.case import Array

_CLOSE = (1e-9, 1e-4)


def _draw(facts: tuple[Facts, ...], _scale: float, rng: np.random.Generator) -> tuple[Array | None, ...]:
    return tuple(_at_and_beside(one, rng) if one.critical and one.domain == "real" else None for one in facts)


def _at_and_beside(facts: Facts, rng: np.random.Generator) -> Array:
    """Declared values exactly, each where there is room, and one step of the dtype and a small distance beside them."""
    values = np.array(facts.critical, dtype=dtype_of(facts.dtype))
    at = values[dealt(facts.rows, len(values), rng)]
    side = signs(facts.rows, rng)
    step = np.nextafter(at, (side * np.inf).astype(at.dtype))
    beside = [at + side * distance for distance in _CLOSE]
    kind = dealt(facts.rows, 2 + len(_CLOSE), rng)
    first = rng.permutation(at.size)[: at.size // 2]  # half of the entries, and so the first of each value, are exact
    kind.reshape(-1)[first] = 0
    return np.choose(kind, [at, step, *beside])


STRATEGY = Strategy("critical", "the layer's critical values, exact and beside", _draw, adversarial=True)

"""What the strategies draw with: short decimals, random signs, kinds dealt out, and ordinary values for one input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.domains import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gradcheck.inputs.interface import Facts
    from gradcheck.records.case import Array

    Rows = tuple[int, int]

WORD = 1 << 32  # from here on a number is several words of a seed
# Powers of ten up to here are exact in float64: dividing by one gives the very number that the decimals name.
_EXACT = 22
_POWERS = np.array([float(f"1e{k}") for k in range(_EXACT + 1)])


def short(values: Array, digits: int = 6) -> Array:
    """Values rounded to a few significant decimals, so that they can be typed again.

    Parameters
    ----------
    values : ndarray, any shape
    digits : int

    Returns
    -------
    ndarray, the same shape
        Values for which the power of ten is not exact (about 1e-17 and 1e27, and beyond) stay as they are.
    """
    exponents = np.floor(np.log10(np.maximum(np.abs(values), 1e-300)))
    places = digits - 1 - exponents
    up, down = (_POWERS[np.minimum(np.maximum(side, 0), _EXACT).astype(int)] for side in (places, -places))
    return np.where(np.abs(places) <= _EXACT, np.rint(values * up / down) / up * down, values)


def seeded(*words: int) -> np.random.Generator:
    """What `numpy.random.default_rng` makes of these words, which it reads in half of the time as an array."""
    return np.random.default_rng(np.array(words, np.uint32) if max(words) < WORD else words)


def signs(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """+1 and -1, each with probability 1/2."""
    return rng.integers(2, size=shape) * 2.0 - 1.0


def magnitudes(low: float, high: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Positive values, log-uniform between ``10**low`` and ``10**high``."""
    powers: Array = 10.0 ** rng.uniform(low, high, shape)
    return powers


def dealt(rows: Rows, kinds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Numbers below `kinds` in random places, each as often as any other: all occur where there is room for them."""
    count, length = rows
    hands: NDArray[np.int64] = (rng.permutation(count * length) + rng.integers(kinds)) % kinds
    return hands.reshape(rows)


def ordinary(facts: Facts, scale: float, rng: np.random.Generator) -> Array:
    """Normal values times the scale, fitted to the domain; uniform random labels. Shape facts.rows."""
    if facts.domain == "labels":
        return rng.integers(facts.classes, size=facts.rows).astype(np.float64)
    return fit(short(rng.standard_normal(facts.rows) * scale), facts)


def each(facts: tuple[Facts, ...], values: Callable[[Rows], Array]) -> tuple[Array | None, ...]:
    """Real values for every input, drawn by its rows and fitted to its domain; nothing to say about labels."""
    return tuple(None if one.domain == "labels" else fit(values(one.rows), one) for one in facts)

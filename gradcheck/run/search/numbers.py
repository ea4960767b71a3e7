"""The numbers that points are made of, in groups; within each, simple ones come first, as shrinking goes there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.run.search.constants import LARGEST

SIMPLE = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, 10.0, -10.0)
POWERS = tuple(10.0**k for k in (0, 1, 2, 3, 4, 5, -1, -2, -3, -4, -5, -6, -7, -8))
COMBINED = 8  # constants of which every pair is combined: 28 pairs, five numbers each
LEAST = 1e-12  # below, differences of constants are their rounding


@dataclass(frozen=True)
class Menu:
    """Groups of numbers.

    Attributes
    ----------
    exact : tuple of float
        The constants of the layer, with both signs.
    beside : tuple of float
        Numbers a little and far beyond and below them.
    combined : tuple of float
        Sums, differences, products and quotients of two of them.
    """

    exact: tuple[float, ...] = ()
    beside: tuple[float, ...] = ()
    combined: tuple[float, ...] = ()


def menu(constants: Sequence[float]) -> Menu:
    """The groups that the constants of a layer make."""
    pairs = itertools.combinations(constants[:COMBINED], 2)
    combined = _keep(itertools.chain.from_iterable(_combinations(a, b) for a, b in pairs), known=constants)
    beside = _keep(itertools.chain.from_iterable(map(_neighbours, constants)), known=constants)
    return Menu(_signed(constants), _signed(beside), _signed(combined))


def _neighbours(c: float) -> tuple[float, ...]:
    """Numbers beside a positive one, the roundest first."""
    steps = [round(c + side * step * max(c, 1), 12) for step in (1e-3, 1e-6) for side in (1, -1)]
    return (c + 1, c - 1, 2 * c, c / 2, *steps, *(float(np.nextafter(c, end)) for end in (math.inf, 0)))


def _combinations(a: float, b: float) -> tuple[float, ...]:
    return a + b, a - b, a * b, a / b, b / a


def _keep(numbers: Iterable[float], *, known: Sequence[float]) -> list[float]:
    """Sizes worth a try, without repetitions."""
    sizes = dict.fromkeys(abs(number) for number in numbers)
    return [size for size in sizes if LEAST <= size <= LARGEST and size not in known]


def _signed(sizes: Iterable[float]) -> tuple[float, ...]:
    return tuple(itertools.chain.from_iterable((size, -size) for size in sizes))

"""Forwards that iterate to a tolerance, as vectorised solvers do, and the roots that they are after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

MOST_STEPS = 200


def _iterate(step: Callable[[Any], Any], start: Any, tolerance: float) -> Any:
    """Corrections until each entry's is small; an entry that is done stays as it is."""
    y, moving = np.array(start), np.ones(np.shape(start), dtype=bool)
    for _ in range(MOST_STEPS):
        change = step(y)
        y = np.where(moving, y - change, y)
        moving &= np.abs(change) > tolerance * np.maximum(np.abs(y), 1)
        if not moving.any():
            break
    return y


def _root(m: Any, step: Callable[[Any], Any], start: Any) -> Any:
    """Newton's method until nothing moves but the last digits of the context."""
    y = start
    for _ in range(MOST_STEPS):
        change = step(y)
        y -= change
        if abs(change) <= m.eps * 100 * max(abs(y), m.eps):
            return y
    raise ArithmeticError("Newton's method did not converge")


def kepler(e: float, tolerance: float, a: Any) -> Any:
    """E - e sin E = a."""
    return _iterate(lambda y: (y - e * np.sin(y) - a) / (1 - e * np.cos(y)), a + e * np.sin(a), tolerance)


def kepler_root(m: Any, e: float, tolerance: float, a: Any) -> Any:
    e = m.mpf(e)
    return _root(m, lambda y: (y - e * m.sin(y) - a) / (1 - e * m.cos(y)), a + e * m.sin(a))


def kepler_slope(m: Any, e: float, tolerance: float, a: Any) -> tuple[Any]:
    return (1 / (1 - m.mpf(e) * m.cos(kepler_root(m, e, tolerance, a))),)


def cubic(tolerance: float, a: Any) -> Any:
    """y^3 + y = a."""
    return _iterate(lambda y: (y**3 + y - a) / (3 * y * y + 1), a / (1 + np.abs(a) ** (2 / 3)), tolerance)


def cubic_root(m: Any, tolerance: float, a: Any) -> Any:
    return _root(m, lambda y: (y**3 + y - a) / (3 * y * y + 1), a / (1 + abs(a) ** (m.mpf(2) / 3)))


def cubic_slope(m: Any, tolerance: float, a: Any) -> tuple[Any]:
    return (1 / (3 * cubic_root(m, tolerance, a) ** 2 + 1),)


def lambert(tolerance: float, a: Any) -> Any:
    """y e^y = a for a > 0."""
    return _iterate(lambda y: (y - a * np.exp(-y)) / (1 + y), np.log1p(a), tolerance)


def lambert_root(m: Any, tolerance: float, a: Any) -> Any:
    return _root(m, lambda y: (y - a * m.exp(-y)) / (1 + y), m.log1p(a))


def lambert_slope(m: Any, tolerance: float, a: Any) -> tuple[Any]:
    y = lambert_root(m, tolerance, a)
    return (1 / (m.exp(y) * (1 + y)),)


def contraction(rate: float, tolerance: float, a: Any) -> Any:
    """y = rate cos y + a by repeated substitution, which stops at the tolerance."""
    return _iterate(lambda y: y - (rate * np.cos(y) + a), a, tolerance * (1 - abs(rate)))


def contraction_root(m: Any, rate: float, tolerance: float, a: Any) -> Any:
    r = m.mpf(rate)
    return _root(m, lambda y: (y - r * m.cos(y) - a) / (1 + r * m.sin(y)), a)


def contraction_slope(m: Any, rate: float, tolerance: float, a: Any) -> tuple[Any]:
    return (1 / (1 + m.mpf(rate) * m.sin(contraction_root(m, rate, tolerance, a))),)

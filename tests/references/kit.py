"""What a reference is, and what formulas share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np

DIGITS = 60
REAL = (-math.inf, math.inf)
Matrix = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Reference:
    """A function with its Jacobian.

    Parameters
    ----------
    name : str
    forward : callable
        Maps arrays of shape (..., n) to (..., m), or to (...) where m = 1.
    jacobian : callable
        Maps n mpmath numbers to m rows of n.
    limits : (float, float)
        The open domain of each entry.
    """

    name: str
    forward: Callable[[Any], Any]
    jacobian: Callable[[Sequence[Any]], Matrix]
    limits: tuple[float, float] = REAL

    def admits(self, x: np.ndarray) -> bool:
        """Whether x lies in the domain and the forward is finite there."""
        low, high = self.limits
        with np.errstate(all="ignore"):
            return bool(((x > low) & (x < high)).all() and np.isfinite(self.forward(x)).all())

    def truth(self, x: np.ndarray) -> np.ndarray:
        """The Jacobian at x, shape (m, n), rounded to extended precision."""
        with mp.workdps(DIGITS):
            rows = self.jacobian([mp.mpf(float(a)) for a in x])
            return np.array([[extended(mp.mpf(entry)) for entry in row] for row in rows])


def extended(number: Any) -> np.longdouble:
    """An mpmath number in extended precision; 0 or infinite beyond its range."""
    limit = np.finfo(np.longdouble).maxexp - 1
    size = abs(number)
    if size < mp.ldexp(1, -limit):
        return np.longdouble(0)
    return np.longdouble(mp.nstr(number, 25) if size < mp.ldexp(1, limit) else mp.sign(number) * mp.inf)


def each(
    name: str, forward: Callable[[Any], Any], slope: Callable[[Any], Any], limits: tuple[float, float] = REAL
) -> Reference:
    """An elementwise function, from its derivative."""
    return Reference(name, forward, lambda x: diagonal([slope(a) for a in x]), limits)


def diagonal(entries: Sequence[Any]) -> Matrix:
    return [[entry if i == k else mp.mpf(0) for k in range(len(entries))] for i, entry in enumerate(entries)]


def matrix(n: int, m: int, entry: Callable[[int, int], Any]) -> Matrix:
    return [[entry(i, k) for k in range(n)] for i in range(m)]


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def logistic(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def sign(x: Any) -> int:
    return 1 if x >= 0 else -1

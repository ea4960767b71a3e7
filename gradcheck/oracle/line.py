"""The forward along one direction, with both ends of the domain in mind."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import CHUNK, Forward
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import beside_end, inside_length

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Line:
    """The forward along one direction, t -> F(x + t d)."""

    forward: Forward
    direction: Array

    @classmethod
    def drawn(cls, forward: Forward, unit: Array, rng: np.random.Generator) -> Line:
        """A random direction of about one `unit`, shape (n,), along each entry; beside an end of the domain, inside."""
        sign = signs(len(unit), rng)
        if not forward.unbounded:
            (down, up), beside = forward.room, beside_end(forward)
            sign = np.where(beside, np.where(up > down, 1.0, -1.0), sign)
            unit = np.where(beside, inside_length(forward), unit)
        return cls(forward, (unit * rng.uniform(0.5, 1, len(unit)) * sign).astype(forward.x.dtype))

    @cached_property
    def shortest(self) -> float:
        """The least t that moves all entries by a spacing or more."""
        moved = self.direction != 0
        return float((np.spacing(np.abs(self.forward.x[moved])) / np.abs(self.direction[moved])).max(initial=0))

    def __call__(self, t: Array) -> Array:
        """Outputs at each t, shape (k, m); NaN outside of the domain."""
        length = max(CHUNK // max(self.direction.size, 1), 1)
        if self.forward.unbounded and len(t) <= length:
            return self.forward(self.forward.x + t.astype(self.direction.dtype)[:, None] * self.direction)
        values = np.full((len(t), self.forward.outputs), np.nan, self.direction.dtype)
        for start in range(0, len(t), length):
            moves = t[start : start + length].astype(self.direction.dtype)[:, None] * self.direction
            inside = np.flatnonzero(self._inside(moves))
            rows = moves if len(inside) == len(moves) else moves[inside]
            values[start + inside] = self.forward(self.forward.x + rows)
        return values

    def _inside(self, moves: Array) -> Array:
        """Which moves stay in the domain, (k, n) -> (k,)."""
        if self.forward.unbounded:
            return np.ones(len(moves), dtype=bool)
        down, up = self.forward.room
        return np.asarray(((moves <= up) & (-moves <= down)).all(axis=1))

    def both(self, t: Array) -> Array:
        """Outputs at each t and then those at each -t, beside one another: shape (k, 2 m)."""
        values = self(np.concatenate([t, -t]))
        return np.concatenate([values[: len(t)], values[len(t) :]], axis=1)

    def each(self, rows: Array) -> Callable[[Array], Array]:
        """Of `both`, one output at each t, as a function of t, whose last axis is that of the rows."""
        own, at = rows % self.forward.outputs, np.arange(len(rows))
        sign = np.where(rows < self.forward.outputs, 1.0, -1.0)
        return lambda t: self((sign * t).reshape(-1)).reshape(*t.shape, -1)[..., at, own]

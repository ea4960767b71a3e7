"""What families draw with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from tests.bound.tree import Node, apply

Rng = np.random.Generator
Item = TypeVar("Item")


def pick(rng: Rng, items: Sequence[Item]) -> Item:
    """One of several."""
    return items[int(rng.integers(len(items)))]


def size(rng: Rng, low: float, high: float) -> float:
    """A positive number whose decimal logarithm is uniform between two."""
    return float(10 ** rng.uniform(low, high))


def signed(rng: Rng, low: float, high: float) -> float:
    """The same with a random sign."""
    return size(rng, low, high) * pick(rng, (1.0, -1.0))


def normal(rng: Rng) -> float:
    return float(rng.standard_normal())


SMOOTH = ("sin", "cos", "tanh", "atan", "sigmoid", "exp")


def smooth(rng: Rng, part: Node) -> Node:
    """A smooth function of ordinary size."""
    return apply(pick(rng, SMOOTH), part)


def composed(rng: Rng, leaves: Sequence[Node], depth: int) -> Node:
    """A random composition of smooth functions, sums, products and tame quotients."""
    if depth == 0:
        return pick(rng, leaves) * float(np.round(rng.uniform(0.3, 1.5), 3))
    kind = int(rng.integers(5))
    a = composed(rng, leaves, depth - 1)
    if kind < 2:
        return smooth(rng, a)
    b = composed(rng, leaves, depth - 1)
    if kind == 2:
        return a + b
    return a * b if kind == 3 else a / (1 + b * b)


def sizes(rng: Rng, count: int, low: float, high: float) -> tuple[Any, ...]:
    """Several signed numbers."""
    return tuple(signed(rng, low, high) for _ in range(count))

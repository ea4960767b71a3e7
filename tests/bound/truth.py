"""The truth: value and gradient of an expression in mpmath, to as many digits as it takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from tests.bound.ops import OPS
from tests.bound.tree import INPUT, NUMBER, Node

DIGITS = (60, 120, 240, 480)
AGREE = 1e-30  # relative difference up to which two computations with different digits say the same
SLOPE_OF_SOLVER = 100.0  # times its tolerance: relative error of the slope of an iteration that stopped early


class NoTruthError(ArithmeticError):
    """The expression has no finite real value and gradient there, or its digits could not be settled."""


@dataclass(frozen=True)
class Truth:
    """Value and gradient as mpmath numbers, and what the casts and solvers inside leave open of the gradient."""

    value: Any
    gradient: tuple[Any, ...]
    slack: tuple[float, ...]


@cache
def context(digits: int) -> Any:
    """A context of mpmath of our own: the global one keeps its precision."""
    from mpmath import mp

    own = mp.clone()
    own.dps = digits
    return own


def exact(m: Any, number: Any) -> Any:
    """A floating number, which may be longer than a float64, without loss."""
    high = float(number)
    return m.mpf(high) + m.mpf(float(number - high)) if np.isfinite(high) else m.mpf(high)


def truth(tree: Node, point: tuple[Any, ...]) -> Truth:
    """Value and gradient of a tree at a point of floating numbers.

    Where a part is cast to fewer digits, or solved to a tolerance, the truth is that of the function without the cast.
    What the cast leaves open is `slack`: how far each entry of the gradient moves as the value of a cast moves by its
    unit roundoff, summed over the casts.

    Raises
    ------
    NoTruthError
    """
    before = None
    for digits in DIGITS:
        m = context(digits)
        numbers = [exact(m, p) for p in point]
        try:
            value, gradient = _dual(m, tree, numbers, None)
        except (ArithmeticError, ValueError, TypeError) as cause:
            raise NoTruthError(str(cause)) from None
        now = (value, *gradient)
        if not all(isinstance(part, m.mpf) and m.isfinite(part) for part in now):
            raise NoTruthError("no finite real number")
        if before is not None and all(_same(a, b) for a, b in zip(before, now, strict=True)):
            return Truth(value, tuple(gradient), _slack(m, tree, numbers, gradient))
        before = now
    raise NoTruthError("digits do not settle")


def _same(a: Any, b: Any) -> bool:
    return a == b or abs(a - b) <= AGREE * abs(b)


def _dual(m: Any, tree: Node, point: list[Any], moved: Node | None) -> tuple[Any, list[Any]]:
    """Value and gradient; `moved` is a cast or solver whose value is moved by its unit."""
    if tree.op == INPUT:
        place = int(tree.numbers[0])
        return point[place], [m.mpf(k == place) for k in range(len(point))]
    if tree.op == NUMBER:
        return m.mpf(tree.numbers[0]), [m.mpf(0)] * len(point)
    op = OPS[tree.op]
    parts = [_dual(m, part, point, moved) for part in tree.parts]
    values = [value for value, _ in parts]
    value = m.mpf(1) * op.value(m, *tree.numbers, *values)
    if abs(value) < op.least:
        raise NoTruthError(f"{tree.op} has no digits left for its part")
    slopes = op.slopes(m, *tree.numbers, *values)
    gradient = [sum(s * g[k] for s, (_, g) in zip(slopes, parts, strict=True)) for k in range(len(point))]
    if tree is moved:
        unit = m.mpf(op.unit(*tree.numbers))
        return value * (1 + unit), [g * (1 + SLOPE_OF_SOLVER * unit if tree.numbers else 1) for g in gradient]
    return value, gradient


def _coarse(tree: Node) -> list[Node]:
    """The casts and solvers of a tree."""
    own = [tree] if tree.op in OPS and OPS[tree.op].unit(*tree.numbers) else []
    return own + [found for part in tree.parts for found in _coarse(part)]


def _slack(m: Any, tree: Node, point: list[Any], gradient: list[Any]) -> tuple[float, ...]:
    total = [0.0] * len(gradient)
    for one in _coarse(tree):
        _, moved = _dual(m, tree, point, one)
        total = [t + float(abs(a - b)) for t, a, b in zip(total, moved, gradient, strict=True)]
    return tuple(total)

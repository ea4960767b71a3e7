"""Beside the root of a difference that cancels, under a function that is steep there: log(1 - x^2), 1/(x^2 - 1)."""

from __future__ import annotations

from tests.bound.families.draw import Rng, normal, pick, size, smooth
from tests.bound.layer import Sketch
from tests.bound.tree import apply, x


def roots(rng: Rng) -> Sketch:
    """A difference of rounded terms 1e-11 to 1e-2 from its root, inside log, sqrt, a quotient or a power."""
    near, a = size(rng, -11, -2), x()
    c = float(pick(rng, (1.0, 2.0, -1.0, size(rng, -1, 1))))
    outward = near if c > 0 else -near
    difference, at = pick(
        rng,
        (
            (a * a - c * c, c + outward),
            (c * c - a * a, c - outward),
            (a * a * a - c * c * c, c + near),
            (1 - apply("cos", a), near),
            (apply("exp", a) - 1, near),
            (1 - apply("tanh", a), float(rng.uniform(1, 20))),
            (apply("sqrt", a) - 1, 1 + near),
            (a - apply("log", a) - 1, 1 + near),
        ),
    )
    outer = pick(rng, ("log", "sqrt", "quotient", "power"))
    if outer == "quotient":
        tree = 1 / difference
    else:
        tree = apply(outer, difference, numbers=(1.5,) if outer == "power" else ())
    if rng.random() < 0.3:
        return Sketch((tree * x(1) + smooth(rng, x(1)),), (at, normal(rng)))
    return Sketch((tree,), (at,))

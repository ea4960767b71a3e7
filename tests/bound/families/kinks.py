"""Smooth points beside a kink or a jump."""

from __future__ import annotations

from tests.bound.families.draw import Rng, normal, pick, signed, smooth
from tests.bound.layer import ELEMENTWISE, Sketch
from tests.bound.tree import apply, x


def kinks(rng: Rng) -> Sketch:
    """A kink or a jump 1e-13 to 1 away."""
    c = float(pick(rng, (0.0, 1.0, -3.0, signed(rng, -2, 2))))
    near, d = signed(rng, -13, 0), x() - c
    functions = (
        lambda: apply("abs", d),
        lambda: apply("abs", d) * smooth(rng, x()),
        lambda: apply("maximum", d, 0.0),
        lambda: apply("maximum", d * 0.1, d) + smooth(rng, x()),
        lambda: apply("maximum", d, 0.0) * d,
        lambda: apply("sqrt", apply("abs", d)),
        lambda: apply("abs", d) * signed(rng, -6, 6) + smooth(rng, x()),
        lambda: apply("maximum", smooth(rng, x()), smooth(rng, x()) + 0.01),
        lambda: apply("floor", d) + smooth(rng, x()),
        lambda: apply("floor", x() * 4.0) * x(),
        lambda: d - apply("floor", d),
        lambda: apply("maximum", d, x(1)) + smooth(rng, x(1)),
        lambda: apply("abs", d) + apply("abs", x(1)),
    )
    tree = pick(rng, functions)()
    if "x1" in str(tree):
        return Sketch((tree,), (c + near, near + signed(rng, -9, 0)))
    if rng.random() < 0.3:
        return Sketch((tree,), (c + near, normal(rng), c - near), form=ELEMENTWISE)
    return Sketch((tree,), (c + near,))

"""Smooth functions of ordinary size: where the bound must stay sharp."""

from __future__ import annotations

from tests.bound.families.draw import Rng, composed, normal, pick
from tests.bound.layer import ELEMENTWISE, SCALARS, SUMMED, Sketch
from tests.bound.tree import x


def ordinary(rng: Rng) -> Sketch:
    """A composition of depth 2 to 4 at normal inputs."""
    form = pick(rng, (SCALARS, SCALARS, ELEMENTWISE, SUMMED))
    count = int(rng.integers(1, 4))
    leaves = tuple(x(k) for k in range(count if form == SCALARS else 1))
    outputs = int(rng.integers(1, 3)) if form == SCALARS else 1
    trees = []
    for _ in range(outputs):
        total = sum((composed(rng, (leaf,), 2) for leaf in leaves[1:]), composed(rng, leaves, int(rng.integers(2, 5))))
        trees.append(total)
    return Sketch(tuple(trees), tuple(normal(rng) for _ in range(count)), form=form)

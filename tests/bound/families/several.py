"""Several inputs and outputs of very different sizes in one layer."""

from __future__ import annotations

from tests.bound.families.draw import Rng, composed, normal, pick, signed, size, smooth
from tests.bound.layer import ELEMENTWISE, SUMMED, Sketch
from tests.bound.tree import apply, x


def several(rng: Rng) -> Sketch:
    """Two or three inputs and two to four outputs, or one vector of unlike entries."""
    if rng.random() < 0.5:
        form, factor = pick(rng, (ELEMENTWISE, SUMMED)), size(rng, -3, 3)
        a = x()
        trees = (
            lambda: apply("exp", a) * factor,
            lambda: a * a * a,
            lambda: apply("tanh", a * factor),
            lambda: a / (1 + a * a),
            lambda: apply("log", 1 + a * a),
            lambda: apply("sqrt", a * a + size(rng, -12, 0)),
            lambda: smooth(rng, a) * a,
        )
        points = tuple(pick(rng, (normal(rng), signed(rng, -9, 1.5))) for _ in range(int(rng.integers(2, 5))))
        return Sketch((pick(rng, trees)(),), points, form=form)
    count = int(rng.integers(2, 4))
    leaves = [x(k) for k in range(count)]
    trees = [
        composed(rng, leaves, int(rng.integers(1, 4))) * signed(rng, -9, 9) + smooth(rng, pick(rng, leaves))
        for _ in range(int(rng.integers(1, 4)))
    ]
    everything = leaves[0] * leaves[-1]
    for leaf in leaves:
        everything = everything + smooth(rng, leaf)
    return Sketch((*trees, everything), tuple(pick(rng, (normal(rng), signed(rng, -6, 1))) for _ in leaves))

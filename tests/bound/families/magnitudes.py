"""Terms far apart, and inputs that are huge."""

from __future__ import annotations

from tests.bound.families.draw import Rng, normal, pick, signed, size, smooth
from tests.bound.layer import ELEMENTWISE, Sketch
from tests.bound.tree import Node, apply, x


def _term(rng: Rng, leaf: Node) -> Node:
    """A term that has a size of its own, or is steep."""
    kind = int(rng.integers(5))
    if kind == 0:
        return apply("tanh", leaf * size(rng, 0, 9))
    if kind == 1:
        return leaf * leaf * signed(rng, -12, 18)
    if kind == 2:
        return apply("exp", leaf * signed(rng, 0, 1))
    return smooth(rng, leaf) * signed(rng, -12, 18)


def far_sums(rng: Rng) -> Sketch:
    """Two or three terms 1e-12 to 1e18 in size, of one input or of one each."""
    count, shared = int(rng.integers(2, 4)), rng.random() < 0.4
    leaves = [x(0 if shared else k) for k in range(count)]
    total = _term(rng, leaves[0])
    for leaf in leaves[1:]:
        total = total + _term(rng, leaf)
    points = [pick(rng, (normal(rng), signed(rng, -3, 1), 0.0, signed(rng, -12, 0))) for _ in leaves]
    return Sketch((total,), tuple(points[:1] if shared else points))


def huge_inputs(rng: Rng) -> Sketch:
    """Functions at 1e12 to 1e18, where a number's neighbours are far away."""
    a, at = x(), size(rng, 12, 18)
    rate = size(rng, -1, 1) / at
    trees = (
        lambda: apply("sin", a),
        lambda: apply("cos", a * rate) * a,
        lambda: apply("log", a),
        lambda: apply("sqrt", a),
        lambda: a / (1 + a),
        lambda: apply("log", a + 1) - apply("log", a),
        lambda: apply("tanh", a - at),
        lambda: apply("atan", a * rate),
        lambda: a * a * rate + apply("sin", a * rate),
        lambda: apply("sqrt", a * a + 1) - a,
        lambda: 1 / a,
        lambda: apply("exp", -(a * rate)) + apply("sin", x(1)),
        lambda: a * x(1) + apply("sin", x(1)),
        lambda: (a - at) * (a - at) + x(1),
    )
    tree = pick(rng, trees)()
    return Sketch((tree,), (at, normal(rng)) if "x1" in str(tree) else (at,))


def tiny_inputs(rng: Rng) -> Sketch:
    """Functions at 1e-300 to 1e-9, of ordinary length or of the length of the input itself."""
    a, at, w = x(), signed(rng, *pick(rng, ((-16, -9), (-60, -9), (-280, -9)))), x(1)
    trees = (
        lambda: smooth(rng, a),
        lambda: a * w,
        lambda: a * w + smooth(rng, w),
        lambda: smooth(rng, a) * w + a,
        lambda: apply("log", apply("abs", a)),
        lambda: apply("sqrt", apply("abs", a)),
        lambda: apply("tanh", a / abs(at)),
        lambda: apply("tanh", a / abs(at)) + smooth(rng, w),
        lambda: a / (1 + a * a),
        lambda: apply("log", apply("abs", a)) * w,
        lambda: a * apply("log", apply("abs", a)),
    )
    tree = pick(rng, trees)()
    if "x1" in str(tree):
        return Sketch((tree,), (at, normal(rng)))
    return Sketch((tree,), (at, normal(rng), -at), form=ELEMENTWISE) if rng.random() < 0.4 else Sketch((tree,), (at,))

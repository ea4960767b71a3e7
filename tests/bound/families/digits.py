"""Forwards that lose digits: cancellations, casts, parts in float64, solvers."""

from __future__ import annotations

from tests.bound.families.draw import Rng, composed, normal, pick, signed, size, smooth
from tests.bound.layer import ELEMENTWISE, Sketch
from tests.bound.tree import Node, apply, x


def cancellations(rng: Rng) -> Sketch:
    """Forms that cancel, written as people write them."""
    a = x()
    s = apply("sigmoid", a)
    e = apply("exp", a)
    small, far = signed(rng, -9, 0), signed(rng, 0, 1.6)
    tree, at = pick(
        rng,
        (
            (1 - s, far),
            (1 + apply("tanh", a), far),
            ((1 - apply("cos", a)) / (a * a), small),
            (apply("log", 1 + a), abs(small)),
            (a / (e - 1), small),
            (apply("log", 1 + e), far),
            ((e - 1) / a, small),
            (apply("sqrt", a * a + 1) - a, far * 10),
            (apply("cos", a) - apply("sin", a) / a, small),
            (-apply("power", 1 - s, numbers=(2.0,)) * apply("log", s), far),
            (e - 1 - a, small),
            (apply("log", s), far),
            (apply("log", 1 - s), far),
            ((e - apply("exp", -a)) / 2, small),
            (a - apply("sin", a), small),
            ((1 - apply("tanh", a)) * (1 + apply("tanh", a)), far),
        ),
    )
    if rng.random() < 0.3:
        return Sketch((tree * x(1) + smooth(rng, x(1)),), (at, normal(rng)))
    if rng.random() < 0.2:
        return Sketch((tree,), (at, at * 0.7, at * 1.3), form=ELEMENTWISE)
    return Sketch((tree,), (at,))


KINDS = ("float16", "bfloat16", "float32")


def casts(rng: Rng) -> Sketch:
    """A cast to fewer digits inside."""
    kind = pick(rng, KINDS)

    def cast(part: Node) -> Node:
        return apply(kind, part)

    trees = (
        lambda: cast(x()),
        lambda: cast(smooth(rng, x())),
        lambda: smooth(rng, cast(x())),
        lambda: cast(x()) * x(),
        lambda: cast(x() * x()) + smooth(rng, x()),
        lambda: cast(smooth(rng, x())) * smooth(rng, x()),
        lambda: apply("exp", cast(x()) - 1.0),
        lambda: cast(cast(smooth(rng, x())) * cast(x())),
        lambda: cast(smooth(rng, x())) + smooth(rng, x(1)),
        lambda: cast(x()) * cast(x(1)),
        lambda: smooth(rng, cast(x()) * x(1)),
        lambda: cast(composed(rng, (x(), x(1)), 2)),
    )
    tree = pick(rng, trees)()
    at = pick(rng, (normal(rng), signed(rng, -3, 2), signed(rng, -1, 1)))
    if "x1" in str(tree):
        return Sketch((tree,) if "x0" in str(tree) else (tree + cast(x()),), (at, normal(rng)))
    if rng.random() < 0.2:
        return Sketch((tree,), (at, normal(rng), normal(rng)), form=ELEMENTWISE)
    return Sketch((tree,), (at,))


def double_parts(rng: Rng) -> Sketch:
    """A part that computes in float64 whatever it is given, while the rest keeps its dtype."""
    a = x()
    at = float(rng.uniform(0.2, 6))
    trees = (
        lambda: apply("lgamma", a) + a * apply("log", a),
        lambda: apply("lgamma", a) - apply("lgamma", a + 0.5),
        lambda: a * apply("erf", a),
        lambda: apply("erfc", a) * apply("exp", a * a),
        lambda: apply("lgamma", a) * size(rng, -6, 0) + smooth(rng, a),
        lambda: apply("table", a) + smooth(rng, a),
        lambda: apply("table", a) * a,
        lambda: apply("float64", smooth(rng, a)) * a + a,
        lambda: apply("float64", a * signed(rng, 3, 9)) + smooth(rng, a),
        lambda: apply("erf", a) * size(rng, 0, 9) + apply("exp", -a),
    )
    tree = pick(rng, trees)()
    if rng.random() < 0.3:
        trees = (tree + apply("lgamma", x(1)), smooth(rng, a))
        return Sketch(trees, (at, float(rng.uniform(0.2, 6))), ("positive", "positive"))
    return Sketch((tree,), (at,), ("positive",))


def solvers(rng: Rng) -> Sketch:
    """An iteration to a tolerance, which the layer declares."""
    tolerance = size(rng, -12, -6)
    trees = (
        lambda: apply("kepler", x(), numbers=(float(rng.uniform(0, 0.9)), tolerance)),
        lambda: apply("cubic", x(), numbers=(tolerance,)),
        lambda: apply("lambert", apply("exp", x()), numbers=(tolerance,)),
        lambda: apply("contraction", x(), numbers=(float(rng.uniform(-0.7, 0.7)), tolerance)),
    )
    tree = pick(rng, trees)()
    if rng.random() < 0.4:
        tree = tree + smooth(rng, x()) if rng.random() < 0.5 else tree * x(1) + x(1)
    points = (normal(rng) * 2, normal(rng)) if "x1" in str(tree) else (normal(rng) * 2,)
    return Sketch((tree,), points, accuracy=10 * tolerance)

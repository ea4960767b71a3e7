"""Beside the edge of a domain, and beside a pole."""

from __future__ import annotations

import math

from tests.bound.families.draw import Rng, normal, pick, signed, size, smooth
from tests.bound.layer import Sketch
from tests.bound.tree import Node, apply, x


def edge_logs(rng: Rng) -> Sketch:
    """Logs and roots beside an edge, plus e^a."""
    p, near_one = x(), rng.random() < 0.25
    power = float(pick(rng, (0.5, 1.5, 2.0, -1.0, 3.0)))
    terms = (
        lambda: -apply("log", p),
        lambda: -apply("log", 1 - p),
        lambda: -(p * apply("log", p) + (1 - p) * apply("log", 1 - p)),
        lambda: -(0.3 * apply("log", p) + 0.7 * apply("log", 1 - p)),
        lambda: -(apply("power", 1 - p, numbers=(power,)) * apply("log", p)),
        lambda: apply("power", p, numbers=(power,)),
        lambda: p * apply("log", p),
    )
    at = 1 - size(rng, -13, -1) if near_one else size(rng, -14, -0.5)
    big = pick(rng, (apply("exp", x(1)), apply("exp", x(1)) + x(1) * x(1), x(1) * signed(rng, 0, 12)))
    return Sketch((pick(rng, terms)() + big,), (at, float(rng.uniform(0, 43))), ("unit", "real"))


def bounded(rng: Rng) -> Sketch:
    """A bounded domain, 1e-13 to 1e-2 from an edge; the function may mind the edge or not."""
    low = float(pick(rng, (0.0, -1.0, 2.0, signed(rng, -1, 2))))
    high = low + float(pick(rng, (1.0, size(rng, -2, 2))))
    gap = size(rng, -13, -2) * min(high - low, 1)
    at = low + gap if rng.random() < 0.5 else high - gap
    up, down = x() - low, high - x()
    functions = (
        lambda: apply("log", up) - apply("log", down),
        lambda: apply("sqrt", up) * apply("sqrt", down),
        lambda: apply("power", up, numbers=(1.5,)),
        lambda: apply("log", up / down),
        lambda: up * apply("log", up) + down * apply("log", down),
        lambda: smooth(rng, x()),
        lambda: x() * smooth(rng, x() * 3.0),
        lambda: 1 / up + 1 / down,
        lambda: apply("asin", (up - down) / (high - low)),
        lambda: apply("acos", (up - down) / (high - low)),
        lambda: apply("cos", x()) + x() * x(),
        lambda: apply("sin", x() * size(rng, 1, 6)) + x(),
        lambda: apply("sin", up * size(rng, 0, 4)) * apply("cos", down * size(rng, 0, 4)),
    )
    tree = pick(rng, functions)()
    if rng.random() < 0.5:
        return Sketch((tree,), (at,), ((low, high),))
    return Sketch((tree + smooth(rng, x(1)), tree * x(1)), (at, normal(rng)), ((low, high), "real"))


def _quotient(rng: Rng, c: float) -> Node:
    """A function with a pole at c."""
    d = x() - c
    return pick(rng, (1 / d, 1 / (d * d), x() / d, apply("sin", x()) / d, apply("exp", x()) / d, 1 / (d * (x() + 1))))


def poles(rng: Rng) -> Sketch:
    """A pole 1e-12 to 0.1 away."""
    near = signed(rng, -12, -1)
    if rng.random() < 0.5:
        c = float(pick(rng, (0.0, 1.0, signed(rng, -2, 3))))
        domain = "nonzero" if c == 0 and rng.random() < 0.5 else "real"
        return Sketch((_quotient(rng, c),), (c + near,), (domain,))
    tree, at = pick(
        rng,
        (
            (apply("tan", x()), math.pi / 2 + near),
            (1 / apply("sin", x()), math.pi * int(rng.integers(-3, 4)) + near),
            (1 / (1 - apply("exp", x())), near),
            (1 / apply("tanh", x()), near),
            (1 / x(), signed(rng, -60, -3)),
            (x() / (1 - x() * x()), 1 + near),
        ),
    )
    return Sketch((tree * x(1),), (at, normal(rng))) if rng.random() < 0.3 else Sketch((tree,), (at,))

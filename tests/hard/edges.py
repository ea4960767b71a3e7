"""Domains, and what happens beside their ends."""

from __future__ import annotations

import numpy as np

from tests.hard.kit import Hard, fixed
from tests.mutants.kit import (
    Plain,
    args,
    elementwise,
    given,
)

HARD: tuple[Hard, ...] = (
    fixed(
        "sqrt",
        Plain(args("nonnegative", x=(4,)), np.sqrt, lambda v, x: np.where(v == 0, 0, v * 0.5 / np.sqrt(x))),
        "infinite slope at the edge",
    ),
    fixed(
        "sqrt, positive", elementwise(np.sqrt, lambda x: 0.5 / np.sqrt(x), 4, domain="positive"), "slopes up to 1e161"
    ),
    fixed("log", elementwise(np.log, lambda x: 1 / x, 4, domain="positive"), "slopes beyond 1e300"),
    fixed(
        "x log x",
        elementwise(lambda x: x * np.log(x), lambda x: 1 + np.log(x), 4, domain="positive"),
        "slope of -700 beside 0",
    ),
    fixed(
        "entropy",
        Plain(
            args("nonnegative", x=(4,)),
            lambda x: np.where(x > 0, -x * np.log(np.where(x > 0, x, 1)), 0),
            lambda v, x: np.where(v == 0, 0, v * (-1 - np.log(x))),
        ),
        "slope infinite at 0, the value 0",
    ),
    fixed(
        "arcsin",
        elementwise(np.arcsin, lambda x: 1 / np.sqrt((1 - x) * (1 + x)), 4, domain=(-1.0, 1.0)),
        "slope 1e6 at the ends",
    ),
    fixed(
        "artanh",
        elementwise(np.arctanh, lambda x: 1 / ((1 - x) * (1 + x)), 4, domain=(-1.0, 1.0)),
        "slope 1e12 at the ends",
    ),
    fixed(
        "logit",
        elementwise(lambda p: np.log(p) - np.log1p(-p), lambda p: 1 / (p * (1 - p)), 5, domain="unit"),
        "both ends of the unit interval",
    ),
    fixed(
        "bernoulli loss",
        Plain(
            (*args("unit", p=(5,)), *given("t", 5, domain="unit")),
            lambda p, t: -t * np.log(p) - (1 - t) * np.log1p(-p),
            lambda v, p, t: v * (p - t) / (p * (1 - p)),
        ),
        "beside 1 the slope is of what is left of 1 - p",
    ),
    fixed(
        "focal",
        elementwise(
            lambda p: -((1 - p) ** 2) * np.log(p),
            lambda p: 2 * (1 - p) * np.log(p) - (1 - p) ** 2 / p,
            5,
            domain="unit",
        ),
        "flat to third order at 1",
    ),
    fixed(
        "divergence of simplices",
        Plain(
            (*args("simplex", p=(5,)), *given("q", 5, domain="simplex")),
            lambda p, q: (p * np.log(p / q)).sum(),
            lambda v, p, q: v * (1 + np.log(p / q)),
        ),
        "entries of 1e-12",
    ),
    fixed(
        "square root of a sum",
        Plain(
            args("nonnegative", x=(4,)),
            lambda x: np.sqrt(x.sum() + 1),
            lambda v, x: v / (2 * np.sqrt(x.sum() + 1)) * np.ones(4),
        ),
        "smooth up to the edge",
    ),
    fixed(
        "decay",
        elementwise(lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2, 4, domain="nonnegative"),
        "smooth up to the edge, one side only",
    ),
    fixed(
        "quarter power",
        elementwise(lambda x: x**2.25, lambda x: 2.25 * x**1.25, 4, domain="nonnegative"),
        "finite slope 0 at the edge",
    ),
    fixed(
        "hypotenuse",
        Plain(
            args(x=(4,), y=(4,)),
            np.hypot,
            lambda v, x, y: tuple(v * a / np.where(np.hypot(x, y) > 0, np.hypot(x, y), 1) for a in (x, y)),
        ),
        "cones at the origin",
    ),
    fixed(
        "angle",
        Plain(
            (*args("positive", x=(3,)), *args(y=(3,))),
            lambda x, y: np.arctan2(y, x),
            lambda v, x, y: (-v * (y / np.hypot(x, y)) / np.hypot(x, y), v * (x / np.hypot(x, y)) / np.hypot(x, y)),
        ),
        "steep beside the origin",
    ),
)

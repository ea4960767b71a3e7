"""Script lines for a derivative that no slope at points nearby allows, though each of its entries is in range."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.records.estimate import Constraint

Array = NDArray[Any]
RADII = (1e-3, 1e-6, 1e-2, 1e-9)  # of the points nearby: within them the slopes' own curvature is below a slack
SLACKS = (0.3, 1e-2, 1e-5)  # of the largest slope: what a search at random points may have missed
POINTS = 300  # so many that each of a few pieces around a kink is met


def slopes_script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that compare v . J . d with the slopes of v . forward along d at random points nearby."""
    probe, check = reproducer.failure.probe, reproducer.failure.finding.check
    worst_first = sorted(probe.estimate.constraints, key=lambda constraint: -_broken(constraint, probe.exact[check]))
    for constraint, slack, radius in itertools.product(worst_first, SLACKS, RADII):
        yield _lines(reproducer, constraint, slack, radius)


def _broken(constraint: Constraint, claim: Array) -> float:
    """By how much a claim breaks a constraint, in terms of its bound."""
    with np.errstate(all="ignore"):
        error = abs(float(constraint.weights @ claim @ constraint.direction) - constraint.value)
        excess = error / max(constraint.bound, 1e-300)
    return float(np.nan_to_num(excess, nan=np.inf))


def _lines(reproducer: Reproducer, constraint: Constraint, slack: float, radius: float) -> Lines:
    probe, moving = reproducer.failure.probe, reproducer.subject.differentiable
    names, step = [reproducer.names[k] for k in moving], float(f"{radius * 1e-4:.0e}")
    arrays = [reproducer.failure.arrays[k] for k in moving]
    ends = np.cumsum([array.size for array in arrays])[:-1]
    d = [part.reshape(a.shape) for part, a in zip(np.split(constraint.direction, ends), arrays, strict=True)]
    up, down = (
        reproducer.call("forward", **{name: f"near[{n}] {sign} {step!r} * d[{n}]" for n, name in enumerate(names)})
        for sign in "+-"
    )
    return [
        *reproducer.given(),
        f"v = {literal(constraint.weights.reshape(probe.y.shape).astype(float))}",
        f"d = [{', '.join(literal(part.astype(float)) for part in d)}]",
        f"analytic = {' + '.join(f'np.sum({_gradient(reproducer, k)} * d[{n}])' for n, k in enumerate(moving))}",
        "rng, slopes = np.random.default_rng(0), []",
        f"for i in range({POINTS}):",
        f"    near = [a + {radius!r} * rng.uniform(-1, 1, a.shape) for a in [{', '.join(names)}]]",
        f"    slopes.append(np.sum(v * np.subtract({up}, {down})) / {2 * step!r})",
        f"slack = {slack!r} * np.max(np.abs(slopes))",
        'print("analytic", analytic)',
        'print("slopes nearby from", min(slopes), "to", max(slopes))',
        "assert min(slopes) - slack <= analytic <= max(slopes) + slack",
    ]


def _gradient(reproducer: Reproducer, place: int) -> str:
    """The expression for v . J of one input."""
    check = reproducer.failure.finding.check
    answer = reproducer.part(reproducer.call(check), place)
    return answer if check == "bprop" else f"np.tensordot(v, {answer}, v.ndim)"

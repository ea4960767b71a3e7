"""The ladder of steps of one entry: each difference quotient by itself, and what its error should follow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.probe import Probe
from gradcheck.oracle.ladder import walk
from gradcheck.oracle.richardson import central
from gradcheck.oracle.steps import length_scale
from gradcheck.records.comparison import Comparison
from gradcheck.records.figures import Curve
from gradcheck.run.explain.sides import Names

Array = NDArray[Any]
STEPS, STEPS_EXTENDED = 43, 52  # down to 1e-15 and 1e-18 length scales
CLEAR = 30.0  # times the noise: errors of a difference quotient that truncation alone explains
ASYMPTOTIC = 5  # of these, so many of the finest steps tell the factor of h^2


def curve_of(probe: Probe, sides: Comparison, at: tuple[int, int], names: Names) -> Curve:
    """The curve of one entry.

    Parameters
    ----------
    probe : Probe
    sides : Comparison
    at : (int, int)
        Row and column of the entry.
    names : Names
    """
    steps, quotients, order, noise = _quotients(probe, at)
    numeric, bound = float(sides.numeric.value[at]), float(sides.limit[at])
    infinite = not math.isfinite(numeric)
    errors = np.abs(quotients if infinite else quotients - sides.numeric.value[at]).astype(float)
    return Curve(
        names.entry(at),
        tuple(steps.tolist()),
        tuple(errors.tolist()),
        order,
        None if infinite else _truncation(steps, errors, noise, order),
        noise or None,
        bound if math.isfinite(bound) and not infinite else None,
        None if infinite else float(sides.error[at]),
        infinite,
    )


def _quotients(probe: Probe, at: tuple[int, int]) -> tuple[Array, Array, int, float]:
    """Steps, difference quotients, the order of their truncation error, and the noise of the output."""
    forward, noise, _ = probe.reference
    entries = (np.array([at[0]]), np.array([at[1]]))
    local, scale = noise.of(entries[0]), length_scale(forward)
    extended = np.finfo(forward.x.dtype).eps < 1e-18
    ladder = walk(forward, entries, scale, scale, STEPS_EXTENDED if extended else STEPS)
    odd, _, h = central(ladder.values, local.f0, ladder.ahead, ladder.behind)
    quotients, steps, order = odd, h, 2
    if not np.isfinite(odd).any():
        side, step = (0, ladder.ahead) if np.isfinite(ladder.values[0]).any() else (1, -ladder.behind)
        quotients, steps, order = (ladder.values[side] - local.f0) / step, np.abs(step), 1
    size = np.nan_to_num(np.abs(ladder.values)).max(axis=0)
    sigma = float(np.sort(local.at(ladder.ratio, size), axis=None)[size.size // 2])
    told = np.isfinite(quotients) & (steps > 0)
    return steps[told].astype(float), quotients[told], order, sigma


def _truncation(steps: Array, errors: Array, noise: float, order: int) -> float | None:
    """The factor c of the error c h^order that truncation leaves; None where too few steps show it."""
    clear = errors > CLEAR * noise / steps
    run = int(np.argmin(np.append(clear, False)))  # from the coarsest step on, up to where noise takes over
    factors = (errors[:run] / steps[:run] ** order)[-ASYMPTOTIC:]
    return float(np.sort(factors)[len(factors) // 2]) if len(factors) >= 3 else None

"""What rounding of numbers of x's size, on the way through the forward, leaves of differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import CALM, DOUBLE, Noise
from gradcheck.oracle.steps import beside_end

Array = NDArray[Any]
CANCELS = 1e3  # roundings of an output that one of x makes: three of its digits are lost


def rounding_of_x(forward: Forward, noise: Noise) -> Array:
    """How far a rounding moves each entry of x, in the digits in which its forward computes; shape (n,).

    Beside an end of the domain a forward asks how far it is away: a difference of numbers as large as the ends.
    """
    size = np.abs(forward.x)
    if forward.unbounded:
        return np.asarray(_unit(noise) * size)
    ends = np.zeros(forward.x.size)
    for piece, limits in zip(forward.pieces, forward.limits, strict=True):
        ends[piece] = max((abs(end) for end in limits if np.isfinite(end)), default=0.0)
    moved: Array = _unit(noise) * np.maximum(size, np.where(beside_end(forward), ends, 0))
    return moved


def rounding_of_slopes(noise: Noise, moved: Array, slope: Array, bend: Array, h: Array) -> Array:
    """The error of difference quotients, shape (k, p), by roundings of x that no noise shows.

    A rounding moves the point, and of a function that bends its slope. Where three digits of the output are lost in a
    difference, as in x^2 - 1 beside its root at a distance d, that of x^2 is the same at many points nearby, so that
    they lie on a smooth curve: its slope is that of a rounded function, and off by as much as d is beside x, which is
    by as many digits as the difference lost; on longer steps, by no more than a rounding of the output over the step.
    Noise that shows such a rounding tells what there is of it.

    Parameters
    ----------
    noise : Noise
        Of the outputs.
    moved : ndarray, shape (p,)
        What a rounding moves, of `rounding_of_x`.
    slope, bend, h : ndarray, shape (k, p)
        The quotients, half of the second derivative, and the steps.
    """
    output, eps = np.abs(noise.f0), np.finfo(noise.f0.dtype).eps
    size = moved / _unit(noise)
    lost, shown = eps * np.abs(slope) * size, np.maximum(CANCELS * eps * output, CALM * noise.sigma[0])
    kept = output / np.where(size > 0, size, 1)
    alike = np.where(lost > shown, np.minimum(lost / np.abs(h), kept), 0)
    found: Array = np.where(np.isfinite(bend), np.abs(bend), 0) * moved + alike
    return found


def _unit(noise: Noise) -> float:
    return min(max(noise.relative, float(np.finfo(noise.f0.dtype).eps)), DOUBLE)

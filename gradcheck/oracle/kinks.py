"""Points at which one-sided slopes differ: what a generalised gradient may be there, from gradients at nearby points.

F. Clarke, Optimization and Nonsmooth Analysis, 1983: the generalised gradient is the convex hull of limits of
gradients. Entry by entry its range is that of the gradients nearby.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import DOUBLE, Noise
from gradcheck.oracle.richardson import GAP, SAFETY
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import inward
from gradcheck.oracle.table import Table

Array = NDArray[Any]
SAMPLES = 48  # points nearby: a piece of an eighth of them is missed by all with a probability of 0.002
CROWD = 768  # the same for entries that are still in dispute: a piece of a hundredth is missed with 0.0005
CROWDED = 24  # columns that are looked at so, each at some cost
INNER = 2.0**-9  # the step of a difference, in units of the distance of the sampled points
QUIET = 1e4  # least ratio of that step to the noise
RANDOM_DIRECTIONS = 16  # and their opposites, for kinks that no axis shows: a bend in one quadrant is missed by 2^-16
VISIBLE = 1e-6  # of the natural scale: differences of slopes below are looked at no further
OWN_STEPS, SHORTEST_STEP = 40, 32.0  # halvings of the radius, and spacings of x, on which the point must agree
SWALLOWED = 1e4  # roundings of x: shorter steps say nothing
SAME = 1e-6  # of their range: slopes that close are one
CONSTANT = 0.05  # range of a product over nearby points, relative to a deviation from it, that proves that one wrong


def kinked(table: Table, natural: Array) -> Array:
    """Entries whose one-sided slopes differ by more than their bound explains, shape (m, n)."""
    large = (table.gap > GAP * table.bound) & (table.gap > VISIBLE * natural) & (table.gap > 0)
    return np.isfinite(table.bound) & large


def not_linear(forward: Forward, noise: Noise, scale: Array, table: Table, rng: np.random.Generator) -> Array:
    """Outputs, shape (m,), whose slopes along random directions are not what their columns add up to.

    That is a kink which no axis shows: a tie of three or more, of which none moves the output alone. It must show on
    every step down to where noise drowns it, so that it is no fine structure of a smooth function.
    """
    directions = rng.standard_normal((RANDOM_DIRECTIONS, forward.x.size)) * scale
    directions = np.concatenate([directions, -directions])
    steps = 2.0 ** -np.arange(12, 48, 4, dtype=forward.x.dtype)
    moves = inward(forward, (steps[:, None, None] * directions).astype(forward.x.dtype))
    ahead = forward((forward.x + moves).reshape(-1, forward.x.size)).reshape(*moves.shape[:2], -1)
    each = steps[:, None, None]
    slope = (ahead - noise.f0) / each
    spread = np.maximum((np.abs(moves) @ (table.bound + np.abs(table.value)).T) / each, np.abs(slope))
    loud = SAFETY * noise.at(steps, np.abs(ahead)) / each
    apart = np.abs(slope - (moves @ table.value.T) / each) > 0.01 * spread + loud
    drowned = loud > 0.01 * spread
    told = ~drowned
    found: Array = ((apart | drowned).all(axis=0) & (told.sum(axis=0) >= len(steps) // 2)).any(axis=0)
    return found


class Neighbourhood:
    """Random points near x at which `forward` is differentiated along directions.

    Parameters
    ----------
    forward : Forward
    noise : Noise
    scale : ndarray, shape (n,)
        Length scale of each entry.
    rng : numpy.random.Generator
    samples : int
        How many points, beside two in the corners.
    """

    def __init__(
        self, forward: Forward, noise: Noise, scale: Array, rng: np.random.Generator, samples: int = SAMPLES
    ) -> None:
        extended = np.finfo(forward.x.dtype).eps < 1e-18
        radius = float(np.clip(QUIET * noise.relative / INNER, 2.0**-17 if extended else 2.0**-13, 2.0**-4))
        self.forward = forward
        self.scale = scale
        self.step = radius * INNER
        shape = (samples, forward.x.size)
        spread = rng.uniform(2 * INNER, 1, shape) * signs(shape, rng)
        ends = np.stack([np.ones(forward.x.size), -np.ones(forward.x.size)])
        self.radius = radius
        self.offsets = np.concatenate([spread, ends])
        self.points = self.moved(self.offsets)

    def moved(self, offsets: Array) -> Array:
        """The points at offsets in units of the radius, shape (k, n)."""
        moves = (self.radius * self.scale * offsets).astype(self.forward.x.dtype)
        points: Array = self.forward.x + inward(self.forward, moves)
        return points

    def _length(self, direction: Array) -> float:
        moved = direction != 0
        return float(self.step * np.min(self.scale[moved] / np.abs(direction[moved])))

    def loudness(self, noise: Noise, direction: Array) -> Array:
        """What noise may do to a slope along `direction`, on steps as long as those nearby or as x itself; (m,)."""
        at = noise.at(np.array([self.step / INNER]), np.abs(noise.f0)[None])[0]
        moved = (direction != 0) & (self.forward.x != 0)
        own = np.min(np.abs(self.forward.x[moved]) / np.abs(direction[moved]), initial=np.inf)
        loud: Array = SAFETY * at / np.minimum(self._length(direction), own)
        return loud

    def hidden(self, noise: Noise, direction: Array) -> Array:
        """The slope along `direction` that rounding hides on a plateau, as of `limits.round_plateaus`; (m,)."""
        length = np.maximum(np.abs(self.forward.x), 1)
        slope: Array = DOUBLE * np.maximum(np.abs(noise.f0)[:, None] / length, 1) @ np.abs(direction)
        return slope

    def slopes(self, direction: Array, points: Array | None = None) -> Array:
        """dF_j along `direction`, shape (n,), at each point, its own ones unless given: shape (points, m)."""
        points = self.points if points is None else points
        length = self._length(direction)
        h = (length * direction).astype(self.forward.x.dtype)
        if length < SWALLOWED * np.finfo(h.dtype).eps * np.max(np.abs(self.forward.x[direction != 0])):
            return np.full((len(points), self.forward.outputs), np.nan)
        ahead, behind = points + h, points - h
        values = self.forward(np.concatenate([ahead, behind]))
        top = int(np.argmax(np.abs(direction)))
        taken = (ahead[:, top] - behind[:, top]) / direction[top]
        slopes: Array = (values[: len(ahead)] - values[len(ahead) :]) / taken[:, None]
        return slopes

    def contradicts(self, noise: Noise, direction: Array, weights: Array, low: float, high: float) -> bool:
        """Whether a slope at the point itself, along a direction or against it, leaves a range on some shorter step.

        Then the points nearby do not speak for the point: the function has a length of its own between them.
        """
        longest, forward = self._length(direction) / INNER, self.forward
        top = np.max(np.spacing(np.abs(forward.x[direction != 0])) / np.abs(direction[direction != 0]))
        steps = longest * 2.0 ** -np.arange(0, OWN_STEPS, 4, dtype=forward.x.dtype)
        steps = steps[steps > SHORTEST_STEP * top]
        if not len(steps):  # the spacing of x is too coarse for shorter ones
            return False
        steps = np.concatenate([steps, -steps])
        rows = forward.x + inward(forward, steps[:, None] * direction.astype(forward.x.dtype))
        taken = (rows - forward.x) @ direction.astype(forward.x.dtype) / (direction @ direction)
        values = forward(rows)
        loud = SAFETY * noise.at(np.full(len(rows), self.step), np.abs(values)) / np.abs(taken)[:, None]
        slopes = ((values - noise.f0) / taken[:, None]) @ weights.astype(values.dtype)
        slack = loud @ np.abs(weights).astype(values.dtype)
        return bool(np.any((slopes - slack > high) | (slopes + slack < low)))


def widen(near: Neighbourhood, table: Table, failed: Array) -> None:
    """Widen the bound of entries that disagree with a claim to the range of their derivative at nearby points.

    Where all nearby values lie at the two ends of the coordinate's own one-sided slopes, these are exact and stay. The
    range that samples span is all but exact where both of its ends are met twice, as pieces of constant slope do.

    Parameters
    ----------
    near : Neighbourhood
    table : Table
    failed : ndarray of bool, shape (m, n)
    """
    for column in np.flatnonzero(failed.any(axis=0)):
        direction = np.zeros(table.value.shape[1])
        direction[column] = 1
        slopes = near.slopes(direction)
        low, high = slopes.min(axis=0), slopes.max(axis=0)
        value, bound = table.value[:, column], table.bound[:, column]
        wider = bound * (1 + SAME)
        beyond = (low < value - wider) | (high > value + wider) | ~_at_ends(slopes, value, bound)
        use = failed[:, column] & np.isfinite(low) & np.isfinite(high) & beyond & (high > low)
        attained = [np.sum(np.abs(slopes - end) <= SAME * (high - low), axis=0) >= 2 for end in (low, high)]
        margin = np.where(attained[0] & attained[1], 1 / 32, 1 / 4)
        table.widen(int(column), use, low, high, margin)


def _at_ends(slopes: Array, value: Array, bound: Array) -> Array:
    """Outputs whose slopes all lie at one of the ends of value +- bound, shape (m,)."""
    away = np.minimum(np.abs(slopes - (value - bound)), np.abs(slopes - (value + bound)))
    near: Array = np.all(away <= CONSTANT * bound, axis=0)
    return near

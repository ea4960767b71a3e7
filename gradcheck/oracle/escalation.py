"""Long ladders of steps for the entries that the screening leaves in doubt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import CHUNK, Forward
from gradcheck.oracle.hidden import HIDDEN, hidden_ladder, hidden_lengths
from gradcheck.oracle.ladder import Ladder, lepskii, walk
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.onesided import look_inside, one_sided
from gradcheck.oracle.resolution import slopes_out_of_sight
from gradcheck.oracle.richardson import Levels, central, extrapolate
from gradcheck.oracle.rounding import rounding_of_slopes, rounding_of_x
from gradcheck.oracle.still import slopes_of_still_outputs
from gradcheck.oracle.table import Table

Array = NDArray[Any]
NORMAL = 2.0**24  # times the smallest normal number: entries below have no ladder of their own
DIVERGING = 1.04  # least growth of a difference quotient from level to level, where the slope has a pole


def measure_entries(forward: Forward, noise: Noise, scale: Array, table: Table, doubt: Array) -> Array:
    """Measure entries along long ladders, and fill them into `table`.

    Parameters
    ----------
    forward, noise, scale, table
        As for `screening.screen`.
    doubt : ndarray of bool, shape (m, n)
        Which entries to measure.

    Returns
    -------
    ndarray of bool, shape (m, n)
        Entries of which steps longer than the distance to the end of the domain tell: they prove no claim wrong.
    """
    unseen = np.zeros(doubt.shape, dtype=bool)
    columns = np.flatnonzero(doubt.any(axis=0))
    levels = 46 if np.finfo(forward.x.dtype).eps < 1e-18 else 41
    length = max(CHUNK // (2 * (levels + 56) * max(forward.x.size, forward.outputs)), 1)
    for start in range(0, len(columns), length):
        part = columns[start : start + length]
        rows, which = np.nonzero(doubt[:, part])
        entries = (rows, part[which])
        unseen[entries] = measure_listed(forward, noise.of(rows), scale, table, entries, entries)
    return unseen


def measure_listed(
    forward: Forward,
    noise: Noise,
    scale: Array,
    table: Table,
    entries: tuple[Array, Array],
    places: tuple[Array, Array],
) -> Array:
    """Measure a few entries along long ladders, and fill them into `table`.

    Parameters
    ----------
    forward, scale, table
        As for `screening.screen`.
    noise : Noise
        Of the output of each entry.
    entries : (ndarray, ndarray) of int, shape (p,)
        Rows and columns.
    places : (ndarray, ndarray) of int, shape (p,)
        Where they stand in the table.

    Returns
    -------
    ndarray of bool, shape (p,)
        As `measure_entries` does.
    """
    count = 46 if np.finfo(forward.x.dtype).eps < 1e-18 else 41
    smallest = 1e-30 if noise.relative > 1e-12 else np.finfo(forward.x.dtype).tiny * NORMAL
    units = [scale]
    for size in (np.abs(forward.x), forward.sizes):
        near = (size > smallest) & (size < 0.5)
        unit = np.where(near, np.minimum(size, scale), np.nan)
        if near[entries[1]].any() and not any(np.array_equal(unit, other, equal_nan=True) for other in units):
            units.append(unit)
    ladders = [walk(forward, entries, unit, scale, count if unit is scale else HIDDEN) for unit in units]
    hidden = hidden_lengths(forward, noise, entries, ladders[0])
    ladders += hidden_ladder(forward, entries, hidden, scale)
    moved = rounding_of_x(forward, noise)[entries[1]]
    levels = _merge([_two_sided(ladder, noise, moved) for ladder in ladders], [ladder.h for ladder in ladders], hidden)
    read = lepskii(levels)
    blind = ~np.isfinite(read.bound)
    if blind.any():
        one_sided(ladders[0], noise, read, blind, moved)
    unseen = look_inside(forward, noise, scale, entries, read)
    steep = np.max([_steepest(ladder, noise) for ladder in ladders], axis=0)
    pole = _diverges(ladders[0], noise) & (np.isnan(hidden) | _diverges(ladders[-1], noise))
    table.value[places] = np.where(pole, np.inf, read.value)
    table.bound[places] = np.where(pole, np.inf, read.bound)
    table.gap[places], table.noise[places] = read.gap, read.noise
    table.secant[places] = np.maximum(table.secant[places], steep)
    steepest = table.secant[entries[0]].max(axis=1)
    hidden = slopes_out_of_sight(forward, ladders[0], noise, entries[1], steepest)
    still = slopes_of_still_outputs(forward, ladders, noise, entries, read)
    table.open[places] = np.maximum(read.witness, np.maximum(hidden, still))
    return unseen


def _steepest(ladder: Ladder, noise: Noise) -> Array:
    """The steepest difference quotient of each entry, shape (p,)."""
    steep = np.abs(ladder.values - noise.f0) / np.abs(ladder.h)
    largest: Array = np.where(np.isfinite(steep), steep, 0).max(axis=(0, 1))
    return largest


def _two_sided(ladder: Ladder, noise: Noise, moved: Array) -> Levels:
    """The levels of a ladder, with the noise of F and what is left of a rounding of x."""
    odd, even, h = central(ladder.values, noise.f0, ladder.ahead, ladder.behind)
    size = np.fmax(np.abs(ladder.values[0]), np.abs(ladder.values[1]))
    loud = noise.at(ladder.ratio, np.where(np.isfinite(size), size, 0))
    return extrapolate(odd, even, loud / h + rounding_of_slopes(noise, moved, odd, even / h, h), h)


def _merge(parts: list[Levels], steps: list[Array], hidden: Array) -> Levels:
    """The levels of several ladders in the order of their steps, coarsest first; beyond a hidden length none counts."""
    h = np.concatenate([s[-len(p.value) :] for s, p in zip(steps, parts, strict=True)])
    order = np.argsort(-np.where(np.isnan(h), 0, h), axis=0, kind="stable")

    def merged(name: str) -> Array:
        return np.take_along_axis(np.concatenate([getattr(p, name) for p in parts]), order, axis=0)

    bound = np.where(np.take_along_axis(h, order, axis=0) > hidden, np.inf, merged("bound"))
    return Levels(merged("value"), bound, merged("gap"), merged("noise"), merged("moving"))


def _diverges(ladder: Ladder, noise: Noise) -> Array:
    """Where a difference quotient grows without end as the step shrinks: an infinite slope or a jump; shape (p,).

    It must grow on every level, down to where it drowns in noise or the ladder ends, and end above all coarser ones.
    """
    count = len(ladder.ratio)
    change = np.abs(ladder.values - noise.f0)
    size = np.where(np.isfinite(ladder.values), np.abs(ladder.values), 0)
    clear = np.stack([change[s] > 30 * noise.at(ladder.ratio, size[s]) for s in (0, 1)])
    quotient = np.where(np.isfinite(change), change, 0) / np.abs(ladder.h)
    coarsest = quotient[:, : count // 4].max(axis=(0, 1))
    grows = np.zeros(coarsest.shape, dtype=bool)
    for side in (0, 1):
        told = np.logical_and.accumulate(clear[side, count // 4 :], axis=0)
        tail = quotient[side, count // 4 :]
        rising = (tail[1:] >= DIVERGING * tail[:-1]) | ~told[1:]
        top = np.where(told, tail, 0).max(axis=0)
        grows |= rising.all(axis=0) & (told.sum(axis=0) >= count // 4) & (top > 3 * coarsest)
    return grows

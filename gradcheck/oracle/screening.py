"""The first look at every column: three central differences each, many columns at once where the pattern allows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import CHUNK, Forward
from gradcheck.oracle.noise import ALL_NOISE, MANY, Noise, middle
from gradcheck.oracle.quantised import LARGEST_CAST
from gradcheck.oracle.richardson import SAFETY, central, extrapolate
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import RATIO, exact, inward, too_short
from gradcheck.oracle.table import NOBODY, Table, joined, row_blocks

Array = NDArray[Any]
LEVELS = RATIO ** np.arange(2, -1, -1)  # three steps: the fewest from which an extrapolation and its error are told
CROSSES = 1e-3  # of its changes nearby: an output up to that crosses 0 there, and no noise is large beside its own size


def base_step(noise: Noise) -> float:
    """The finest of the three steps, in length scales: where the bound's disagreement, as h^4, meets noise over h."""
    eps = float(np.finfo(noise.f0.dtype).eps)
    size = np.abs(noise.f0)
    told = (size > CROSSES * noise.spread) & np.isfinite(size)
    ratio = np.maximum(noise.sigma[1][told] / size[told], eps) if told.any() else np.array([eps])
    worst = min(max(float(middle(ratio)), eps), 1e-2)
    return min(max(float((1.6 * SAFETY * worst) ** 0.2), 1e-5), 0.09)


def screen(
    forward: Forward,
    noise: Noise,
    scale: Array,
    table: Table,
    groups: list[Array],
    owner: Array,
    rng: np.random.Generator,
) -> None:
    """Measure groups of columns, all columns of a group perturbed at once, and fill them into `table`.

    Parameters
    ----------
    forward, noise, scale
        The map, its noise, and the length scale of each entry, shape (n,).
    table : Table
    groups : list of ndarray of int
        Disjoint sets of columns.
    owner : ndarray of int, shape (len(groups), m)
        The one column of each group that is claimed to move each output; `NOBODY` where none is. The other entries of
        the group are claimed to be 0, and are given the value 0 with what the row shows beyond its owner.
    rng : numpy.random.Generator
        For random weights, so that two wrong entries of a row do not cancel.
    """
    seen, unit, stuck = look(forward, noise, scale, groups, owner, rng)
    _fill(table, seen, groups, owner, unit)
    members = np.concatenate(groups)
    table.bound[:, members[stuck[members]]] = np.inf


def look(
    forward: Forward, noise: Noise, scale: Array, groups: list[Array], owner: Array, rng: np.random.Generator
) -> tuple[Table, Array, Array]:
    """What differences show of each group as a whole.

    Parameters
    ----------
    forward, noise, scale, groups, owner, rng
        As for `screen`.

    Returns
    -------
    Table
        With one column for each group.
    ndarray, shape (n,)
        How far each column is moved, in steps.
    ndarray of bool, shape (n,)
        The columns whose steps are none.
    """
    parts, unit, stuck = look_in_parts(forward, noise, scale, groups, owner, rng)
    seen = [table for _, table in parts]
    return seen[0] if len(seen) == 1 else joined(seen), unit, stuck


def look_in_parts(
    forward: Forward, noise: Noise, scale: Array, groups: list[Array], owner: Array, rng: np.random.Generator
) -> tuple[Iterator[tuple[slice, Table]], Array, Array]:
    """As `look`, but which groups, and their table, one part after the other: tables of all may be large."""
    step, n = base_step(noise), forward.x.size
    single = all(len(g) == 1 for g in groups)
    weight = np.ones(n) if single else rng.uniform(0.6, 1, n) * signs(n, rng)
    length = max(CHUNK // (len(LEVELS) * 2 * max(n, forward.outputs)), 1)
    parts = (slice(start, start + length) for start in range(0, len(groups), length))
    moves = _moves(forward, scale * step, weight)
    seen = ((part, _look_at_part(forward, noise, moves, step, groups[part], owner[part])) for part in parts)
    stuck = too_short(forward.x, LEVELS[-1] * scale * step * weight)
    return seen, np.abs(scale * weight), stuck


def _look_at_part(
    forward: Forward, noise: Noise, moves: Array, step: float, groups: list[Array], owner: Array
) -> Table:
    x, count = forward.x, len(groups)
    values = _values(forward, moves, groups).reshape(2, len(LEVELS), count, -1)
    one_for_all = (owner == owner[:, :1]).all()
    nobody = LEVELS[:, None, None] * step
    shared = _steps_of_owners(x, moves, owner[:, :1], nobody) if one_for_all else None
    blocks = row_blocks(forward.outputs, count * len(LEVELS))
    seen = (
        _seen(noise.of(b), values[..., b], shared or _steps_of_owners(x, moves, owner[:, b], nobody), step)
        for b in blocks
    )
    if len(blocks) == 1:
        return next(seen)
    table = Table.empty(forward.outputs, count, x.dtype, "F")
    for b, part in zip(blocks, seen, strict=True):
        for one in fields(Table):
            getattr(table, one.name)[b] = getattr(part, one.name)
    return table


def _moves(forward: Forward, unit: Array, weight: Array) -> Array:
    """How far each entry of x is moved, ahead and behind, at each level: shape (2, levels, n)."""
    moves = np.empty((2, len(LEVELS), forward.x.size), forward.x.dtype)
    for level, ahead, behind in zip(LEVELS, *moves, strict=True):
        np.multiply(exact(forward.x, level * unit), weight, out=ahead)
        np.negative(ahead, out=behind)
    return inward(forward, moves)


def _values(forward: Forward, moves: Array, groups: list[Array]) -> Array:
    """The outputs with the entries of one group after the other moved, for each of the moves: shape (rows, m)."""
    x, count = forward.x, len(groups)
    by_move = moves.reshape(-1, x.size)
    members = np.concatenate(groups)
    if count == 1:  # it may have nearly all entries, a million of them
        inside = np.zeros(x.size, dtype=bool)
        inside[members] = True
        return forward.at_places(lambda first, last: x + np.where(inside, by_move[first:last], 0), len(by_move))
    group = np.repeat(np.arange(count), [len(g) for g in groups])
    row = (np.arange(len(by_move))[:, None] * count + group).reshape(-1)
    entry, move = np.tile(members, len(by_move)), by_move[:, members].reshape(-1)

    def places(first: int, last: int) -> Array:
        rows = np.repeat(x[None], last - first, axis=0)
        part = slice(*row.searchsorted([first, last]))
        rows[row[part] - first, entry[part]] += move[part]
        return rows

    return forward.at_places(places, len(by_move) * count)


def _steps_of_owners(x: Array, moves: Array, owner: Array, nobody: Array) -> tuple[Array, Array]:
    """The steps really taken, ahead and behind, by the owner of each row: two arrays, (levels, *owner.shape)."""
    own, free = np.maximum(owner, 0), owner == NOBODY
    at, (ahead, behind) = x[own], moves[:, :, own]
    picked = (at + ahead) - at, at - (at + behind)
    return (np.where(free, nobody, picked[0]), np.where(free, nobody, picked[1])) if free.any() else picked


def _seen(noise: Noise, values: Array, steps: Sequence[Array], step: float) -> Table:
    """What the differences show of each group as a whole: a table with one column for each group."""
    f0 = noise.f0
    odd, even, h = central(values, f0, *steps)
    size, change = _larger(values[0], values[1]), _larger(values[0] - f0, values[1] - f0)
    loud = noise.at(LEVELS * step, size)
    levels = extrapolate(odd, even, loud / h, h)
    coarser = levels.bound[0] <= levels.bound[1]  # three steps leave two levels
    parts = (levels.value, levels.bound, levels.gap, levels.noise)
    for part in parts:
        np.copyto(part[1], part[0], where=coarser)
    value, bound, gap, share = (part[1] for part in parts)
    bound[_beyond_tread(change, f0) | _drowned(noise, loud, size)] = np.inf
    change /= h
    steep = change.max(axis=0)
    steep[~np.isfinite(steep)] = 0
    return Table(value.T, bound.T, gap.T, share.T, steep.T, np.zeros_like(value.T))


def _larger(ahead: Array, behind: Array) -> Array:
    """The larger size of two numbers each."""
    size: Array = np.abs(ahead)
    np.maximum(size, np.abs(behind), out=size)
    return size


def _drowned(noise: Noise, loud: Array, size: Array) -> Array:
    """Where what these steps show is noise of the output's own size, as of a function that oscillates between them."""
    rounding = MANY * np.finfo(noise.f0.dtype).eps  # of numbers of size 1
    drowned: Array = loud.max(axis=0) > np.maximum(ALL_NOISE * np.maximum(size.max(axis=0), noise.spread), rounding)
    return drowned


def _beyond_tread(change: Array, f0: Array) -> Array:
    """Where the longest step alone moves an output, by no more than a cast: it leaves what may be a tread."""
    still: Array = change[-1] == 0
    if not still.any():
        return still
    small = (change[0] > 0) & (change[0] <= LARGEST_CAST * np.maximum(np.abs(f0), 1))
    beyond: Array = small & (change[1:] == 0).all(axis=0)
    return beyond


def _fill(table: Table, seen: Table, groups: list[Array], owner: Array, unit: Array) -> None:
    alone = [g for g, columns in enumerate(groups) if len(columns) == 1]
    if alone:
        columns = np.concatenate([groups[g] for g in alone])
        all_in_order = len(columns) == table.value.shape[1] and (np.diff(columns) == 1).all()
        places = slice(None) if all_in_order else columns  # a slice is copied in a third of the time
        picked = slice(None) if len(alone) == len(groups) else alone
        for one in fields(Table):
            getattr(table, one.name)[:, places] = getattr(seen, one.name)[:, picked]
    several = [g for g, columns in enumerate(groups) if len(columns) > 1]
    if several:
        columns = np.concatenate([groups[g] for g in several])
        group = np.array(several).repeat([len(groups[g]) for g in several])
        _share_out(table, seen.of(group), columns, owner[group].T, unit)


def _share_out(table: Table, seen: Table, columns: Array, own: Array, unit: Array) -> None:
    """Share out what is seen of the group of each of some columns, whose owners are `own`, (m, len(columns))."""
    free, mine = own == NOBODY, own == columns
    length = np.where(free, 1.0, unit[np.maximum(own, 0)]) / unit[columns]
    table.value[:, columns] = np.where(mine, seen.value, 0)
    spread = np.where(free, np.abs(seen.value), 0) + seen.bound
    table.bound[:, columns] = np.where(mine, seen.bound, spread * length)
    table.gap[:, columns] = np.where(mine, seen.gap, 0)
    table.noise[:, columns] = seen.noise * length
    table.secant[:, columns] = seen.secant * length

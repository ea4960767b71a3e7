"""The oracle for a Jacobian of which a pattern is claimed: a table with a column for each group of columns.

It speaks where all it sees is in order: every bound small, and every claim and claimed zero met. Where anything is in
doubt, as at a kink or beside a defect, it says nothing, and the Jacobian is measured whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.columns import Layout
from gradcheck.oracle.escalation import measure_listed
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.kinks import kinked
from gradcheck.oracle.limits import (
    absorbed,
    allow_for_cancellation,
    leave_open,
    round_plateaus,
    standing,
)
from gradcheck.oracle.noise import Noise, measure
from gradcheck.oracle.pattern import Pattern
from gradcheck.oracle.screening import look_in_parts
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.table import NOBODY, Table
from gradcheck.oracle.treads import with_treads
from gradcheck.records.estimate import Estimate

Array = NDArray[Any]
FEW = 64  # columns, or outputs, that long ladders are worth; each takes some hundred evaluations


def differentiate_sparse(
    forward: Forward, noise: Noise, pattern: Pattern, claims: Sequence[Array], eps: float, rng: np.random.Generator
) -> Estimate | None:
    """The Jacobian of `forward` by central differences, each group of columns perturbed at once.

    Parameters
    ----------
    forward, noise, eps, rng
        As for `differentiate.differentiate`.
    pattern : Pattern
        Where the claims have non-zeros.
    claims : sequence of ndarray, shape (m, groups)
        Tables of what the layer says its Jacobian is.

    Returns
    -------
    Estimate or None
        With tables for arrays; None where something is in doubt.
    """
    scale = length_scale(forward)
    layout = Layout(pattern.pieces, pattern.entries(scale))
    with np.errstate(all="ignore"):
        table = _screened(forward, noise, scale, pattern, pattern.groups, pattern.owners, rng)
        found = standing(table, forward, noise, scale, layout, claims, eps)
        if found.apart.any():
            return None
        if not found.tight.all():
            if not _measured(forward, noise, scale, table, pattern, layout, ~found.tight, rng):
                return None
            found = standing(table, forward, noise, scale, layout, claims, eps)
            if not found.settled.all():
                return None
        if kinked(table, found.natural).any():
            return None
        leave_open(forward, noise, table)
        round_plateaus(forward, noise, scale, table, layout)
        allow_for_cancellation(forward, noise, table, layout)
        if not np.isfinite(table.bound).all():
            return None
        unproved = np.maximum(table.open, absorbed(table, noise, scale, layout))
        return Estimate(table.value, table.bound, table.gap, found.natural, found.reach, unproved)


def _measured(
    forward: Forward,
    noise: Noise,
    scale: Array,
    table: Table,
    pattern: Pattern,
    layout: Layout,
    doubt: Array,
    rng: np.random.Generator,
) -> bool:
    """Whether entries in doubt could be measured along long ladders, with the full noise of their outputs.

    That is of those that are claimed to be other than 0: of the others nobody knows which it is. The other columns of
    their groups are then looked at without them, for the zeros of their rows.
    """
    ends = [piece.stop - 1 for piece in layout.pieces]
    rows, places = np.nonzero(doubt & ~np.isin(np.arange(pattern.width), ends))
    columns, outputs = np.asarray(layout.entries)[rows, places], np.flatnonzero(doubt.any(axis=1))
    alone = np.unique(columns)
    if len(alone) > FEW or len(outputs) > FEW or not pattern.claimed[rows, places].all():
        return False
    few = forward.of(outputs)
    loud, treads = with_treads(few, measure(few, scale, rng), scale, rng)
    if treads.any():
        return False
    loud = replace(loud, relative=max(loud.relative, noise.relative))
    own = loud.of(np.searchsorted(outputs, rows))
    if measure_listed(forward, own, scale, table, (rows, columns), (rows, places)).any():
        return False
    groups = tuple(group[~np.isin(group, alone)] for group in pattern.groups)
    owner = np.where(np.isin(pattern.owners, alone), NOBODY, pattern.owners)[:, outputs]
    others = _screened(few, loud, scale, pattern, groups, owner, rng)
    for name in ("bound", "noise", "secant"):
        getattr(table, name)[np.ix_(outputs, ends)] = getattr(others, name)[:, ends]
    return True


def _screened(
    forward: Forward,
    noise: Noise,
    scale: Array,
    pattern: Pattern,
    groups: tuple[Array, ...],
    owner: Array,
    rng: np.random.Generator,
) -> Table:
    """What differences show of each group of a pattern, some columns of which may be left out, in a table."""
    some = [k for k, group in enumerate(groups) if len(group)]
    groups, owner, measured = tuple(groups[k] for k in some), owner[some], pattern.measured[some]
    parts, unit, stuck = look_in_parts(forward, noise, scale, list(groups), owner, rng)
    table = Table.empty(forward.outputs, pattern.width, forward.x.dtype, "F")
    table.bound[:, [piece.stop - 1 for piece in pattern.pieces]] = 0  # of zeros, raised below
    for part, seen in parts:
        shortest = np.array([unit[group].min() for group in groups[part]])
        _enter(table, seen, measured[part], owner[part].T, unit, shortest, stuck, pattern.pieces)
        del seen  # before the next part is looked at: that of a million outputs is 48 MB
    return table


def _enter(
    table: Table,
    seen: Table,
    measured: Array,
    owner: Array,
    unit: Array,
    shortest: Array,
    stuck: Array,
    pieces: tuple[slice, ...],
) -> None:
    """Enter what is seen of some groups into a table: in their columns, and in those that speak for zeros."""
    free, own = owner == NOBODY, np.maximum(owner, 0)
    spread = np.where(free, np.abs(seen.value), 0) + seen.bound
    longer = np.where(free, 1.0, unit[own]) / shortest
    table.value[:, measured] = np.where(free, 0, seen.value)
    table.gap[:, measured] = np.where(free, 0, seen.gap)
    table.bound[:, measured] = np.where(free, spread * longer, np.where(stuck[own], np.inf, seen.bound))
    table.noise[:, measured], table.secant[:, measured] = seen.noise, seen.secant
    for piece in pieces:
        mine = np.flatnonzero((measured >= piece.start) & (measured < piece.stop))
        for name, part in (("bound", spread), ("noise", seen.noise), ("secant", seen.secant)):
            zeros = getattr(table, name)[:, piece.stop - 1]
            np.maximum(zeros, (part[:, mine] * longer[:, mine]).max(axis=1, initial=0), out=zeros)

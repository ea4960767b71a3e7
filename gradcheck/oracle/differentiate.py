"""The driver of the oracle: noise, screening, escalation, and one estimate of the whole Jacobian."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.columns import Layout
from gradcheck.oracle.constraints import breaks, constraints, holds
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.kinks import CROWD, CROWDED, Neighbourhood, kinked, not_linear, widen
from gradcheck.oracle.ladder import COARSEST
from gradcheck.oracle.limits import (
    Standing,
    absorbed,
    allow_for_cancellation,
    disagreement,
    leave_open,
    natural_of,
    reach_of,
    round_plateaus,
    standing,
)
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.screening import screen
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.still import look_beyond_treads
from gradcheck.oracle.structure import halves, owners, starting_groups
from gradcheck.oracle.table import Table
from gradcheck.oracle.treads import with_treads
from gradcheck.records.estimate import Constraint, Estimate

Array = NDArray[Any]
MOST_DOUBTS = 1 << 14  # entries measured along long ladders at one point


def differentiate(
    forward: Forward, noise: Noise, claims: Sequence[Array], eps: float, rng: np.random.Generator
) -> Estimate:
    """The Jacobian of `forward` by central differences, with a bound on the error of each entry.

    Parameters
    ----------
    forward : Forward
        A map from R^n to R^m.
    noise : Noise
        Its noise around the point.
    claims : sequence of ndarray, shape (m, n)
        What the layer says its Jacobian is. They decide where to look more closely, and their zeros which columns may
        be measured together; they never enter a value.
    eps : float
        Unit roundoff of the claims.
    rng : numpy.random.Generator

    Returns
    -------
    Estimate
        With arrays of shape (m, n).
    """
    scale, layout = length_scale(forward), Layout(forward.pieces)
    table = Table.empty(forward.outputs, forward.x.size, forward.x.dtype)
    with np.errstate(all="ignore"):
        noise, treads = with_treads(forward, noise, scale, rng)
        screened, doubtful = _screen_all(forward, noise, scale, table, claims, eps, rng)
        natural, reach, settled = screened.natural, screened.reach, bool(screened.settled.all())
        if doubtful.any():
            noise = _measure(forward, noise, scale, table, doubtful, claims, eps, rng)
            natural = natural_of(table, forward, noise, layout)
        look_beyond_treads(forward, scale, table)
        leave_open(forward, noise, table)
        table.open[:] = np.maximum(table.open, treads[:, None] / (COARSEST * scale))
        known: tuple[Constraint, ...] = ()
        if not treads.any():
            failed = screened.apart if settled else disagreement(table, natural, claims, eps)
            kinks = _kinks(forward, noise, scale, table, natural, failed, rng)
            if kinks.any():
                settled = False
                known = _at_kinks(forward, noise, scale, table, kinks, failed, claims, rng)
                failed &= kinks.any(axis=1, keepdims=True) & disagreement(table, natural, claims, eps)
                _look_closer(forward, noise, scale, table, failed, rng)
                natural = natural_of(table, forward, noise, layout)
        round_plateaus(forward, noise, scale, table, layout)
        allow_for_cancellation(forward, noise, table, layout)
        if not settled:
            reach = reach_of(table, noise, scale, natural, layout)
        unproved = np.maximum(table.open, absorbed(table, noise, scale, layout))
        return Estimate(table.value, table.bound, table.gap, natural, reach, unproved, known)


def _measure(
    forward: Forward,
    noise: Noise,
    scale: Array,
    table: Table,
    doubtful: Array,
    claims: Sequence[Array],
    eps: float,
    rng: np.random.Generator,
) -> Noise:
    """Measure doubtful entries along long ladders; the noise, louder where outputs jump."""
    from gradcheck.oracle.escalation import measure_entries  # a layer that is right has few such entries: start-up

    doubtful = _affordable(table, doubtful, _disagreement(table, forward, noise, claims, eps))
    unseen = measure_entries(forward, noise, scale, table, doubtful)
    doubt = _disagreement(table, forward, noise, claims, eps)
    table.bound[doubt & unseen] = np.inf
    doubt &= ~unseen
    if not doubt.any():
        return noise
    from gradcheck.oracle.bends import widen_to_bends
    from gradcheck.oracle.last_tread import open_beyond
    from gradcheck.oracle.staircase import allow_for_jumps

    noise = allow_for_jumps(forward, noise, scale, table, doubt, rng)
    doubt &= _disagreement(table, forward, noise, claims, eps)
    open_beyond(forward, noise, scale, table, doubt)
    widen_to_bends(forward, noise.f0, scale, table, doubt)
    return noise


def _affordable(table: Table, doubtful: Array, disputed: Array) -> Array:
    """The entries worth a long ladder: where there are too many, disputed ones first; others of these stay open."""
    if doubtful.sum() <= MOST_DOUBTS:
        return doubtful
    disputed = doubtful & disputed
    chosen = np.zeros(doubtful.shape, dtype=bool)
    for part in (disputed, doubtful & ~disputed):
        chosen.flat[np.flatnonzero(part)[: MOST_DOUBTS - int(chosen.sum())]] = True
    table.bound[disputed & ~chosen] = np.inf
    return chosen


def _kinks(
    forward: Forward, noise: Noise, scale: Array, table: Table, natural: Array, failed: Array, rng: Any
) -> Array:
    """Entries whose slopes differ, shape (m, n), or that are in dispute where an output is not linear."""
    kinks = kinked(table, natural)
    unexplained = failed & ~kinks.any(axis=1, keepdims=True)
    if unexplained.any():
        kinks = kinks | unexplained & not_linear(forward, noise, scale, table, rng)[:, None]
    return kinks


def _at_kinks(
    forward: Forward,
    noise: Noise,
    scale: Array,
    table: Table,
    kinks: Array,
    failed: Array,
    claims: Sequence[Array],
    rng: Any,
) -> tuple[Constraint, ...]:
    """Where slopes differ, widen entries in dispute to what generalised gradients reach, and find what binds them."""
    from gradcheck.oracle.hull import own_slopes  # only at kinks: start-up

    near = Neighbourhood(forward, noise, scale, rng)
    failed = failed & kinks.any(axis=1, keepdims=True)
    if failed.any():
        widen(near, table, failed)
    crowd = cache(lambda: Neighbourhood(forward, noise, scale, rng, CROWD))
    found = [one for one in constraints(near, noise, kinks) if not breaks(claims, one) or holds(crowd(), one)]
    return (*found, *own_slopes(near, noise, kinks, claims))


def _look_closer(forward: Forward, noise: Noise, scale: Array, table: Table, failed: Array, rng: Any) -> None:
    """Widen entries that are in dispute at kinks to what few of the points nearby show, as a maximum of minima does."""
    columns = np.flatnonzero(failed.any(axis=0))[:CROWDED]
    if len(columns):
        only = np.isin(np.arange(failed.shape[1]), columns)
        widen(Neighbourhood(forward, noise, scale, rng, CROWD), table, failed & only)


def _disagreement(table: Table, forward: Forward, noise: Noise, claims: Sequence[Array], eps: float) -> Array:
    """Entries that are further from a claim than bound and rounding explain, shape (m, n)."""
    return disagreement(table, natural_of(table, forward, noise, Layout(forward.pieces)), claims, eps)


def _screen_all(
    forward: Forward, noise: Noise, scale: Array, table: Table, claims: Sequence[Array], eps: float, rng: Any
) -> tuple[Standing, Array]:
    """Screen every column, splitting groups that hide something; how the table stands, and what stays doubtful."""
    groups, layout = starting_groups(claims, forward.outputs, forward.x.size), Layout(forward.pieces)
    doubtful = np.zeros(table.value.shape, dtype=bool)
    while True:
        screen(forward, noise, scale, table, groups, owners(groups, claims, forward.outputs), rng)
        found = standing(table, forward, noise, scale, layout, claims, eps)
        settled = found.settled
        bad = [] if settled.all() else [g for g in groups if not settled[:, g].all()]
        for single in (g for g in bad if len(g) == 1):
            doubtful[:, single] = ~settled[:, single]
        groups = halves([g for g in bad if len(g) > 1])
        if not groups:
            return found, doubtful

"""The driver of the oracle: noise, screening, escalation, and one estimate of the whole Jacobian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.allowance import allowance, natural_scale
from gradcheck.oracle.escalation import measure_entries
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.hull import own_slopes
from gradcheck.oracle.kinks import Neighbourhood, constraints, kinked, not_linear, widen
from gradcheck.oracle.ladder import COARSEST
from gradcheck.oracle.noise import DOUBLE, MANY, Noise, rounding_of_x
from gradcheck.oracle.quantised import spacing_of_cast
from gradcheck.oracle.screening import Table, screen
from gradcheck.oracle.staircase import allow_for_jumps
from gradcheck.oracle.steps import inside_length, length_scale
from gradcheck.oracle.structure import halves, owners, starting_groups
from gradcheck.oracle.treads import with_treads
from gradcheck.records.estimate import Constraint, Estimate

Array = NDArray[Any]
UNRESOLVED = 1e-3  # noise, relative to the output, beyond which differences decide nothing
ALL_NOISE = 0.05  # the same for noise that may be rounding: of such an output no step shows anything
LOOSE = 1e-3  # the same for a bound that is all noise
MOST_DOUBTS = 1 << 14  # entries measured along long ladders at one point
NOTHING = 1e-300  # bound of what can only be 0
SMALLEST = 1e-10  # reach: 1e-3 of it, where agreement proves nothing, is the rounding that numbers of size 1 leave
SEEN = 1e-3  # of the steepest difference quotient met: smaller slopes beside it need not be told from 0
CANCELS = 1e3  # roundings of an output that one of x makes: three of its digits are lost
TIGHT = 1e-8  # bound, relative to the natural scale, above which a column is measured again


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
    scale = length_scale(forward)
    table = Table.empty(forward.outputs, forward.x.size, forward.x.dtype)
    with np.errstate(all="ignore"):
        noise, treads = with_treads(forward, noise, scale, rng)
        doubtful = _screen_all(forward, noise, scale, table, claims, eps, rng)
        doubtful = _affordable(table, doubtful, _disagreement(table, forward, noise, claims, eps))
        if doubtful.any():
            unseen = measure_entries(forward, noise, scale, table, doubtful)
            doubt = _disagreement(table, forward, noise, claims, eps)
            table.bound[doubt & unseen] = np.inf
            doubt &= ~unseen
            if doubt.any():
                noise = allow_for_jumps(forward, noise, scale, table, doubt, rng)
        _leave_open(forward, noise, table)
        table.open[:] = np.maximum(table.open, treads[:, None] / (COARSEST * scale))
        known = () if treads.any() else _at_kinks(forward, noise, scale, table, claims, eps, rng)
        _round_plateaus(forward, noise, scale, table)
        _allow_for_cancellation(forward, noise, table)
        natural = natural_scale(table.value, noise.f0, forward.x, forward.pieces)
        reach = _reach(table, forward, noise, scale, natural)
        unproved = np.maximum(table.open, _absorbed(table, noise, scale))
        return Estimate(table.value, table.bound, table.gap, natural, reach, unproved, known)


def _reach(table: Table, forward: Forward, noise: Noise, scale: Array, natural: Array) -> Array:
    """What an error is large or small against, shape (m, n): the steepest slope of its row in the same input.

    An entry of a layer that saturates, or of one that does not move, need not be known better than the natural scale,
    up to 1, or than a slope that is nothing beside the steepest difference quotient met.
    """
    steepest = np.maximum(table.secant.max(axis=1, keepdims=True), noise.spread[:, None] / scale)
    reach: Array = np.clip(np.maximum(natural, SEEN * steepest), SMALLEST, 1)
    for piece in forward.pieces:
        slopes = np.where(np.isfinite(table.value[:, piece]), np.abs(table.value[:, piece]), 0)
        reach[:, piece] = np.maximum(reach[:, piece], slopes.max(axis=1, initial=0, keepdims=True))
    return reach


def _absorbed(table: Table, noise: Noise, scale: Array) -> Array:
    """The slope of what an output loses that is below the rounding of its values nearby, shape (m, n); else 0.

    A term that a sum of such numbers has absorbed leaves no trace in its last digits.
    """
    swing = np.maximum(noise.spread, COARSEST * np.max(table.secant * scale, axis=1, initial=0))
    rounding = np.finfo(noise.f0.dtype).eps * swing
    lost = np.where(np.abs(noise.f0) < rounding, rounding, 0)
    slope: Array = lost[:, None] / scale
    return slope


def _leave_open(forward: Forward, noise: Noise, table: Table) -> None:
    """Nothing is known of outputs that floating point does not resolve beside the point, by more than mere rounding.

    One that no step moves has its noise from far away, as where a flat begins or ends.
    """
    rounding = MANY * np.finfo(forward.x.dtype).eps * forward.numbers_on_the_way(np.abs(noise.f0))
    size = np.maximum(np.abs(noise.f0), noise.spread)
    unresolved = (noise.sigma[0] > np.maximum(UNRESOLVED * size, rounding)) | (noise.sigma[0] > ALL_NOISE * size)
    table.bound[unresolved & (table.secant > 0).any(axis=1)] = np.inf


def _round_plateaus(forward: Forward, noise: Noise, scale: Array, table: Table) -> None:
    """Of an output that no step moves no more is known than rounding of the numbers on its way leaves.

    They are as large as x, and are rounded as a claim rounds them, to float64. Where a cast holds the output, a slope
    that would not reach its next number is not contradicted.
    """
    still = (table.secant == 0).all(axis=1, keepdims=True)
    length = np.maximum(np.abs(forward.x), 1)
    rounding = DOUBLE * np.maximum(np.abs(noise.f0)[:, None], length) / length
    table.bound[:] = np.where(still, np.maximum(table.bound, rounding), table.bound)
    if (still[:, 0] & (noise.f0 != 0)).any():
        hidden = spacing_of_cast(forward)[:, None] / (COARSEST * scale)
        table.open[:] = np.where(still, np.maximum(table.open, hidden), table.open)


def _allow_for_cancellation(forward: Forward, noise: Noise, table: Table) -> None:
    """What rounding of x on the way leaves of an output is an error of its slopes too, seen as noise or not.

    Beside x = 1 all of what sqrt(x) - 1 loses may be the same at all points nearby; it is as if x were moved by a
    rounding, and log(sqrt(x) - 1) y and its slope in y with it.
    """
    slopes = np.maximum(np.where(np.isfinite(table.value), np.abs(table.value), 0), table.secant)
    lost = np.max(slopes * rounding_of_x(forward, noise), axis=1, initial=0, keepdims=True)
    some = lost > CANCELS * np.finfo(forward.x.dtype).eps * np.abs(noise.f0)[:, None]
    table.bound[:] = np.where(some, np.maximum(table.bound, lost / inside_length(forward)), table.bound)


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


def _at_kinks(
    forward: Forward, noise: Noise, scale: Array, table: Table, claims: Sequence[Array], eps: float, rng: Any
) -> tuple[Constraint, ...]:
    """Where slopes differ, widen entries in dispute to what generalised gradients reach, and find what binds them."""
    natural = natural_scale(table.value, noise.f0, forward.x, forward.pieces)
    kinks = kinked(table, natural)
    failed = _disagreement(table, forward, noise, claims, eps)
    unexplained = failed & ~kinks.any(axis=1, keepdims=True)
    if unexplained.any():
        kinks = kinks | unexplained & not_linear(forward, noise, scale, table, rng)[:, None]
    if not kinks.any():
        return ()
    near = Neighbourhood(forward, noise, scale, rng)
    failed &= kinks.any(axis=1, keepdims=True)
    if failed.any():
        widen(near, table, failed)
    return (*constraints(near, noise, kinks), *own_slopes(near, noise, kinks, claims))


def _disagreement(table: Table, forward: Forward, noise: Noise, claims: Sequence[Array], eps: float) -> Array:
    """Entries that are further from a claim than bound and rounding explain, shape (m, n)."""
    natural = natural_scale(table.value, noise.f0, forward.x, forward.pieces)
    limit = table.bound + allowance(natural, eps)
    apart = np.zeros(limit.shape, dtype=bool)
    for claim in claims:
        apart |= ~np.isnan(claim) & (np.abs(claim - table.value) > limit)
    return apart


def _screen_all(
    forward: Forward, noise: Noise, scale: Array, table: Table, claims: Sequence[Array], eps: float, rng: Any
) -> Array:
    """Screen every column, splitting groups that hide something; entries that stay doubtful are returned, (m, n)."""
    groups = starting_groups(claims, forward.outputs, forward.x.size)
    doubtful = np.zeros(table.value.shape, dtype=bool)
    while groups:
        screen(forward, noise, scale, table, groups, owners(groups, claims, forward.outputs), rng)
        settled = _settled(table, forward, noise, scale, claims, eps)
        bad = [g for g in groups if not settled[:, g].all()]
        for single in (g for g in bad if len(g) == 1):
            doubtful[:, single] = ~settled[:, single]
        groups = halves([g for g in bad if len(g) > 1])
    return doubtful


def _settled(table: Table, forward: Forward, noise: Noise, scale: Array, claims: Sequence[Array], eps: float) -> Array:
    """Entries whose bound is tight and which agree with every claim, shape (m, n)."""
    natural = natural_scale(table.value, noise.f0, forward.x, forward.pieces)
    reach = _reach(table, forward, noise, scale, natural)
    limited = np.minimum(3 * table.noise, LOOSE * reach)  # by noise, which longer steps may drown
    good = np.isfinite(table.bound) & (table.bound <= np.maximum(np.maximum(TIGHT * reach, limited), NOTHING))
    settled: Array = good & ~_disagreement(table, forward, noise, claims, eps)
    return settled

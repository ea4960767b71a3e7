"""The noise of a forward with many outputs, in full for some of them, drawn at random, and beside its steps for all.

Full tables are worked out for a share of the outputs. Of every other one the differences of the highest order on a few
of the finest grids are taken for noise, which they can only overstate. Where they understate that of a drawn output,
or a drawn one stands on treads, every output needs a full look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.entrywise import at_entries_alone
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.grids import BORDERS, CLASSES, FEWEST, FIRST, POINTS, RADII
from gradcheck.oracle.noise import DEPTH, GAMMA, Noise, measure, middle
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import beside_end, inward, length_scale
from gradcheck.oracle.treads import with_treads

Array = NDArray[Any]
DRAWN = 64  # outputs: noise that one in 16 of them shows is missed with a probability of 0.016
LOUDER = 4.0  # times the noise of a few grids that the full noise of a drawn output may have
LARGE = 1 << 17  # inputs and outputs, beyond which the few grids and one line of treads have to do for all of a map
AT_ONCE = 1 << 14  # outputs of one look: the values of a grid are 1 MiB, which a processor has at hand
MOST = 1e-6  # relative noise that is believed to be that of all outputs
FINEST = -43.0  # -log2 of the spacing of grids for float64, in length scales
AT = (None, RADII[1], RADII[3])  # beside the point, where screening steps end, and at the length scale


def light_noise(forward: Forward, rng: np.random.Generator) -> Noise | None:
    """The noise of a forward, None where it has to be measured in full.

    Parameters
    ----------
    forward : Forward
        In float64.
    rng : numpy.random.Generator
    """
    if beside_end(forward).any():
        return None
    drawn = np.sort(rng.permutation(forward.outputs)[:DRAWN])
    noise, rows, values = _on_few_grids(forward, drawn, rng)
    alone = at_entries_alone(forward, drawn, rows, values)
    few, scale = (alone or forward.of(drawn)), length_scale(alone or forward)
    costly = not alone and forward.x.size + forward.outputs > LARGE
    full = noise.of(drawn) if costly else measure(few, scale, rng)
    raised, treads = with_treads(few, full, scale, rng, closely=not costly)
    if treads.any() or (raised.sigma > full.sigma).any():
        return None
    noise = replace(noise, relative=max(noise.relative, full.relative), smallest=full.smallest)
    size = np.abs(full.f0) + np.maximum(noise.spread[drawn], full.spread)
    own = np.maximum(noise.sigma[:, drawn], np.finfo(np.float64).eps * size)
    return noise if (full.sigma <= LOUDER * np.maximum(own, full.relative * size)).all() else None


def _on_few_grids(forward: Forward, drawn: Array, rng: np.random.Generator) -> tuple[Noise, Array, Array]:
    """The noise of all outputs, and of those drawn the entries in their places and what they gave: (r, len(drawn))."""
    info, scale, places = np.finfo(forward.x.dtype), length_scale(forward), drawn % forward.x.size
    f0 = forward(forward.x[None].copy())[0]  # `forward` may spoil what it is given
    sigma, (size, spread) = np.zeros((CLASSES, forward.outputs)), np.zeros((2, forward.outputs))
    seen = [(forward.x[None, places], f0[None, drawn])]
    for radius in AT:
        first = 0 if radius is None else int(np.searchsorted(BORDERS, 2.0**radius, side="right"))
        for sign in (1.0, -1.0):
            values = []
            for rows in _grid(forward, scale, radius, sign, rng):
                found = forward(rows)
                values += list(found)
                seen.append((rows[:, places], found[:, drawn]))
            _hear(values, f0, sigma[first], spread)
            if first == 0:
                for value in values:
                    np.maximum(size, np.abs(value), out=size)
    told = (sigma[0] > 0) & (size > 0)
    share = sigma[0][told] / size[told]  # not by the output at the point, which may lie beside a 0
    relative = float(np.clip(middle(share) if len(share) else 0, info.eps, MOST))
    np.maximum.accumulate(sigma, axis=0, out=sigma)
    noise = Noise(f0, sigma, relative, float(info.smallest_subnormal), spread)
    return noise, np.concatenate([rows for rows, _ in seen]), np.concatenate([found for _, found in seen])


def _hear(values: Sequence[Array], f0: Array, sigma: Array, spread: Array) -> None:
    """Raise noise and spread, shape (m,), to what the outputs at the points of a grid show."""
    for start in range(0, len(f0), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        table = np.stack([value[part] for value in values])
        change = np.maximum(np.abs(table[0] - f0[part]), np.abs(table[-1] - f0[part]))
        spread[part] = np.maximum(spread[part], np.where(np.isfinite(change), change, 0))
        for _ in range(DEPTH):
            table = table[1:] - table[:-1]
        loud = np.sqrt(GAMMA[DEPTH - 1] * np.mean(table * table, axis=0))
        sigma[part] = np.maximum(sigma[part], np.where(np.isfinite(loud), loud, 0))


def _grid(
    forward: Forward, scale: Array, radius: float | None, sign: float, rng: np.random.Generator
) -> Iterator[Array]:
    """Equally spaced points, POINTS of shape (n,), as many at once as one call of the forward takes."""
    x = forward.x
    least = FEWEST * np.spacing(np.abs(x))
    size = np.maximum(rng.uniform(0.5, 1, x.size) * 2.0**FINEST * scale, least)
    spacing = sign * size * signs(x.size, rng)
    centre = 0.0 if radius is None else 2.0**radius * scale * rng.uniform(-1, 1, x.size)
    for start in range(0, POINTS, forward.at_once):
        moves = spacing * (FIRST + np.arange(POINTS)[start : start + forward.at_once, None])
        moves += centre
        rows = inward(forward, moves)
        rows += x
        yield rows

"""The noise of a forward with many outputs, in full for some of them, drawn at random, and beside its steps for all.

Full tables are worked out for a share of the outputs. Of every other one the differences of the highest order on a few
of the finest grids are taken for noise, which they can only overstate. Where they understate that of a drawn output,
or a drawn one stands on treads, every output needs a full look.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.grids import BORDERS, CLASSES, FEWEST, FIRST, POINTS, RADII
from gradcheck.oracle.noise import DEPTH, GAMMA, Noise, measure, middle
from gradcheck.oracle.signs import signs
from gradcheck.oracle.steps import beside_end, inward, length_scale
from gradcheck.oracle.treads import with_treads

Array = NDArray[Any]
DRAWN = 64  # outputs: noise that one in 16 of them shows is missed with a probability of 0.016
LOUDER = 4.0  # times the noise of a few grids that the full noise of a drawn output may have
LARGE = 1 << 17  # inputs and outputs, beyond which the few grids and one line of treads have to do
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
    scale = length_scale(forward)
    if beside_end(forward).any():
        return None
    drawn = np.sort(rng.permutation(forward.outputs)[:DRAWN])
    few = forward.of(drawn)
    large = forward.x.size + forward.outputs > LARGE
    noise = _on_few_grids(forward, scale, rng)
    full = noise.of(drawn) if large else measure(few, scale, rng)
    raised, treads = with_treads(few, full, scale, rng, closely=not large)
    if treads.any() or (raised.sigma > full.sigma).any():
        return None
    noise = replace(noise, relative=max(noise.relative, full.relative), smallest=full.smallest)
    size = np.abs(full.f0) + np.maximum(noise.spread[drawn], full.spread)
    own = np.maximum(noise.sigma[:, drawn], np.finfo(np.float64).eps * size)
    return noise if (full.sigma <= LOUDER * np.maximum(own, full.relative * size)).all() else None


def _on_few_grids(forward: Forward, scale: Array, rng: np.random.Generator) -> Noise:
    info = np.finfo(forward.x.dtype)
    f0 = forward(forward.x[None])[0]
    sigma, spread = np.zeros((CLASSES, forward.outputs)), np.zeros(forward.outputs)
    for radius in AT:
        first = 0 if radius is None else int(np.searchsorted(BORDERS, 2.0**radius, side="right"))
        for sign in (1.0, -1.0):
            values = forward(forward.x + inward(forward, _grid(forward, scale, radius, sign, rng)))
            change = np.maximum(np.abs(values[0] - f0), np.abs(values[-1] - f0))
            spread = np.maximum(spread, np.where(np.isfinite(change), change, 0))
            for _ in range(DEPTH):
                values = values[1:] - values[:-1]
            loud = np.sqrt(GAMMA[DEPTH - 1] * np.mean(values * values, axis=0))
            sigma[first] = np.maximum(sigma[first], np.where(np.isfinite(loud), loud, 0))
    told = (sigma[0] > 0) & (f0 != 0)
    share = sigma[0][told] / np.abs(f0[told])
    relative = float(np.clip(middle(share) if len(share) else 0, info.eps, MOST))
    return Noise(f0, np.maximum.accumulate(sigma, axis=0), relative, float(info.smallest_subnormal), spread)


def _grid(forward: Forward, scale: Array, radius: float | None, sign: float, rng: np.random.Generator) -> Array:
    """Displacements to equally spaced points, shape (POINTS, n)."""
    x = forward.x
    least = FEWEST * np.spacing(np.abs(x))
    size = np.maximum(rng.uniform(0.5, 1, x.size) * 2.0**FINEST * scale, least)
    spacing = sign * size * signs(x.size, rng)
    centre = 0.0 if radius is None else 2.0**radius * scale * rng.uniform(-1, 1, x.size)
    moves: Array = centre + spacing * (FIRST + np.arange(POINTS)[:, None])
    return moves

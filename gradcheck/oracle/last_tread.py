"""The last tread of a cast under a smooth factor: no step from it tells of one, but the way to the origin does.

What is cast to bfloat16, as tanh(x) from x = 4 on, is one number all around the point, and the output is that number
times what else depends on x: as smooth as any function. Closer to the origin the cast has treads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import COARSEST
from gradcheck.oracle.line import Line
from gradcheck.oracle.nearest_jump import jumps_beside
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.table import Table
from gradcheck.oracle.treads import OWN

Array = NDArray[Any]
# Shares of the way to the origin from which treads are looked for, back towards the point: a cast has them at each.
PLACES = (0.98, 0.95, 0.9)
CLOSE_BY = 8  # -log2 of the widest grid beside one of these places that does not reach the next one
FEWEST = 2  # of these places with treads: one jump is a function's own
WIDEST = 2.0  # treads: what a cast moves by less over a step, as it rounds its number at either end


def open_beyond(forward: Forward, noise: Noise, scale: Array, table: Table, disputed: Array) -> None:
    """Leave open what a tread makes of the slope of outputs that have some on the way to the origin.

    The next one may lie just behind the last step; and the number on which the output stands, which is a factor of its
    slope, is rounded.

    Parameters
    ----------
    forward, noise, scale, table
        As for `screening.screen`.
    disputed : ndarray of bool, shape (m, n)
        Entries that are further from a claim than their bound.
    """
    columns = disputed.any(axis=0) & (forward.x != 0)
    if not columns.any():
        return
    line = Line(forward, np.where(columns, -forward.x, 0))
    both = noise.of(np.tile(np.arange(forward.outputs), 2))
    height, share, seen = (np.zeros_like(noise.spread) for _ in range(3))
    for place in PLACES:
        found = jumps_beside(line, both, place)
        tread, size = (part[: forward.outputs] for part in (found.height, found.size))
        small = tread <= OWN * forward.numbers_on_the_way(size)
        tread = np.where(small & (found.level[: forward.outputs] >= CLOSE_BY), tread, 0)
        seen += tread > 0
        if not seen.any():
            return
        height = np.maximum(height, tread)
        share = np.maximum(share, tread / np.where(size > 0, size, np.inf))
    slope = WIDEST * (height[:, None] / (COARSEST * scale) + share[:, None] * np.abs(table.value))
    slope = np.where((seen >= FEWEST)[:, None] & np.isfinite(slope), slope, 0)
    table.open[:] = np.maximum(table.open, np.where(disputed, slope, 0))

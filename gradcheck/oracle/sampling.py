"""Large dense Jacobians seen along random directions: U J W^T for a few Gaussian rows of U and W.

An error E of the analytic side shows as U E W^T. A Gaussian direction hides an error ten times as large as its floor
with a probability of 0.08, four of them with 4e-5; signs in place of normal numbers would let two equal errors cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import CHUNK, Forward
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.structure import starting_groups

Array = NDArray[Any]
WHOLE = 1 << 18  # entries m n of a Jacobian that is measured whole
# Numbers in and out of the evaluations that one step of each column takes, n (n + m), and of all one-hot cotangents,
# m (m + n), up to which it is: some 0.1 s of arithmetic each.
WORK = 1 << 23
STRUCTURED = 1 << 22  # the same for one whose columns can be measured together
SAVING = 8  # columns for each group, from which that is so
DIRECTIONS = 4  # for each input
COTANGENTS = 32  # Gaussian ones: all of them hide an error 10 floors large with a probability of 0.08^32
FEWEST = 4  # the same, with 0.08^4, where there are so many outputs that
MOST = 1 << 22  # numbers, 32 MiB, would not hold more
WIDTH = 1 << 14  # columns of W of one product, which stays in the cache until it is added to x
TOGETHER = 4  # rows at least that are moved along the directions at once, which are then read once for all of them
DRAWN_OUTPUTS = 8  # of a quick look: as many calls of `bprop` as `linearity` and `purity` make
DRAWN_SHARE = 10  # ... and one of so many entries of each input
FEWEST_ENTRIES = 8
REACH = 0.1  # standard deviation of a direction, in length scales


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """The directions along which a Jacobian is seen.

    Parameters
    ----------
    cotangents : ndarray, shape (p, m)
        U.
    directions : ndarray, shape (q, n)
        W; each row moves one input only.
    pieces : tuple of slice
        Which rows of `directions` belong to each input.
    sizes : tuple of int
        The length of each input.
    outputs, entries : ndarray of int, or None
        Where the ones of one-hot cotangents and directions stand: an entry of y, and of x; None for random ones.
    """

    cotangents: Array
    directions: Array
    pieces: tuple[slice, ...]
    sizes: tuple[int, ...]
    outputs: Array | None = None
    entries: Array | None = None

    def place(self, column: int) -> int | None:
        """The entry of its input that a direction moves; None for a random one."""
        if self.entries is None:
            return None
        start = next(sum(self.sizes[:k]) for k, part in enumerate(self.pieces) if part.start <= column < part.stop)
        return int(self.entries[column]) - start

    def of(self, rows: Array) -> Array:
        """U J W^T from U J, shape (p, n)."""
        return np.concatenate([self._of_piece(rows, *piece) for piece in self._moved], axis=-1)

    def _of_piece(self, rows: Array, part: slice, columns: slice) -> Array:
        seen: Array = rows[..., columns] @ self.directions[part, columns].T.astype(rows.dtype, copy=False)
        return seen

    def places(self, x: Array, t: Array, length: int) -> list[Array]:
        """x + t W for coordinates of shape (k, q), in arrays of `length` rows, shape (length, n)."""
        starts = range(0, len(t), length)
        found = [np.empty((len(t[start : start + length]), len(x)), x.dtype) for start in starts]
        for part, columns in self._moved:
            for first in range(columns.start, columns.stop, WIDTH):
                block = slice(first, min(first + WIDTH, columns.stop))
                moves = t[:, part] @ self.directions[part, block].astype(t.dtype, copy=False)
                for start, rows in zip(starts, found, strict=True):
                    np.add(x[block], moves[start : start + length], out=rows[:, block])
        return found

    @property
    def _moved(self) -> list[tuple[slice, slice]]:
        """The rows of `directions` of each input, and the columns that these move: all others are 0."""
        ends = np.cumsum([0, *self.sizes]).tolist()
        return [(part, slice(a, b)) for part, (a, b) in zip(self.pieces, pairwise(ends), strict=True)]


@dataclass(frozen=True)
class Sampling:
    """A way to see a part of a Jacobian: what is drawn of it, and the forward whose Jacobian is that part."""

    draw: Callable[[Forward, np.random.Generator], Sample]
    seen: Callable[[Forward, Sample], Forward]


def has_undrawn(outputs: int, sizes: Sequence[int]) -> bool:
    """Whether a quick look leaves out anything."""
    return outputs > DRAWN_OUTPUTS or max(sizes, default=0) > FEWEST_ENTRIES


def affordable(m: int, n: int) -> bool:
    """Whether a Jacobian without any structure is measured whole."""
    return m * n <= WHOLE and n * (n + m) <= WORK and m * (m + n) <= WORK


def is_dense(claims: Sequence[Array], m: int, n: int) -> bool:
    """Whether no pattern of the claims, shape (m, n), makes few enough groups of columns."""
    return len(starting_groups(claims, m, n)) * SAVING > n


def draw_entries(forward: Forward, rng: np.random.Generator) -> Sample:
    """One-hot cotangents and directions for a few outputs and entries, all of them where there are no more.

    Random directions in their place would see a share of every entry, and with it the kinks of all of them at once.
    """
    outputs = np.sort(rng.permutation(forward.outputs)[:DRAWN_OUTPUTS])
    chosen, parts, end = [], [], 0
    for piece in forward.pieces:
        n = piece.stop - piece.start
        own = piece.start + np.sort(rng.permutation(n)[: max(FEWEST_ENTRIES, -(-n // DRAWN_SHARE))])
        parts.append(slice(end, end := end + len(own)))
        chosen.append(own)
    entries = np.concatenate(chosen)
    u, w = np.zeros((len(outputs), forward.outputs)), np.zeros((len(entries), forward.x.size))
    u[np.arange(len(outputs)), outputs] = 1
    w[np.arange(len(entries)), entries] = 1
    return Sample(u, w, tuple(parts), tuple(p.stop - p.start for p in forward.pieces), outputs, entries)


def at_entries(forward: Forward, sample: Sample) -> Forward:
    """The map of the entries that a sample has drawn to its outputs, the others left as they are."""
    entries, outputs = sample.entries, sample.outputs
    assert entries is not None  # noqa: S101 - for the type alone: `draw_entries` has drawn the sample
    assert outputs is not None  # noqa: S101
    parts = [forward.x[entries[part]] for part in sample.pieces]

    def function(arrays: list[Array]) -> Array:
        moved = np.concatenate([np.reshape(a, (-1, a.shape[-1])) for a in arrays], axis=1)
        rows = np.repeat(forward.x[None], len(moved), axis=0)
        rows[:, entries] = moved
        return forward(rows)[:, outputs].reshape(*arrays[0].shape[:-1], -1)

    return Forward(
        function, parts, tuple(range(len(parts))), forward.limits, forward.punctured, len(outputs), stacked=True
    )


def draw(forward: Forward, rng: np.random.Generator) -> Sample:
    """Random cotangents and directions; all one-hot cotangents where there are few outputs.

    Entries at an end of their domain are not moved.
    """
    m = forward.outputs
    count = int(np.clip(MOST // max(m, 1), FEWEST, COTANGENTS))
    u = np.eye(m) if m <= COTANGENTS else rng.standard_normal((count, m))
    down, up = forward.room
    unit = np.where((down > 0) & (up > 0), REACH * length_scale(forward), 0).astype(float)
    w = np.zeros((DIRECTIONS * len(forward.pieces), forward.x.size))
    pieces = []
    for k, piece in enumerate(forward.pieces):
        part = slice(k * DIRECTIONS, (k + 1) * DIRECTIONS)
        w[part, piece] = np.clip(rng.standard_normal((DIRECTIONS, w[part, piece].shape[1])), -4, 4) * unit[piece]
        pieces.append(part)
    return Sample(u, w, tuple(pieces), tuple(piece.stop - piece.start for piece in forward.pieces))


def along(forward: Forward, sample: Sample) -> Forward:
    """The map t -> U F(x + t W) from R^q to R^p, at t = 0; within |t| < 1 it stays in the domain of `forward`."""
    length = max(CHUNK // max(forward.x.size, forward.outputs), TOGETHER)
    cotangents = sample.cotangents.astype(forward.x.dtype, copy=False)

    def function(arrays: list[Array]) -> Array:
        t = arrays[0].reshape(-1, arrays[0].shape[-1])
        out = np.empty((len(t), len(cotangents)), t.dtype)
        for start in range(0, len(t), length):
            part = slice(start, start + length)
            values = [forward(rows) for rows in sample.places(forward.x, t[part], forward.at_once)]
            out[part] = np.concatenate(values) @ cotangents.T
        return out.reshape(*arrays[0].shape[:-1], -1)

    origin = np.zeros(len(sample.directions), dtype=forward.x.dtype)
    return Forward(function, (origin,), (0,), ((-1.0, 1.0),), (False,), len(cotangents), stacked=True)


BY_DIRECTIONS = Sampling(draw, along)
BY_ENTRIES = Sampling(draw_entries, at_entries)

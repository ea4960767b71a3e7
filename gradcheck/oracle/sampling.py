"""Large dense Jacobians seen along random directions: U J W^T for a few Gaussian rows of U and W.

An error E of the analytic side shows as U E W^T. A Gaussian direction hides an error ten times as large as its floor
with a probability of 0.08, four of them with 4e-5; signs in place of normal numbers would let two equal errors cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
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
TOGETHER = 8  # rows at least that are moved along the directions at once, which are then read once for all of them
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
    """

    cotangents: Array
    directions: Array
    pieces: tuple[slice, ...]
    sizes: tuple[int, ...]

    def of(self, rows: Array) -> Array:
        """U J W^T from U J, shape (p, n)."""
        return np.concatenate([self._of_piece(rows, *piece) for piece in self._moved], axis=-1)

    def _of_piece(self, rows: Array, part: slice, columns: slice) -> Array:
        seen: Array = rows[..., columns] @ self.directions[part, columns].T.astype(rows.dtype, copy=False)
        return seen

    def moves(self, t: Array) -> Array:
        """t W for coordinates of shape (k, q): shape (k, n)."""
        parts = [
            t[:, part] @ self.directions[part, columns].astype(t.dtype, copy=False) for part, columns in self._moved
        ]
        return np.concatenate(parts, axis=1)

    @property
    def _moved(self) -> list[tuple[slice, slice]]:
        """The rows of `directions` of each input, and the columns that these move: all others are 0."""
        ends = np.cumsum([0, *self.sizes]).tolist()
        return [(part, slice(a, b)) for part, (a, b) in zip(self.pieces, pairwise(ends), strict=True)]


def affordable(m: int, n: int) -> bool:
    """Whether a Jacobian without any structure is measured whole."""
    return m * n <= WHOLE and n * (n + m) <= WORK and m * (m + n) <= WORK


def is_dense(claims: Sequence[Array], m: int, n: int) -> bool:
    """Whether no pattern of the claims, shape (m, n), makes few enough groups of columns."""
    return len(starting_groups(claims, m, n)) * SAVING > n


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
            out[part] = forward(forward.x + sample.moves(t[part])) @ cotangents.T
        return out.reshape(*arrays[0].shape[:-1], -1)

    origin = np.zeros(len(sample.directions), dtype=forward.x.dtype)
    return Forward(function, (origin,), (0,), ((-1.0, 1.0),), (False,), len(cotangents), stacked=True)

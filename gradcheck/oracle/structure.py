"""Which columns can be perturbed together: those that, by the analytic pattern, move no output in common.

A. Curtis, M. Powell and J. Reid, On the estimation of sparse Jacobian matrices, J. Inst. Maths Applics 13, 1974. The
pattern needs no probing and proves itself: a true non-zero outside of it shows as a residual, and its group is split.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.table import NOBODY

Array = NDArray[Any]
WORTHWHILE = 32  # columns; for fewer, measuring each by itself costs little and proves more


def starting_groups(claims: Sequence[Array], m: int, n: int) -> list[Array]:
    """Groups of columns that no claim lets move a common output; single columns when that would not save half."""
    if n >= WORTHWHILE and claims:
        pattern = np.zeros((m, n), dtype=bool)
        for claim in claims:
            pattern |= claim != 0
        groups = _colour(pattern)
        if len(groups) <= n // 2 + 1:
            return groups
    return [np.array([k]) for k in range(n)]


def _colour(pattern: Array) -> list[Array]:
    """Greedy colouring of the columns, densest first; stops as soon as it cannot pay."""
    n = pattern.shape[1]
    if pattern.sum(axis=1).max(initial=0) > n // 2 + 1:  # a row's columns need as many groups
        return [np.array([k]) for k in range(n)]
    count = pattern.sum(axis=0)
    if len(pattern) and (count == len(pattern)).sum() > n // 2:  # no two of these may be in one group
        return [np.array([k]) for k in range(n)]
    # The rows of a column as the bits of one number, which Python compares in a hundredth of the time of arrays.
    rows = [int.from_bytes(bits.tobytes()) for bits in np.packbits(pattern.T, axis=1)]
    every_row = int.from_bytes(np.packbits(np.ones(len(pattern), dtype=bool)).tobytes())
    used: list[int] = []
    open_: list[int] = []  # the colours that some row has not
    groups: list[list[int]] = []
    for column in np.argsort(-count, kind="stable").tolist():
        fitting = open_ if rows[column] else range(len(used))  # a column of zeros has room everywhere
        colour = next((k for k in fitting if not used[k] & rows[column]), len(used))
        if colour == len(used):
            if colour > n // 2:
                return [np.array([k]) for k in range(n)]
            used.append(0)
            open_.append(colour)
            groups.append([])
        used[colour] |= rows[column]
        groups[colour].append(column)
        if rows[column] and used[colour] == every_row:
            open_.remove(colour)
    return [np.array(sorted(g)) for g in groups]


def owners(groups: list[Array], claims: Sequence[Array], m: int) -> Array:
    """For each group and output, the column claimed to move that output; a single column owns all.

    Shape (len(groups), m), with `NOBODY` where no column of the group is claimed to.
    """
    owner = np.full((len(groups), m), NOBODY)
    alone = [g for g, columns in enumerate(groups) if len(columns) == 1]
    owner[alone] = np.array([groups[g][0] for g in alone], dtype=int)[:, None]
    for g, columns in enumerate(groups):
        if len(columns) == 1:
            continue
        for claim in claims:
            rows, where = np.nonzero(claim[:, columns])
            owner[g, rows] = columns[where]
    return owner


def halves(groups: list[Array]) -> list[Array]:
    """Each group of two or more columns cut in two."""
    return [half for g in groups for half in (g[: len(g) // 2], g[len(g) // 2 :])]

"""Plain forms of which entries along one axis an index along another one reaches: ``x[:i+1]``, ``x[2i:2i+3]``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[Any]  # of bool
Form = tuple[str, str, Mask]  # an index in words, the plain name of its kind, and what it reaches
ALL = ":"
OWN, EARLIER, LATER, EVERY = "own", "earlier", "later", "all"
STRIDES = (1, 2, 3)
FEW = 3  # single distances that are listed


def named(reach: Mask, i: str) -> Iterator[Form]:
    """Plain forms that may be what is reached, the plainest first.

    Parameters
    ----------
    reach : ndarray of bool, shape (m, n)
        Which of n entries each of m indices reaches: only forms that fit its shape, and its distances, are tried.
    i : str
        The letter of the index.
    """
    yield ALL, EVERY, np.ones_like(reach)
    its, mine = np.indices(reach.shape)
    if reach.shape[0] == reach.shape[1]:
        yield i, OWN, np.asarray(mine == its)
        yield f":{i}+1", EARLIER, np.asarray(mine <= its)
        yield f":{i}", EARLIER, np.asarray(mine < its)
        yield f"{i}:", LATER, np.asarray(mine >= its)
        yield f"{i}+1:", LATER, np.asarray(mine > its)
        yield f"-1-{i}", "reversed", np.asarray(mine == len(reach) - 1 - its)
        yield f"all but {i}", "others", np.asarray(mine != its)
    yield from _windows(reach, i)
    yield from _wrapped(reach, i)
    yield from _repeated(reach, i)
    yield from _groups(reach)
    yield from _listed(reach, i)


def _windows(reach: Mask, i: str) -> Iterator[Form]:
    """Windows that move by a stride, with or without gaps."""
    for stride, distance in _distances(reach):
        seen = np.unique(distance[reach])
        if len(seen) and len(np.unique(np.diff(seen))) <= 1:
            yield _slice(_start(i, stride), seen), f"window {stride}", np.isin(distance, seen)


def _listed(reach: Mask, i: str) -> Iterator[Form]:
    """A few distances."""
    for stride, distance in _distances(reach):
        seen = np.unique(distance[reach])
        if 0 < len(seen) <= FEW:
            words = "{" + ",".join(_at(_start(i, stride), int(d)) for d in seen) + "}"
            yield words, f"window {stride}", np.isin(distance, seen)


def _distances(reach: Mask) -> Iterator[tuple[int, Mask]]:
    """Strides, and how far each entry is from where its window begins; only where some index reaches a whole window."""
    its, mine = np.indices(reach.shape)
    for stride in STRIDES:
        distance = np.asarray(mine - stride * its)
        if len(np.unique(distance[reach])) == reach.sum(axis=1).max(initial=0):
            yield stride, distance


def _start(i: str, stride: int) -> str:
    return i if stride == 1 else f"{stride}{i}"


def _slice(start: str, seen: Sequence[int] | Mask) -> str:
    if len(seen) == 1:
        return _at(start, int(seen[0]))
    step = int(seen[1] - seen[0])
    return f"{_at(start, int(seen[0]))}:{_at(start, int(seen[-1]) + 1)}{f':{step}' if step > 1 else ''}"


def _at(start: str, distance: int) -> str:
    return f"{start}{f'{distance:+d}' if distance else ''}"


def _wrapped(reach: Mask, i: str) -> Iterator[Form]:
    """A few distances round a ring."""
    length = len(reach)
    if length != reach.shape[1]:
        return
    its, mine = np.indices(reach.shape)
    distance = np.asarray((mine - its) % length)
    seen = np.unique(distance[reach])
    if 0 < len(seen) <= min(FEW, length - 2):
        shown = sorted(int(d) - length * (2 * int(d) > length) for d in seen)
        words = _at(i, shown[0]) if len(shown) == 1 else "{" + ",".join(_at(i, d) for d in shown) + "}"
        yield f"{words} mod {length}", "ring", np.isin(distance, seen)


def _repeated(reach: Mask, i: str) -> Iterator[Form]:
    """Entries that are given several times, one after the other or in turn, and entries taken in turn."""
    m, n = reach.shape
    its, mine = np.indices(reach.shape)
    if m > n > 1 and m % n == 0:
        yield f"{i}//{m // n}", "repeated", its // (m // n) == mine
        yield f"{i}%{n}", "tiled", its % n == mine
    if n > m > 1 and n % m == 0:
        yield f"{n // m}{i}:{n // m}({i}+1)", "parts", mine // (n // m) == its
        yield f"{i}::{m}", "in turn", mine % m == its


def _groups(reach: Mask) -> Iterator[Form]:
    """Entries that reach all of their own group and nothing else."""
    m, n = reach.shape
    if m != n or not reach.diagonal().all() or (reach != reach.T).any():
        return
    first = np.argmax(reach, axis=1)
    if (reach == (first[:, None] == first)).all():
        groups = [np.flatnonzero(first == k).tolist() for k in np.unique(first)]
        words = ", ".join("{" + ",".join(map(str, group)) + "}" for group in groups)
        yield f"its group of {words}", "groups", reach

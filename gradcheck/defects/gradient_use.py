"""What `bprop` makes of a right gradient where it is not linear in v: clips, scales, rounds it, drops its sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.probe import Probe
from gradcheck.defects.answers import Answers
from gradcheck.defects.cotangents import CLOSE, DIGITS, TINY, uses
from gradcheck.defects.diagnosis import NEARLY, Diagnosis
from gradcheck.defects.evidence import ACCIDENT, TELLING
from gradcheck.text import short

Array = NDArray[Any]
Groups: TypeAlias = Sequence[Array]  # entries of a gradient whose norm is taken together
CUT = 2.0  # times the edge: what a clip takes away from the largest; less may be a digit that is lost
LEAST = 1e-9  # of an edge that is told: below it is what has no digits left
SIDES = (-1.0, 0.0, 1.0)


def made_of(asked: Sequence[Answers], probe: Probe) -> list[Diagnosis]:
    """What explains the answers at nearly all points, each of which is as likely as the others.

    Parameters
    ----------
    asked : sequence of Answers
        At the points where they are wrong.
    probe : Probe
        One of these points.
    """
    if sum(int(_far(one).any(axis=1).sum()) for one in asked) < ACCIDENT:
        return []
    found = [Diagnosis(kind, words) for kind, words, use in uses() if _hold(asked, partial(_of_v, use))][:1]
    of, mine, groups = _only(asked, probe)
    changes = _of_entries(mine, of)
    found += [Diagnosis(kind, words) for kind, words, change in changes if _hold(mine, partial(_by_entry, change))][:1]
    found += [Diagnosis("clipped", told) for part, of_it in groups for told in _of_norms(mine, part, of_it)][:1]
    edge = _edge_of_v(asked)
    if edge and _hold(asked, partial(_v_clipped, edge=edge)):
        found.append(Diagnosis("clipped", f"the norm of v is clipped at {_number(edge)}"))
    return found


def _only(asked: Sequence[Answers], probe: Probe) -> tuple[str, Sequence[Answers], Sequence[tuple[str, Groups]]]:
    """What the gradient is called, the answers, and its parts: those of one input where that alone is wrong."""
    pieces, far = probe.pieces, [_far(one) for one in asked]
    wrong = [one for one in pieces if any(of[:, one[2]].any() for of in far)]
    if len(pieces) > 1 and len(wrong) == 1:
        name, shape, part = wrong[0]
        mine = [
            replace(one, got=one.got[:, part], numeric=one.numeric[:, part], limit=one.limit[:, part]) for one in asked
        ]
        of = f"the gradient of {name}"
        return of, mine, [*_groups(of, [np.arange(part.stop - part.start).reshape(shape)])]
    return (
        "the gradient",
        asked,
        [*_groups("the gradient", [np.arange(part.start, part.stop).reshape(shape) for _, shape, part in pieces])],
    )


def _of_entries(asked: Sequence[Answers], of: str) -> Iterator[tuple[str, str, Callable[[Array], Any]]]:
    """Changes of each entry of the gradient by itself."""
    yield "size", f"the sign of {of} is dropped: its entries are all positive", np.abs
    yield "sign", f"only the sign of {of} is given", np.sign
    yield "dropped", f"negative entries of {of} are dropped", lambda g: np.maximum(g, 0)
    yield "rounded", f"{of} is cut off to whole numbers: an array of integers holds what is not whole", np.trunc
    for digits in range(DIGITS):
        yield "rounded", f"{of} is rounded to {digits} decimals", partial(np.round, decimals=digits)
    cut = np.concatenate([np.abs(one.got)[_far(one)] for one in asked])
    exact = np.concatenate([np.abs(_exact(one))[_far(one)] for one in asked])
    edge = float(np.median(cut))
    if np.isfinite(edge) and edge > LEAST and exact.max() > CUT * edge:
        yield "clipped", f"entries of {of} are clipped at {_number(edge)}", lambda g: np.clip(g, -edge, edge)


def _groups(of: str, pieces: Sequence[Array]) -> Iterator[tuple[str, Groups]]:
    """Parts of a gradient whose norm may be clipped: all of it, that of an input, a row of one."""
    yield of, [np.concatenate([piece.reshape(-1) for piece in pieces])]
    if len(pieces) > 1:
        yield "each input's gradient", [piece.reshape(-1) for piece in pieces]
    if any(piece.ndim > 1 for piece in pieces):
        rows = [piece.reshape(-1, piece.shape[-1]) if piece.ndim else piece.reshape(1, 1) for piece in pieces]
        yield f"each row of {of}", [row for piece in rows for row in piece]


def _of_norms(asked: Sequence[Answers], of: str, groups: Groups) -> Iterator[str]:
    """Whether norms are clipped, or all made the same."""
    norms = [_norms(one.got, groups) for one in asked]
    changed = [np.stack([_far(one)[:, g].any(axis=1) for g in groups], axis=1) for one in asked]
    edge = float(np.median(np.concatenate([n[c] for n, c in zip(norms, changed, strict=True)])))
    if not np.isfinite(edge) or edge <= LEAST:
        return
    if _hold(asked, partial(_norm_changed, groups=groups, edge=edge, clipped=True)):
        yield f"the norm of {of} is clipped at {_number(edge)}"
    elif _hold(asked, partial(_norm_changed, groups=groups, edge=edge, clipped=False)):
        yield f"{of} is divided by its norm" if abs(edge - 1) < CLOSE else f"{of} is scaled to the norm {_number(edge)}"


def _of_v(use: Callable[[Array], Any], one: Answers) -> Array:
    """Whether the answers are those for a function of v."""
    if not one.may_use(use):
        return np.zeros(one.got.shape, dtype=bool)
    used = one.used(use)
    sane = np.isfinite(used).all(axis=1)  # what overflows in a shorter dtype gives no number
    lost = not np.isfinite(one.got[~sane]).all(axis=1).any()
    fits = sane.any() and lost and replace(one, v=one.v[sane], got=one.got[sane]).fits(used[sane])
    return np.full(one.got.shape, fits)


def _by_entry(change: Callable[[Array], Any], one: Answers) -> Array:
    """Whether the answers are a change of the gradient, whatever its error bound leaves open."""
    exact, slack = _exact(one), _slack(one)
    images = np.stack([change(exact + side * slack) for side in SIDES])
    room = slack + CLOSE * np.abs(images).max(axis=0)
    return np.asarray((images.min(axis=0) - room <= one.got) & (one.got <= images.max(axis=0) + room))


def _norm_changed(one: Answers, *, groups: Groups, edge: float, clipped: bool) -> Array:
    exact, slack, fits = _exact(one), _slack(one), np.ones(one.got.shape, dtype=bool)
    for group in groups:
        norm, blur = (np.linalg.norm(of[:, group], axis=1, keepdims=True) for of in (exact, slack))
        factor = edge / np.maximum(norm, TINY)
        factor = np.minimum(factor, 1) if clipped else factor
        predicted = exact[:, group] * factor
        room = factor * (slack[:, group] + blur) + CLOSE * np.abs(predicted) + slack[:, group]
        room = room if clipped else np.where(norm > blur, room, np.inf)  # what is no more than noise has no direction
        fits[:, group] = np.abs(one.got[:, group] - predicted) <= room
    return fits


def _edge_of_v(asked: Sequence[Answers]) -> float:
    """The norm to which v must have been scaled; 0 where that is not the same for all answers that are wrong."""
    edges = []
    for one in asked:
        exact, wrong = _exact(one), _far(one).any(axis=1)
        factor = (one.got * exact).sum(axis=1) / np.maximum((exact * exact).sum(axis=1), TINY)
        edges.append((factor * np.linalg.norm(one.v, axis=1))[wrong])
    edge = float(np.median(np.concatenate(edges)))
    return edge if np.isfinite(edge) and edge > LEAST else 0.0


def _v_clipped(one: Answers, *, edge: float) -> Array:
    factor = np.minimum(1, edge / np.maximum(np.linalg.norm(one.v, axis=1, keepdims=True), TINY))
    predicted = factor * _exact(one)
    return np.asarray(np.abs(one.got - predicted) <= factor * _slack(one) + CLOSE * np.abs(predicted))


def _hold(asked: Sequence[Answers], fits: Callable[[Answers], Array]) -> bool:
    """Whether a change explains all answers at nearly all points."""
    left = len(asked)
    for one in asked:
        left -= not fits(one).all()
        if left < NEARLY * len(asked):
            return False
    return True


def _exact(one: Answers) -> Array:
    return np.asarray(one.v @ one.numeric)


def _slack(one: Answers) -> Array:
    return np.asarray(np.abs(one.v) @ one.limit + np.finfo(float).tiny)


def _far(one: Answers) -> Array:
    return np.asarray(np.nan_to_num(np.abs(one.got - _exact(one)), nan=np.inf) > TELLING * _slack(one))


def _norms(rows: Array, groups: Groups) -> Array:
    return np.stack([np.linalg.norm(rows[:, group], axis=1) for group in groups], axis=1)


def _number(edge: float) -> str:
    return short(float(f"{edge:.4g}"))

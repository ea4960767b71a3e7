"""Each derivative is an entry of another array, and the analytic side gives another entry of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
Places = NDArray[np.int_]
MOST = 2**22  # comparisons of an entry of the matrix with one of the array
OUTER, INNER = "ijkl", "pqrs"  # letters of the indices of the output and of the input
FEWEST = 6  # entries of the matrix that are told of
CLOSE = 1e-6  # of an index that is a sum of others: exact but for rounding


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Which entries of another array stand there, and which belong there, as plain sums of the indices."""
    live, given = (np.asarray(np.any(some, axis=0)) for some in (evidence.away, evidence.analytic != 0))
    if live.sum() < FEWEST or len(evidence.out) > len(OUTER) or not 0 < len(evidence.shape) <= len(INNER):
        return None
    if (given & ~live).any() or given.sum() < FEWEST or (evidence.analytic[evidence.wrong] == 0).all():
        return None
    for name, shape, values in arrays(evidence):
        if live.sum() * values.size > MOST or values.shape[1] < 2:
            continue
        for sign in (1, -1):
            belongs = _matched(evidence.numeric, sign * values, evidence.limit, live)
            stands = None if belongs is None else _matched(evidence.analytic, sign * values, evidence.limit, given)
            if belongs is None or stands is None:
                continue
            its, mine = _index(evidence, live, belongs, shape), _index(evidence, given, stands, shape)
            if its and mine and its != mine:
                y, x = (_at(OUTER, evidence.out), _at(INNER, evidence.shape))
                minus = "-" if sign < 0 else ""
                words = f"d{evidence.output}{y}/d{evidence.name}{x} is {minus}{name}{its}, and `{evidence.check}` gives"
                return evidence.told("entry", f"{words} {minus}{name}{mine}", evidence.failing)
    return None


def arrays(evidence: Evidence) -> Iterator[tuple[str, tuple[int, ...], Array]]:
    """Names, shapes and values, shape (P, size), of the inputs and the output."""
    for place, one in enumerate(evidence.probes[0].subject.inputs):
        if one.domain != "labels":
            yield one.name, evidence.probes[0].point.arrays[place].shape, evidence.values(place)
    yield evidence.output, evidence.out, evidence.y


def _matched(side: Array, values: Array, limit: Array, live: Array) -> Places | None:
    """For each live entry the one entry that it is at every point; None where any has none, or several."""
    known = np.isfinite(limit[:, live])
    near = np.abs(side[:, live][:, :, None] - values[:, None]) <= limit[:, live][:, :, None]
    fits = np.all(near | ~known[:, :, None], axis=0)
    return np.argmax(fits, axis=1) if (fits.sum(axis=1) == 1).all() else None


def _index(evidence: Evidence, live: Array, places: Places, shape: tuple[int, ...]) -> str:
    """The index, ``[i+2p]``, as sums of those of the output and the input; empty where it is none."""
    rows, columns = np.nonzero(live)
    its = np.unravel_index(rows, evidence.out) if evidence.out else ()
    mine = np.unravel_index(columns, evidence.shape)
    letters = [*OUTER[: len(its)], *INNER[: len(mine)]]
    design = np.stack([*its, *mine, np.ones_like(rows)], axis=1).astype(float)
    parts = []
    for wanted in np.unravel_index(places, shape):
        found = np.linalg.lstsq(design, wanted, rcond=None)[0]
        whole = np.round(found)
        if np.abs(design @ whole - wanted).max() > CLOSE:
            return ""
        parts.append(_sum(whole.astype(int), letters))
    return f"[{','.join(parts)}]"


def _sum(weights: Places, letters: list[str]) -> str:
    terms = [
        f"{'-' if w < 0 else '+'}{abs(w) if abs(w) > 1 else ''}{letter}"
        for w, letter in zip(weights, letters, strict=False)
        if w
    ]
    constant = int(weights[-1])
    if constant or not terms:
        terms.append(f"{constant:+d}")
    return "".join(terms).removeprefix("+")


def _at(letters: str, shape: tuple[int, ...]) -> str:
    return f"[{','.join(letters[: len(shape)])}]" if shape else ""


FAMILY = Family("entries", hypotheses=(Hypothesis(Claim.TERM, diagnose),))

"""Off by a factor of its own at each place: along an axis, or for each step between an entry and an output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import TELLING, Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.text import short

Array = NDArray[Any]
FEWEST = 4  # entries of the matrix whose factor is known
CLOSE = 1e-6  # relative difference of factors that are taken for the same
DIGITS = 5  # of a factor that is told
FEW = 4  # factors that are listed


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """What the factors depend on, where every entry has one that is the same at all points."""
    factors = _factors(evidence)
    if factors is None:
        return None
    words = next(_told(evidence, factors), None)
    return None if words is None else evidence.told("factor", words, evidence.failing, "place")


def _factors(evidence: Evidence) -> Array | None:
    """analytic / numeric of each entry, NaN where none is known, shape (m, n); None where it changes."""
    sharp = evidence.away & (np.abs(evidence.numeric) > TELLING * evidence.limit) & np.isfinite(evidence.analytic)
    if (evidence.wrong & ~evidence.away).any() or not np.isfinite(evidence.analytic[evidence.wrong]).all():
        return None
    quality = np.where(sharp, np.abs(evidence.numeric) / np.maximum(evidence.limit, np.finfo(float).tiny), 0)
    best = np.argmax(quality, axis=0)[None]
    sides = (np.take_along_axis(side, best, axis=0)[0] for side in (evidence.analytic, evidence.numeric, sharp))
    analytic, numeric, seen = sides
    factors = np.where(seen, analytic / np.where(numeric == 0, np.nan, numeric), np.nan)
    fits = evidence.error_of(factors * evidence.numeric) <= (1 + np.abs(factors)) * evidence.limit
    asked = (evidence.wrong | evidence.right) & seen
    if (evidence.wrong & ~seen).any() or (asked & ~fits).any() or (np.abs(factors[seen] - 1) > CLOSE).sum() < FEWEST:
        return None
    return factors


def _told(evidence: Evidence, factors: Array) -> Iterator[str]:
    out, shape, y = evidence.out, evidence.shape, evidence.output
    grids = np.indices(out) if out else ()
    mine = np.indices(shape) if shape else ()
    for axis, grid in enumerate(grids):
        along = f" along axis {axis}" if len(out) > 1 else ""
        if values := _by(np.broadcast_to(grid.reshape(-1)[:, None], factors.shape), factors):
            yield f"each entry of {y}{along} has a factor too much of its own: {_listed(values, y, axis, out)}"
    for axis, grid in enumerate(mine):
        along = f" along axis {axis}" if len(shape) > 1 else ""
        if values := _by(np.broadcast_to(grid.reshape(-1)[None], factors.shape), factors):
            name = evidence.name
            yield f"each entry of {name}{along} has a factor too much of its own: {_listed(values, name, axis, shape)}"
    for a, b in ((a, b) for a in range(len(out)) for b in range(len(shape)) if out[a] == shape[b]):
        lag = grids[a].reshape(-1)[:, None] - mine[b].reshape(-1)[None]
        if (values := _by(lag, factors)) and (each := _each(values)):
            yield f"for each step from {evidence.name} to {y} along axis {b} a factor {each} is too much"
    if shape == out and _is_quotient(factors):
        yield (
            f"what {y}[i] is multiplied or divided by, such as a count, is taken at the place of {evidence.name}: "
            f"analytic = numeric f(i)/f(k) for d{y}[i]/d{evidence.name}[k]"
        )


def _by(labels: Array, factors: Array) -> dict[int, float]:
    """The factor for each label where they have one each, and not all the same; empty otherwise."""
    seen = np.isfinite(factors)
    found: dict[int, float] = {}
    for label in np.unique(labels[seen]):
        some = factors[seen & (labels == label)]
        if np.ptp(some) > CLOSE * np.abs(some).max():
            return {}
        found[int(label)] = float(some[0])
    several = len(found) > 2 and len({float(f"{value:.6g}") for value in found.values()}) > 1  # of two, any has
    return found if several else {}


def _each(values: dict[int, float]) -> str:
    """The factor of one step where that of k steps is its k-th power."""
    if min(values) < 0 or 1 not in values or values[1] <= 0:
        return ""
    one = values[1]
    alike = all(abs(value - one**lag) <= CLOSE * abs(value) for lag, value in values.items())
    return short(float(f"{one:.{DIGITS}g}")) if alike else ""


def _listed(values: dict[int, float], name: str, axis: int, shape: tuple[int, ...]) -> str:
    at = "{}" if len(shape) == 1 else ",".join("{}" if k == axis else ":" for k in range(len(shape)))
    told = [f"{short(float(f'{v:.{DIGITS}g}'))} for {name}[{at.format(k)}]" for k, v in values.items()]
    return ", ".join(told[:FEW]) + (" and so on" if len(told) > FEW else "")


def _is_quotient(factors: Array) -> bool:
    """Whether the factors are f(i)/f(k): 1 on the diagonal, and the one from k to i the same by way of any j."""
    if not np.allclose(factors.diagonal(), 1, rtol=CLOSE, atol=0) or (factors <= 0).any():
        return False
    logs = np.log(factors)
    level = np.nan_to_num(logs[:, 0])
    off = np.where(np.isfinite(logs), np.abs(logs - level[:, None] + level[None]), 0)
    return bool(off.max() <= CLOSE and np.isfinite(logs[:, 0]).all())


FAMILY = Family("scales", hypotheses=(Hypothesis(Claim.TERM, diagnose),))

"""The evidence: the analytic and the numeric matrices of one check and one input, at all points together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.claims import claim_comparison
from gradcheck.checks.judge import probe_of
from gradcheck.checks.probe import Probe
from gradcheck.defects.diagnosis import NEARLY, MatrixDiagnosis
from gradcheck.records.case import Case
from gradcheck.records.comparison import Comparison

Array = NDArray[Any]
ACCIDENT = 3  # wrong entries that a hypothesis must explain, each of them far off
SIDES = ("analytic", "numeric", "limit", "gap", "wrong", "right")
Change = Callable[[Array], Array]
TELLING = 30.0  # times the limit: an error so far beyond it that hitting the numeric value is no accident


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of one derivative at P points of one size.

    Attributes
    ----------
    probes : sequence of Probe
    check, name : str
        The method and the input.
    place : int
        The position of the input among the arguments of `forward`.
    part : slice
        Its columns.
    analytic, numeric : ndarray, shape (P, m, n)
    limit : ndarray, shape (P, m, n)
        Errors beyond it are certain.
    gap : ndarray, shape (P, m, n)
        By what the two one-sided slopes differ.
    wrong, right : ndarray of bool, shape (P, m, n)
        Entries whose error is certain, and entries in which the two agree; the others tell nothing.
    """

    probes: tuple[Probe, ...]
    check: str
    name: str
    place: int
    part: slice
    analytic: Array
    numeric: Array
    limit: Array
    gap: Array
    wrong: Array
    right: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """The input's shape."""
        return self.probes[0].point.arrays[self.place].shape

    @property
    def output(self) -> str:
        """What the output is called beside the inputs."""
        return "output" if any(one.name == "y" for one in self.probes[0].subject.inputs) else "y"

    @property
    def out(self) -> tuple[int, ...]:
        """The output's shape."""
        return self.probes[0].y.shape

    @cached_property
    def failing(self) -> Array:
        """The points with a wrong entry, shape (P,)."""
        return np.asarray(self.wrong.any(axis=(1, 2)))

    @cached_property
    def x(self) -> Array:
        """The input, shape (P, n)."""
        return self.values(self.place)

    @cached_property
    def y(self) -> Array:
        """The output, shape (P, m)."""
        return np.stack([np.asarray(p.y, dtype=float).reshape(-1) for p in self.probes])

    @cached_property
    def missing(self) -> Array | None:
        """What the analytic side lacks, 0 where nothing is known, shape (P, m, n); None where it is no number."""
        found = np.where(self.wrong | self.right, self.numeric - self.analytic, 0)
        return found if np.isfinite(found).all() else None

    @cached_property
    def plain(self) -> Array:
        """The analytic side as it comes out in the dtype of the points, shape (P, m, n)."""
        return np.stack([p.claims[self.check][:, self.part] for p in self.probes]).astype(float)

    @cached_property
    def error(self) -> Array:
        """The absolute error, infinite where the analytic side is no number."""
        return self.error_of(self.numeric)

    @cached_property
    def live(self) -> Array:
        """The entries that are not 0 on both sides at every point, shape (m, n): only there can anything be told."""
        return np.asarray(np.any((self.analytic != 0) | self.away, axis=0))

    @cached_property
    def away(self) -> Array:
        """The entries in which the numeric side is certainly not 0."""
        return np.asarray(np.abs(self.numeric) > self.limit)

    @cached_property
    def compared(self) -> Array:
        """The entries that tell something: the error is certain, or the two sides agree."""
        return np.asarray(self.wrong | self.right)

    @cached_property
    def telling(self) -> Array:
        """The wrong entries whose error is far beyond the limit."""
        return self.wrong & (self.error > TELLING * self.limit)

    @property
    def elsewhere(self) -> str:
        """What is known of the entries that are not wrong, in words."""
        others = self.live & ~self.wrong
        seen = (self.right & others).sum() >= NEARLY * others.sum()
        return "the entries elsewhere are right" if seen else "no wrong entry was seen elsewhere"

    def error_of(self, predicted: Array) -> Array:
        """How far the analytic side is from what a hypothesis says that it is."""
        return np.asarray(np.nan_to_num(np.abs(self.analytic - predicted), nan=np.inf))

    def values(self, place: int) -> Array:
        """The argument at a place, shape (P, size)."""
        return np.stack([np.asarray(p.point.arrays[place], dtype=float).reshape(-1) for p in self.probes])

    def answer(self, k: int, arrays: Sequence[Array]) -> Array | None:
        """What the analytic side is for other arrays at a point, shape (m, n); None where the layer gives none."""
        said = attempt(lambda: self.probes[k].claim_at(self.check, arrays)[:, self.part])
        return None if isinstance(said, Breach) else np.asarray(said, dtype=float)

    def at(self, points: Array) -> Evidence:
        """The evidence at some of the points, as a mask of shape (P,)."""
        probes = tuple(p for p, chosen in zip(self.probes, points, strict=True) if chosen)
        return replace(self, probes=probes, **{name: getattr(self, name)[points] for name in SIDES})

    def explained(self, predicted: Array, slack: Array | float = 0.0) -> Array | None:
        """The points at which a hypothesis explains every entry; None where that are too few.

        Parameters
        ----------
        predicted : ndarray, shape (P, m, n)
            What the analytic side would be; NaN in entries that the hypothesis says nothing of.
        slack : ndarray or float
            What the error bound of the numeric side leaves open in it, beyond the limit; infinite where all of it.
        """
        asked = self.compared & np.isfinite(predicted) & np.isfinite(slack)
        fits = np.abs(self.analytic - predicted) <= self.limit + slack
        points = np.asarray(np.all(fits | ~asked, axis=(1, 2)))
        if not _nearly_all(points, self.failing):
            return None
        hit = self.telling & fits & asked & points[:, None, None]
        return points if hit.sum() >= ACCIDENT and _nearly_all(points, ~self.failing) else None

    def explained_by(self, change: Change, blur: Change) -> Array | None:
        """The same for what a change makes of the numeric side, and a blur of its bound; two points are tried first."""
        for first in self._first:
            slack = blur(first.limit)
            off = ~(np.abs(first.analytic - change(first.numeric)) <= first.limit + slack)
            if not (off & first.compared & np.isfinite(slack)).any():
                return self.explained(change(self.numeric), blur(self.limit))
        return None

    @cached_property
    def decisive(self) -> Array:
        """Positions of failing points, so many that what explains none of them does not explain nearly all."""
        at = np.flatnonzero(self.failing)
        return at[: next((k for k in range(1, len(at)) if len(at) - k < NEARLY * len(at)), len(at))]

    @cached_property
    def _first(self) -> tuple[Evidence, ...]:
        """The evidence at each of one or two failing points."""
        return tuple(self.at(np.arange(len(self.probes)) == k) for k in self.decisive[:2])

    def told(self, kind: str, words: str, points: Array, region: str = "") -> MatrixDiagnosis:
        """A diagnosis of some of the points."""
        return MatrixDiagnosis(kind, words, region, points=points)


def gather_again(probe: Probe, case: Case, check: str, name: str) -> Evidence | None:
    """The evidence at one more case of the layer of a probe; None where it has no such point, or it tells nothing."""
    other = probe_of(probe.subject, case, thorough=False)
    return None if other is None else gather([other], check, name)


def gather(probes: Sequence[Probe], check: str, name: str) -> Evidence | None:
    """The evidence on one input of one check; None where no matrices of one size are to be had.

    Parameters
    ----------
    probes : sequence of Probe
        Of one layer, size and dtype.
    check : str
        ``"jacobian"`` or ``"bprop"``.
    name : str
        The input.
    """
    seen = [p for p in probes if p.usable and p.sample is None and check in p.claims]
    if not seen:
        return None
    part = seen[0].columns(name)
    place = next(k for k, input in enumerate(seen[0].subject.inputs) if input.name == name)
    sides = [_sides(claim_comparison(p, check, name).usual) for p in seen]
    analytic, numeric, limit, gap, wrong, right = (np.stack(side) for side in zip(*sides, strict=True))
    return Evidence(tuple(seen), check, name, place, part, analytic, numeric, limit, gap, wrong, right)


def _sides(comparison: Comparison) -> tuple[Array, ...]:
    """What the check saw at one point, in the order of `SIDES`: nothing where it had no number to compare with."""
    known = comparison.known
    sides = (
        comparison.analytic,
        np.where(known, comparison.numeric.value, 0),
        np.where(known, comparison.certain, np.inf),
        np.where(known, comparison.numeric.gap, 0),
    )
    return (*(np.asarray(side, dtype=float) for side in sides), comparison.wrong & known, comparison.right & known)


def _nearly_all(points: Array, among: Array) -> bool:
    return bool(points[among].sum() >= NEARLY * among.sum())

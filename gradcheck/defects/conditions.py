"""Wrong in a part of the entries: at some kind of input only, or in some region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects import position, where
from gradcheck.defects.corruption import Corrupted, with_parts
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Corruption, Family, Hypothesis
from gradcheck.defects.nonfinite import THRESHOLDS, cause
from gradcheck.defects.relation import LEVEL, Relation, relations_of
from gradcheck.defects.repeats import REPEATED
from gradcheck.defects.values import all_equal, ascending, tied

Array = NDArray[Any]
Condition: TypeAlias = Callable[[Array], Array]
# Few points fulfil some conditions, and then several relations fit.
DOUBLED = ("factor", "constant", "averaged", "rank-one")
NOWHERE: Array = np.zeros((), dtype=bool)
OFFSET = "offset all"  # of every entry: other families may know what the number is


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """One for each condition; entries of every input that holds real numbers."""
    for name, condition in CONDITIONS:
        yield Corruption(f"doubled {name}", partial(doubled_where, subject, condition), DOUBLED)


def doubled_where(subject: Subject, condition: Condition) -> Corrupted:
    """The derivatives by the entries for which a condition holds, doubled.

    Parameters
    ----------
    subject : Subject
    condition : callable
        Takes an input and returns a mask that broadcasts to it.
    """

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        inputs = (np.asarray(arrays[k]) for k in subject.differentiable)
        return [part * np.where(condition(x), 2, 1).astype(part.dtype) for part, x in zip(parts, inputs, strict=True)]

    return with_parts(subject, change)


def _of_rows(condition: Condition) -> Condition:
    """A condition on whole rows of at least two entries, as a mask."""
    return lambda x: condition(x)[..., None] if x.ndim and x.shape[-1] > 1 else NOWHERE


def _nearly_tied(x: Array) -> Array:
    gaps = np.diff(np.sort(x, axis=-1), axis=-1)
    mask: Array = np.any((gaps > 0) & (gaps < 1e-4 * np.max(abs(x), axis=-1, keepdims=True)), axis=-1)
    return mask


def _spiked(x: Array) -> Array:
    size = np.sort(abs(x), axis=-1)
    mask: Array = size[..., -1] > 100 * size[..., -2]
    return mask


def _alternating(x: Array) -> Array:
    mask: Array = np.all(x[..., 1:] * x[..., :-1] < 0, axis=-1)
    return mask


def _later(x: Array) -> Array:
    """The second row and those after it."""
    if x.ndim < 2:
        return NOWHERE
    mask: Array = np.arange(len(x)).reshape(-1, *[1] * (x.ndim - 1)) > 0
    return mask


CONDITIONS: tuple[tuple[str, Condition], ...] = (
    ("at zero", lambda x: x == 0),
    ("for negative x", lambda x: x < 0),
    ("in saturation: |x| > 10", lambda x: abs(x) > 10),
    ("for huge x: |x| > 1e3", lambda x: abs(x) > 1e3),
    ("for tiny x: |x| < 1e-6", lambda x: (abs(x) < 1e-6) & (x != 0)),
    ("at ties", tied),
    ("near ties", _of_rows(_nearly_tied)),
    ("where all are equal", _of_rows(all_equal)),
    ("where one entry towers", _of_rows(_spiked)),
    ("in ascending order", _of_rows(ascending)),
    ("where signs alternate", _of_rows(_alternating)),
    ("in later rows", _later),
)


def certain(evidence: Evidence) -> MatrixDiagnosis | None:
    """What the wrong entries have in common, and where they are, if both can be said."""
    found = diagnose(evidence)
    return found if found is not None and found.kind and found.region and found.name != OFFSET else None


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """What the wrong entries have in common, and where they are; either alone is worth saying, too."""
    for relation in relations_of(evidence):
        region = _region(evidence, relation)
        if region is not None or relation.kind != LEVEL:
            return _told(evidence, relation, region)
    return None


def _region(evidence: Evidence, relation: Relation) -> position.Region | None:
    if relation.kind and not relation.shows.any():
        return position.Region("all", "in every entry")
    found = position.region_of(evidence, relation.shows) or where.region_of(evidence, relation)
    if found is None and relation.kind == "extra":  # that a product is 0 with one of its factors tells nothing
        return position.region_of(evidence, relation.shows & evidence.away)
    return found


def _told(evidence: Evidence, relation: Relation, region: position.Region | None) -> MatrixDiagnosis | None:
    words, kind, points = relation.words.rstrip(","), relation.kind, evidence.failing
    if region is None:
        return evidence.told(kind, f"{words} in each wrong entry", points) if kind else None
    if region.kind == "all":
        return evidence.told(kind, f"{words} {region.words}", points, region.kind)
    reason = cause(region.kind) if kind == "nan" else ""
    if (kind, region.kind) == ("zero", "repeat"):
        reason = f", as of {REPEATED}"
    place = f"at points {region.words}" if kind == "nan" and region.kind in THRESHOLDS else region.words
    rest = "elsewhere it is finite" if kind == "nan" else evidence.elsewhere
    told = f"{relation.words or 'wrong'} {place}{reason}; {rest}"
    return evidence.told(kind, told, points, region.kind)


FAMILY = Family("conditions", corruptions, (Hypothesis(Claim.MOVED, certain), Hypothesis(Claim.PART, diagnose)))

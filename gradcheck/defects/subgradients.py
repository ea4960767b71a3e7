"""Points at which several choices are right, and the one that was made is none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.predicates import Predicate, of_groups
from gradcheck.defects.values import greatest_tied, holds_ties, least_tied
from gradcheck.records.case import Case

Array = NDArray[Any]
FEWEST = 4  # points at which all is well
MOST = 2  # descriptions of the same points that are named
WIDE = ("ties", "ties in part")  # of any entries; a "tie" is that of a certain one
PLAIN = ("tie", "zero", "equal", *WIDE)


def region(evidence: Evidence, cases: Collection[Case]) -> Diagnosis | None:
    """Where the claims are that no generalised gradient has; None where these points have nothing plain in common."""
    failing = np.array([p.point.case in cases for p in evidence.probes])
    right = ~failing & ~evidence.failing
    if not failing.any() or right.sum() < FEWEST:
        return None
    fitting = [
        (kind, words)
        for kind, words, holds in _predicates(evidence, failing, right)
        if kind in PLAIN and holds[failing].all() and not holds[right].any()
    ]
    if any(kind == "ties" for kind, _ in fitting):  # the others are cases of it
        fitting = [(kind, words) for kind, words in fitting if kind in WIDE]
    if not fitting:
        return None
    kind = fitting[0][0]
    return Diagnosis("tie" if kind in WIDE else kind, " or ".join(words for _, words in fitting[:MOST]))


def told(where: Diagnosis) -> Diagnosis:
    """What is wrong at such points, in a sentence with the place where they occur."""
    kind, at = ("tie", "at ties") if where.kind == "tie" else ("kink", "at a kink")
    words = f"wrong only {at}, here at the points {where.sentence}: the derivatives of what moves together there"
    return Diagnosis(kind, f"{words} do not add up to the slope")


def _predicates(evidence: Evidence, failing: Array, right: Array) -> Iterator[Predicate]:
    """Predicates of whole points."""
    bad, good = failing[:, None], right[:, None]
    x = evidence.x
    if x.shape[1] > 1:
        for kind, words, holds in of_groups(evidence.name, x[:, None], bad, good, None):
            yield kind, words, holds[:, 0]
        yield "ties", f"where {evidence.name} holds ties", holds_ties(np.sort(x, axis=1))
    box = x.reshape(len(x), *evidence.shape)
    for axis, what in ((-1, "row"), (1, "column")) if len(evidence.shape) > 1 else ():
        ordered = np.sort(np.moveaxis(box, axis, -1), axis=-1).reshape(len(x), -1, box.shape[axis])
        greatest, least, any_two = (of(ordered).any(axis=1) for of in (greatest_tied, least_tied, holds_ties))
        yield "tie", f"where the largest entry of a {what} of {evidence.name} is tied", greatest
        yield "tie", f"where the least entry of a {what} of {evidence.name} is tied", least
        yield "ties in part", f"where a {what} of {evidence.name} holds ties", any_two
    size = np.sort(np.abs(x), axis=1)
    if x.shape[1] > 1:
        yield "tie", f"where the largest size in {evidence.name} is tied", greatest_tied(size)
        yield "tie", f"where neighbours in {evidence.name} are tied", (np.diff(x, axis=1) == 0).any(axis=1)
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        values = evidence.values(place)
        if place != evidence.place and values.shape == x.shape:
            yield "ties in part", f"where {evidence.name} and {other.name} are equal", (values == x).any(axis=1)

"""From raw numbers to a case: brought into each domain and dtype, and written out, so that the case is the point."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.contract import Subject
from gradcheck.inputs.domains import fit, interval, settle
from gradcheck.inputs.given import written
from gradcheck.inputs.interface import Facts
from gradcheck.records.case import GIVEN, Case

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def facts_of(subject: Subject, sizes: Mapping[str, int], dtype: str) -> tuple[Facts, ...]:
    """What there is to know of each input at some sizes."""
    return tuple(
        Facts(input, input.filled(sizes), input.label_count(sizes), position, subject.critical, dtype)
        for position, input in enumerate(subject.inputs)
    )


def entries(facts: Sequence[Facts]) -> int:
    """How many numbers a point has."""
    return sum(math.prod(input.shape) for input in facts)


def written_case(subject: Subject, facts: Sequence[Facts], raw: Sequence[Array], seed: int = 0) -> Case:
    """The case whose point is nearest to raw real numbers.

    Parameters
    ----------
    subject : Subject
    facts : sequence of Facts
        One for each input.
    raw : sequence of ndarray
        Finite float64 values, shape ``facts[k].rows``.
    seed : int
        What the cotangents at the point are drawn from.
    """
    with np.errstate(all="ignore"):
        arrays = [settle(_placed(values, input), input) for values, input in zip(raw, facts, strict=True)]
    values = written(subject.inputs, arrays)
    return Case(subject.name, GIVEN, dtype=facts[0].dtype, seed=seed, values=values)


def _placed(values: Array, facts: Facts) -> Array:
    """Values that lie in the domain stay as they are; `fit` brings the others there."""
    if facts.domain in ("labels", "nonzero", "simplex"):
        return fit(values, facts)
    low, high = interval(facts.domain)
    return np.where((low < values) & (values < high), values, fit(values, facts))

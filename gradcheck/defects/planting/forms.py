"""Answers of the wrong form: few digits, NaN, another shape or type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.factors import one_entry
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import with_parts

Array = NDArray[Any]


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """Float32 rounding, NaN, an axis too many, integers, None."""
    yield Corruption("rounded to float32", partial(with_parts, subject, _rounded))
    yield Corruption("NaN in one entry", partial(one_entry, subject, 0, float("nan")))
    yield Corruption("an axis too many", partial(with_parts, subject, lambda parts, _: [p[None] for p in parts]))
    yield Corruption("integers", partial(with_parts, subject, lambda parts, _: [p.astype(int) for p in parts]))
    yield Corruption("None", partial(with_parts, subject, lambda parts, _: [None for _ in parts]))  # type: ignore[misc]


def _rounded(parts: list[Array], _: Sequence[Array]) -> list[Array]:
    return [part.astype(np.float32).astype(part.dtype) for part in parts]

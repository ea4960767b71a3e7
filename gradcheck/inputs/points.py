"""From a case to a point: the case alone decides every bit of the arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.domains import settle
from gradcheck.inputs.drawing import ordinary, seeded
from gradcheck.inputs.interface import Facts
from gradcheck.records.case import Case, Point
from gradcheck.records.dtypes import dtype_of
from gradcheck.records.input import Input
from gradcheck.text import printable, shorten

if TYPE_CHECKING:
    from gradcheck.records.case import Array

# Beyond it the strategies would multiply themselves to infinity, and infinities to NaN.
_GREATEST_SCALE = 1e300


def make_point(inputs: tuple[Input, ...], critical: tuple[float, ...], case: Case) -> Point | None:
    """The point that a case stands for.

    Parameters
    ----------
    inputs : tuple of Input
        The layer's, in the order of `forward`.
    critical : tuple of float
        The values at which the layer's formula changes.
    case : Case

    Returns
    -------
    Point or None
        One array for each input, in the case's dtype (labels: int64): finite and inside the input's domain. None
        where the strategy has nothing to say about any differentiable input.

    Raises
    ------
    UsageError
        When the strategy or the dtype is unknown, there is no label to draw, a domain holds no number of the dtype, or
        values given are not those of the inputs.
    """
    if case.values:
        from gradcheck.inputs.given import given, sizes_of  # with json: start-up

        arrays = given(inputs, case)
        return Point(replace(case, sizes=sizes_of(inputs, arrays)), arrays)
    strategy = STRATEGIES[case.strategy]
    facts = _facts(inputs, critical, case)
    rng = _generator(case)
    scale = min(case.scale, _GREATEST_SCALE)
    # Values may leave a smaller dtype on either side: `settle` brings them back.
    with np.errstate(all="ignore"):
        drawn = strategy.draw(facts, scale, rng)
        if drawn is None or _passes_over_gradients(facts, drawn):
            return None
        values = (ordinary(f, scale, rng) if v is None else v for f, v in zip(facts, drawn, strict=True))
        return Point(case, tuple(map(settle, values, facts)))


def written_point(inputs: tuple[Input, ...], critical: tuple[float, ...], case: Case) -> Point | None:
    """The point of a case that somebody wrote; as `make_point`.

    Raises
    ------
    UsageError
        As `make_point`, and where numpy or the memory has no room for such arrays.
    """
    try:
        return make_point(inputs, critical, case)
    except (ValueError, OverflowError, MemoryError) as cause:
        raise UsageError(f"no point can be made of {printable(shorten(case.id))!r}: {printable(str(cause))}") from cause


def ordinary_arrays(
    inputs: tuple[Input, ...], critical: tuple[float, ...], case: Case, **changes: Any
) -> tuple[Array, ...] | None:
    """Ordinary arrays for a layer, of the sizes of a case; None where none can be drawn.

    Parameters
    ----------
    inputs, critical
        As for `make_point`.
    case : Case
    **changes
        Fields of the case that are others, such as `sizes`, or the `seed` for arrays that are not the case's own.
    """
    point = make_point(inputs, critical, case.redrawn(strategy="normal", scale=1.0, **changes))
    return None if point is None else point.arrays


def _facts(inputs: tuple[Input, ...], critical: tuple[float, ...], case: Case) -> tuple[Facts, ...]:
    dtype_of(case.dtype)  # refuses an unknown one
    sizes = dict(case.sizes)
    facts = tuple(
        Facts(one, one.filled(sizes), one.label_count(sizes), position, critical, case.dtype)
        for position, one in enumerate(inputs)
    )
    for one in facts:
        if one.domain == "labels" and one.classes < 1:
            raise UsageError(f"`classes` of input {printable(one.input.name)!r} must be at least 1, not {one.classes}")
    return facts


def _generator(case: Case) -> np.random.Generator:
    """Seeded by the case alone; the seed itself stands beside the identity, so that seeds are comparable."""
    unseeded = replace(case.anyhow, seed=0) if case.seed else case.anyhow
    return seeded(case.seed, crc32(unseeded.id.encode("utf-8", "surrogatepass")))


def _passes_over_gradients(facts: tuple[Facts, ...], drawn: tuple[Array | None, ...]) -> bool:
    claimed = [values for one, values in zip(facts, drawn, strict=True) if one.input.differentiable]
    return bool(claimed) and all(values is None for values in claimed)

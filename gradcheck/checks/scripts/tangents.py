"""The tangents that a script gives to `jvp` or `hvp`: one-hot ones of each input, then a random one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.checks.streams import Stream
from gradcheck.inputs.cotangents import one_hots
from gradcheck.inputs.drawing import short

Array = NDArray[Any]


def tangents(reproducer: Reproducer) -> Iterator[Lines]:
    """The line that makes `tangent`, for each tangent: an array where one input is differentiable, else a tuple."""
    for parts in parts_of_tangents(reproducer):
        yield [written(parts)]


def written(parts: list[Array]) -> str:
    """The line that makes `tangent` of its parts, one for each differentiable input."""
    texts = [literal(part) for part in parts]
    return f"tangent = {texts[0]}" if len(texts) == 1 else f"tangent = ({', '.join(texts)})"


def parts_of_tangents(reproducer: Reproducer) -> Iterator[list[Array]]:
    """The parts of each tangent: those that move the inputs of the finding come first."""
    moving = reproducer.subject.differentiable
    shapes = [reproducer.failure.arrays[k].shape for k in moving]
    for k in (*reproducer.places, *(k for k in moving if k not in reproducer.places)):
        for hot in one_hots(reproducer.failure.arrays[k].shape):
            yield [hot if j == k else np.zeros(shape) for j, shape in zip(moving, shapes, strict=True)]
    probe = reproducer.failure.probe
    drawn = probe.rng(Stream.TANGENT).standard_normal(sum(reproducer.failure.arrays[k].size for k in moving))
    ends = np.cumsum([reproducer.failure.arrays[k].size for k in moving])[:-1]
    for values in (short(drawn, 2), drawn):
        yield [part.reshape(shape) for part, shape in zip(np.split(values, ends), shapes, strict=True)]

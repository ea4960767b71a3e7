"""What `bprop` is given: cotangents of an output's shape that bring out different mistakes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.inputs.drawing import dealt, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.records.case import Array


def cotangents(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[tuple[str, Array], ...]:
    """Named cotangents of one shape.

    Parameters
    ----------
    shape : tuple of int
        The output's; ``()`` gives 0-d arrays.
    rng : numpy.random.Generator

    Returns
    -------
    tuple of (str, ndarray)
        Fresh float64 arrays, in a fixed order.
    """
    size = math.prod(shape)

    def normal(scale: float = 1.0) -> Array:
        return short(rng.standard_normal(size) * scale)

    half = dealt((1, size), 2, rng)[0]
    named = (
        ("ones", np.ones(size)),
        ("normal", normal()),
        ("normal_again", normal()),
        ("negative", -np.abs(normal())),
        ("alternating", 1.0 - 2.0 * (np.arange(size) % 2)),
        ("sparse", np.where(half == 0, 0.0, normal())),
        ("pair", np.where(np.isin(np.arange(size), rng.permutation(size)[:2]), normal(), 0.0)),
        ("mixed", short(rng.standard_normal(size) * 10.0 ** rng.uniform(-5, 2, size))),
        ("huge", normal(1e6)),
        ("tiny", normal(1e-6)),
        ("enormous", normal(1e12)),
        ("minute", normal(1e-12)),
        ("zero", np.zeros(size)),
    )
    return tuple((name, values.reshape(shape)) for name, values in named)


def one_hots(shape: tuple[int, ...]) -> Iterator[Array]:
    """Each float64 cotangent that is 1 in one entry and 0 elsewhere, in C order of the entries; fresh arrays."""
    for entry in range(math.prod(shape)):
        v = np.zeros(shape)
        v.flat[entry] = 1.0
        yield v

"""`bprop` of a cotangent beside the sum of what it gives for the entries of that cotangent."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.scripts.comparing import TIGHTNESS, conclusion, relative
from gradcheck.checks.scripts.contract import show_contract
from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.purity import show_purity
from gradcheck.checks.scripts.scene import Lines, Scene
from gradcheck.checks.streams import Stream
from gradcheck.inputs.cotangents import cotangents, one_hots

Array = NDArray[Any]


def show_linearity(scene: Scene) -> Iterator[Lines]:
    """Lines for simple cotangents first, then for those of the check."""
    if scene.breaks_contract:
        yield from show_contract(scene)
    for tightness, v, answer in itertools.product(TIGHTNESS, _cotangents(scene), scene.answers("bprop")):
        yield [
            *scene.given(),
            f"v = {literal(v)}",
            f"whole = {answer(scene.call('bprop'))}",
            "parts, size = 0 * whole, 0",
            "for i in np.ndindex(v.shape):",
            "    one = np.zeros(v.shape)",
            "    one[i] = 1",
            f"    part = {answer(scene.call('bprop', 'one'))}",
            "    parts, size = parts + v[i] * part, size + abs(v[i]) * np.max(np.abs(part))",
            *conclusion("whole", "parts", relative(tightness, "size")),
        ]
    yield from show_purity(scene)


def _cotangents(scene: Scene) -> list[Array]:
    shape = scene.failure.probe.y.shape
    plain = [factor * np.ones(shape) for factor in (1.0, 0.0, -1.0, 1e6, 1e-6)]
    single = [factor * hot for factor in (2.0, -1.0, 1e6, 1e-6) for hot in one_hots(shape)]
    return [*plain, *single, *(v for _, v in cotangents(shape, scene.failure.probe.rng(Stream.COTANGENTS)))]

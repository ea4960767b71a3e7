"""`bprop` beside v . `jacobian`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradcheck.checks.scripts.comparing import between, conclusion
from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.scene import Lines, Scene
from gradcheck.inputs.cotangents import one_hots

PRODUCT = 64.0  # roundings of the largest entry that a tolerance leaves to the sums of v . J


def show_agreement(scene: Scene) -> Iterator[Lines]:
    """Lines for every one-hot cotangent, in the point's own digits and in more of them."""
    shape = scene.failure.probe.y.shape
    for seen in ([], *scene.seen("bprop")):
        for v, dtype in itertools.product([*one_hots(shape), np.ones(shape)], ("", "np.longdouble")):
            yield from _lines(scene, literal(v), dtype, seen)


def _lines(scene: Scene, v: str, dtype: str, seen: Lines) -> Iterator[Lines]:
    (place, *_) = scene.places
    lines = [
        *scene.given(),
        f"v = {v}",
        *scene.cast(dtype),
        *seen,
        f"gradient = {scene.part(scene.call('bprop'), place)}",
        f"product = np.tensordot(v, {scene.part(scene.call('jacobian'), place)}, v.ndim)",
    ]
    space, raised = scene.run(lines)
    tolerance = None if raised else _tolerance(space["gradient"], space["product"])
    if tolerance is not None:
        yield [*lines, *conclusion("gradient", "product", f"rtol=0, atol={tolerance!r}")]


def _tolerance(gradient: Any, product: Any) -> float | None:
    with np.errstate(all="ignore"):
        size = np.max(np.abs(np.nan_to_num(product, posinf=0, neginf=0)), initial=0)
        error = np.max(np.nan_to_num(np.abs(np.subtract(gradient, product)), nan=np.inf), initial=0)
    return between(PRODUCT * float(np.finfo(np.result_type(product)).eps * size), float(error))

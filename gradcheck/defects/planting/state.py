"""An answer that depends on earlier calls, or a call that spoils what it was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import METHODS, Spoiled, arrays_of, packed, with_parts

Array = NDArray[Any]


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The inputs of the call before, a sum over calls, one array for all answers, inputs or v changed in place."""
    for name, spoil in (
        ("stale: inputs of the last call", stale),
        ("adds to its last answer", accumulating),
        ("reuses the array it returned", reusing),
        ("changes an input in place", changing_input),
    ):
        yield Corruption(name, partial(spoil, subject))
    if subject.has_bprop:
        yield Corruption("changes v in place", partial(changing_v, subject))


def stale(subject: Subject) -> Spoiled:
    """Each method answers for the inputs that it was given last time, if those had the same shapes."""
    layer, kept = subject.layer, dict[str, list[Array]]()

    def before(method: str, arrays: Sequence[Array]) -> list[Array]:
        last, kept[method] = kept.get(method, []), [np.array(a) for a in arrays]
        return last if [np.shape(a) for a in last] == [np.shape(a) for a in arrays] else kept[method]

    return Spoiled(
        layer,
        bprop=lambda v, *arrays: layer.bprop(v, *before("bprop", arrays)),
        jacobian=lambda *arrays: layer.jacobian(*before("jacobian", arrays)),
    )


def accumulating(subject: Subject) -> Spoiled:
    """Each method adds to what it returned last, if that has the same shapes."""
    layer, sums = subject.layer, dict[str, list[Array]]()

    def added(method: str, raw: Any) -> Any:
        parts, total = arrays_of(raw), sums.get(method, [])
        if [p.shape for p in parts] == [p.shape for p in total]:
            parts = [p + t for p, t in zip(parts, total, strict=True)]
        sums[method] = parts
        return packed([np.array(p) for p in parts])

    return Spoiled(
        layer,
        bprop=lambda v, *arrays: added("bprop", layer.bprop(v, *arrays)),
        jacobian=lambda *arrays: added("jacobian", layer.jacobian(*arrays)),
    )


def reusing(subject: Subject) -> Spoiled:
    """The methods write their answers into arrays that they returned before, where those have the same shapes."""
    pool: dict[Any, Array] = {}

    def change(parts: list[Array], _: Sequence[Array]) -> list[Array]:
        kept = []
        for k, part in enumerate(parts):
            array = pool.setdefault((k, part.shape, part.dtype), np.empty_like(part))
            array[...] = part
            kept.append(array)
        return kept

    return with_parts(subject, change)


def changing_input(subject: Subject) -> Spoiled:
    """The methods double the first differentiable input that they are given, and leave it so."""

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        array = arrays[subject.differentiable[0]]
        parts = [np.array(p) for p in parts]  # one may be a view of the input
        array += array + 1
        return parts

    return with_parts(subject, change, METHODS)


def changing_v(subject: Subject) -> Spoiled:
    """`bprop` doubles the cotangent that it is given, and leaves it so."""
    layer = subject.layer

    def bprop(v: Array, *arrays: Array) -> Any:
        parts = [np.array(p) for p in arrays_of(layer.bprop(v, *arrays))]
        v += v + 1
        return packed(parts)

    return Spoiled(layer, bprop=bprop)

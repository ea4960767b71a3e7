"""The gradient of what a batch shares, such as weights, is not the sum over the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.corruption import Corrupted, arrays_of, packed
from gradcheck.defects.family import Corruption, Family

Array = NDArray[Any]
Weigh: TypeAlias = Callable[[int], Array]
AXIS = "batch"


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The mean or the last item in place of the sum; where one input has the batch axis first and another has none."""
    batched = [k for k, one in enumerate(subject.inputs) if one.shape[:1] == (AXIS,)]
    shared = [k for k in subject.differentiable if AXIS not in subject.inputs[k].shape]
    if batched and shared:
        for name, weigh, kind in (("mean", _mean, "factor"), ("last item", _last, "zero")):
            corrupt = partial(shared_by, subject, batched[0], frozenset(shared), weigh)
            yield Corruption(f"batch: {name}, not the sum", corrupt, (kind,))


def shared_by(subject: Subject, batched: int, shared: frozenset[int], weigh: Weigh) -> Corrupted:
    """A layer with other weights for the items of the batch in the gradients of what they share.

    Parameters
    ----------
    subject : Subject
    batched : int
        Position of an input whose first axis is the batch.
    shared : frozenset of int
        Positions of the inputs without that axis.
    weigh : callable
        From the batch's size to the weight of each item.
    """
    layer = subject.layer

    def bprop(v: Array, *arrays: Array) -> Any:
        right = arrays_of(layer.bprop(v, *arrays))
        wrong = arrays_of(layer.bprop(_weighted(np.asarray(v), len(arrays[batched]), weigh), *arrays))
        return packed(_chosen(right, wrong))

    def jacobian(*arrays: Array) -> Any:
        right = arrays_of(layer.jacobian(*arrays))
        return packed(_chosen(right, [_weighted(part, len(arrays[batched]), weigh) for part in right]))

    def _chosen(right: Sequence[Array], wrong: Sequence[Array]) -> list[Array]:
        places = subject.differentiable
        return [w if k in shared else r for k, r, w in zip(places, right, wrong, strict=True)]

    return Corrupted(layer, bprop=bprop, jacobian=jacobian)


def _weighted(array: Array, size: int, weigh: Weigh) -> Array:
    """An array whose first axis is the batch, weighted along it; any other as it is, as a mean over the batch is."""
    if array.ndim == 0 or len(array) != size:
        return array
    weighted: Array = array * weigh(size).astype(array.dtype).reshape(-1, *[1] * (array.ndim - 1))
    return weighted


def _mean(size: int) -> Array:
    return np.full(size, 1 / size)


def _last(size: int) -> Array:
    weights: Array = np.eye(size)[-1]
    return weights


FAMILY = Family("batches", corruptions)

"""What a call of torch's returned: which tensors of it have derivatives, and all of these as one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[Any]


def parts_of(raw: Any) -> list[Any]:
    """The tensors that a call returned: alone, or in tuples, lists and mappings."""
    if isinstance(raw, torch.Tensor):
        return [raw]
    parts = raw.values() if isinstance(raw, Mapping) else raw if isinstance(raw, (tuple, list)) else ()
    return [tensor for part in parts for tensor in parts_of(part)]


def floating(outputs: Sequence[Any]) -> list[Any]:
    """The outputs of floating numbers.

    Raises
    ------
    TypeError
        When there are none.
    """
    found = [y for y in outputs if y.is_floating_point()]
    if not found:
        raise TypeError("what was returned must hold a tensor of floating numbers")
    return found


def joined(outputs: Sequence[Array]) -> Array:
    """One output as it is; several as one vector, the entries of the first before those of the second."""
    return outputs[0] if len(outputs) == 1 else np.concatenate([y.reshape(-1) for y in outputs])


def split(v: Any, outputs: Sequence[Any]) -> list[Any]:
    """A cotangent of all outputs as one for each, of its shape and dtype; strides are kept."""
    if len(outputs) == 1:
        return [v.to(outputs[0].dtype).reshape(outputs[0].shape)]
    return [part[0].reshape(y.shape) for part, y in zip(split_all(v[None], outputs), outputs, strict=True)]


def split_all(vs: Any, outputs: Sequence[Any]) -> list[Any]:
    """Cotangents of all outputs, shape (p, ...), as those of each output, of its dtype: shape (p, size) each."""
    flat, ends = vs.reshape(len(vs), -1), accumulate((y.numel() for y in outputs), initial=0)
    return [flat[:, a:b].to(y.dtype) for (a, b), y in zip(pairwise(ends), outputs, strict=True)]

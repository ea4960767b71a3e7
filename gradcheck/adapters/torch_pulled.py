"""The way back through a call of torch's: gradients for one cotangent, and for many by one graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gradcheck.adapters.torch_many import pulled_at_once, pulled_in_turn
from gradcheck.adapters.torch_outputs import split, split_all
from gradcheck.adapters.torch_values import array_of

Array = NDArray[Any]
SAME = 256.0  # roundings of the largest entry, by which sums in another order may differ


def pulled(leaves: list[Any], outputs: list[Any], v: Any) -> tuple[Array, ...]:
    """The gradients for a cotangent of all outputs; 0 where none flows."""
    flowing = [(y, part) for y, part in zip(outputs, split(v, outputs), strict=True) if y.requires_grad]
    if not flowing:
        return tuple(array_of(torch.zeros_like(leaf)) for leaf in leaves)
    ends, parts = zip(*flowing, strict=True)
    found = torch.autograd.grad(ends, leaves, parts, allow_unused=True)
    return tuple(array_of(torch.zeros_like(x) if g is None else g) for g, x in zip(found, leaves, strict=True))


def pulled_together(leaves: list[Any], outputs: list[Any], vs: Any, known: dict[str, Any]) -> tuple[Array, ...] | None:
    """The same for p cotangents by one graph, shape (p, ...) each; None where there is no such way."""
    if not all(y.requires_grad for y in outputs):
        return None
    parts = [part.reshape(len(vs), *y.shape) for part, y in zip(split_all(vs, outputs), outputs, strict=True)]
    found = pulled_at_once(outputs, leaves, parts) if known.get("at once", True) else None
    known["at once"] = found is not None
    found = pulled_in_turn(outputs, leaves, parts) if found is None else found
    if found is None:
        return None
    return tuple(
        np.zeros((len(vs), *x.shape)) if g is None else array_of(g) for g, x in zip(found, leaves, strict=True)
    )


def close(a: Array, b: Array) -> bool:
    """Whether two gradients differ by no more than the order of their sums."""
    size = np.max(np.abs(b), initial=0, where=np.isfinite(b))
    return bool(np.allclose(a, b, rtol=0, atol=SAME * np.finfo(b.dtype).eps * size, equal_nan=True))

"""The derivative of a gradient: autograd's way back through its own way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from gradcheck.adapters.torch_outputs import split

ONCE = torch.autograd.function.once_differentiable(lambda: None).__code__  # of what that decorator makes


def is_once(backward: Any) -> bool:
    """Whether a backward is marked as one that cannot be differentiated."""
    return getattr(backward, "__code__", None) is ONCE


def pulled_twice(leaves: Sequence[Any], outputs: list[Any], v: Any, us: Sequence[Any]) -> tuple[Any, ...]:
    """The gradients of u . (the gradients for v) with respect to v and to the leaves; zeros where none flows.

    Parameters
    ----------
    leaves : sequence of tensor
        The differentiable inputs of a call.
    outputs : list of tensor
        What it returned.
    v : tensor
        A cotangent of the outputs that requires gradients.
    us : sequence of tensor
        One for each leaf.
    """
    found = torch.autograd.grad(outputs, leaves, split(v, outputs), allow_unused=True, create_graph=True)
    terms = [(g * u).sum() for g, u in zip(found, us, strict=True) if g is not None and g.requires_grad]
    wanted = (v, *leaves)
    if not terms:
        return tuple(torch.zeros_like(x) for x in wanted)
    second = torch.autograd.grad(sum(terms), wanted, allow_unused=True)
    return tuple(torch.zeros_like(x) if g is None else g for g, x in zip(second, wanted, strict=True))

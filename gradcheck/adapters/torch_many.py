"""Many calls of a torch layer in one: for stacked inputs, and for many cotangents of one call."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

Function = Callable[..., Sequence[Any]]


def mapped(call: Function, stacks: Sequence[Any]) -> tuple[Any, ...] | None:
    """Outputs for stacks of inputs by `torch.vmap`; None where the call cannot be mapped.

    Parameters
    ----------
    call : callable
        Takes one tensor for each stack, returns tensors.
    stacks : sequence of tensor
        Each with a leading axis of independent rows.
    """
    stacks = [stack.clone() for stack in stacks]  # what is tried may spoil them
    with torch.no_grad(), _quiet():
        try:
            return tuple(torch.vmap(lambda *row: tuple(call(*row)), randomness="same")(*stacks))
        except Exception:  # noqa: BLE001 - what is written for single rows may raise anything
            return None


def looped(call: Function, stacks: Sequence[Any]) -> tuple[Any, ...]:
    """The same by one call after the other."""
    with torch.no_grad():
        found = [call(*row) for row in zip(*(stack.unbind(0) for stack in stacks), strict=True)]
    return tuple(torch.stack(list(outputs)) for outputs in zip(*found, strict=True))


def pulled_at_once(ends: Sequence[Any], leaves: Sequence[Any], parts: Sequence[Any]) -> tuple[Any, ...] | None:
    """Gradients for stacks of cotangents, one for each end, in one pass backwards; None where that cannot be done.

    What goes backwards may be the user's own code, and written for one cotangent: what comes of it is to be confirmed.
    """
    with _quiet():
        try:
            found = torch.autograd.grad(
                ends, leaves, parts, allow_unused=True, retain_graph=True, is_grads_batched=True
            )
            return tuple(found)
        except Exception:  # noqa: BLE001 - see above
            return None


def pulled_in_turn(ends: Sequence[Any], leaves: Sequence[Any], parts: Sequence[Any]) -> tuple[Any, ...] | None:
    """The same by one pass after the other through one graph; None where it can be gone through only once."""
    found = []
    try:
        for row in zip(*(part.unbind(0) for part in parts), strict=True):
            gradients = torch.autograd.grad(ends, leaves, row, allow_unused=True, retain_graph=True)
            found.append([torch.zeros_like(x) if g is None else g for g, x in zip(gradients, leaves, strict=True)])
    except Exception:  # noqa: BLE001 - see above
        return None
    return tuple(torch.stack(list(rows)) for rows in zip(*found, strict=True))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch has to say of the speed of its batching."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

"""numpy's arrays as tensors and back: digits, strides and, where it can be had, memory stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gradcheck.records.dtypes import BFLOAT16

Array = NDArray[Any]
SEED = 0  # any number that is always the same


def tensor_of(array: Array, device: Any = "cpu") -> Any:
    """The tensor of an array: in its memory where torch can write there, else in a copy with the same strides.

    Parameters
    ----------
    array : ndarray
        Reversed views are copied whole: torch knows no negative strides.
    device : torch.device or str

    Raises
    ------
    TypeError
        For numbers longer than float64.
    """
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        raise TypeError("torch has no numbers longer than float64")
    if any(step < 0 or step % array.itemsize for step in array.strides):
        array = np.array(array)
    elif not array.flags.writeable:
        array = _writable(array)
    if array.dtype.kind == "V" and array.dtype.name == BFLOAT16:
        tensor = torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    else:
        tensor = torch.from_numpy(array)
    return tensor if torch.device(device).type == "cpu" else _on(tensor, device)


def array_of(tensor: Any) -> Array:
    """The array of a tensor, in its memory where numpy can read there; bfloat16 as float32, which holds it."""
    plain = tensor.detach()
    plain = plain.to_dense() if plain.layout is not torch.strided else plain
    plain = plain.float() if plain.dtype is torch.bfloat16 else plain
    found: Array = plain.cpu().resolve_conj().resolve_neg().numpy()
    return found


def like(tensor: Any) -> Any:
    """A tensor with the same numbers and strides in memory of its own, through which gradients flow back."""
    if any(step == 0 and length > 1 for step, length in zip(tensor.stride(), tensor.shape, strict=True)):
        return tensor.clone()
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=tensor.device).copy_(tensor)


@contextmanager
def seeded(devices: Sequence[Any] = ()) -> Iterator[None]:
    """Torch's random numbers begin anew inside, and go on afterwards as if nothing had been drawn.

    Parameters
    ----------
    devices : sequence of torch.device
        Beside the CPU.
    """
    generators = _generators(devices)
    states = [generator.get_state() for generator in generators]
    try:
        reseed(devices)
        yield
    finally:
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)


def reseed(devices: Sequence[Any] = ()) -> None:
    """Begin the random numbers anew once more."""
    for generator in _generators(devices):
        generator.manual_seed(SEED)


def _generators(devices: Sequence[Any]) -> list[Any]:
    return [torch.default_generator, *(torch.cuda.default_generators[d.index or 0] for d in devices)]


def _writable(array: Array) -> Array:
    """A copy that lies in memory as the array does, what is between its entries included."""
    if not array.size:
        return np.array(array)
    steps = [step // array.itemsize for step in array.strides]
    span = 1 + sum((length - 1) * step for length, step in zip(array.shape, steps, strict=True))
    memory = np.lib.stride_tricks.as_strided(array, (span,), (array.itemsize,)).copy()
    return np.lib.stride_tricks.as_strided(memory, array.shape, array.strides)


def _on(tensor: Any, device: Any) -> Any:
    """A tensor with the same numbers and strides on a device; what is expanded is so there too."""
    small = tensor[tuple(slice(0, 1) if step == 0 else slice(None) for step in tensor.stride())]
    return like(small).to(device).expand(tensor.shape) if small.shape != tensor.shape else _moved(tensor, device)


def _moved(tensor: Any, device: Any) -> Any:
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=device).copy_(tensor)

"""Layers with several outputs: one array of them all, end to end, is what is differentiated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.declared import assumed_of
from gradcheck.errors import LoadError
from gradcheck.records.dtypes import is_floating
from gradcheck.text import printable


def joined(layer: Any, inputs: Any, name: str) -> Any:
    """A layer with one output, a vector, in place of one that declares `outputs`.

    Parameters
    ----------
    layer : object
        Keeps the contract but for what `forward` returns: a tuple of as many arrays as `outputs` has names, or a
        dictionary of them; `bprop` is given a tuple, or a dictionary, of cotangents in its place. An output of whole
        numbers has zeros for its cotangent.
    inputs : tuple of Input
    name : str

    Raises
    ------
    LoadError
        When `outputs` are no names, or there is no `bprop`.
    """
    outputs = layer.outputs
    if not all(isinstance(output, str) for output in outputs):
        raise LoadError(f"`outputs` of {name} must hold names such as ('y', 'mask'), not {printable(repr(outputs))}")
    if not callable(getattr(layer, "bprop", None)):
        raise LoadError(f"{name} has several outputs and needs `bprop(v, *inputs)`, with a cotangent for each in v")
    several = _Several(layer, tuple(outputs))
    whole = Adapted(
        layer,
        inputs,
        forward=(several.forward, layer.forward),
        bprop=(several.bprop, layer.bprop),
        output_parts=(several.output_parts, None),
    )
    whole.assumed = assumed_of(layer, name)
    return whole


@dataclass(frozen=True, eq=False)
class _Several:
    layer: Any
    names: tuple[str, ...]

    def forward(self, *arrays: Any) -> Any:
        """The floating outputs, end to end."""
        floating = [part for part in self._parts(self.layer.forward(*arrays)) if is_floating(part.dtype)]
        return np.concatenate([part.reshape(-1) for part in floating])

    def output_parts(self, *arrays: Any) -> list[tuple[str, tuple[int, ...]]]:
        """The names and shapes of the floating outputs."""
        parts = zip(self.names, self._parts(self.layer.forward(*arrays)), strict=True)
        return [(name, part.shape) for name, part in parts if is_floating(part.dtype)]

    def bprop(self, v: Any, *arrays: Any) -> Any:
        """What `bprop` returns for the parts of v; the outputs' shapes are those of another `forward`."""
        returned = self.layer.forward(*[np.array(array) for array in arrays])
        cotangents, start = [], 0
        for part in self._parts(returned):
            size = part.size if is_floating(part.dtype) else 0
            own = v[start : start + size].reshape(part.shape) if size else np.zeros(part.shape, v.dtype)
            cotangents.append(own)
            start += size
        named = isinstance(returned, Mapping)
        return self.layer.bprop(dict(zip(self.names, cotangents, strict=True)) if named else tuple(cotangents), *arrays)

    def _parts(self, returned: Any) -> Sequence[Any]:
        """The outputs as arrays, in the order of their names."""
        known = ", ".join(self.names)
        if isinstance(returned, Mapping) and set(returned) == set(self.names):
            return [np.asarray(returned[name]) for name in self.names]
        if isinstance(returned, (tuple, list)) and len(returned) == len(self.names):
            return [np.asarray(part) for part in returned]
        came = f"{len(returned)} parts" if isinstance(returned, (tuple, list, Mapping)) else type(returned).__name__
        raise TypeError(f"`forward` must return the outputs that are declared ({known}), not {came}")

"""Layers of complex numbers as layers of pairs: a real axis of length 2, for the real and the imaginary part, is added.

z = a + ib is (a, b), and the layer is the map of these from R^2n to R^2m with a real Jacobian J, holomorphic or not. A
tangent goes forwards as it is: `jvp` is J . t of pairs. Cotangents follow one of two conventions:

- ``"torch"``: g = dL/da + i dL/db for a real L, and v likewise, so that the pairs of g are v . J of the pairs of v;
- ``"jax"``: g = dL/da - i dL/db, and v likewise: both are the conjugates of those above.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.adapted import Adapted
from gradcheck.errors import LoadError, nearest
from gradcheck.records.input import COMPLEX, CONVENTIONS, Input
from gradcheck.text import printable

Array = NDArray[Any]


def paired(layer: Any, inputs: tuple[Input, ...], name: str) -> Adapted:
    """The layer of pairs.

    Parameters
    ----------
    layer : object
        Keeps the contract with complex arrays; its `convention`, ``"torch"`` where there is none, is that of what
        `bprop` is given and gives.
    inputs : tuple of Input
    name : str

    Raises
    ------
    LoadError
        When there is no such convention, or no `bprop`.
    """
    convention = getattr(layer, "convention", CONVENTIONS[0])
    if convention not in CONVENTIONS:
        said = printable(str(convention))
        near = nearest(said, CONVENTIONS)
        raise LoadError(f"`convention` of {name} must be one of {', '.join(CONVENTIONS)}, not {said!r}{near}")
    if not callable(getattr(layer, "bprop", None)):
        raise LoadError(f"{name} has complex numbers and needs `bprop(v, *inputs)`: write one, by its `convention`")
    pairs = _Pairs(layer, inputs, conjugate=convention == "jax")
    methods: dict[str, Any] = {"forward": (pairs.forward, layer.forward), "bprop": (pairs.bprop, layer.bprop)}
    if callable(getattr(layer, "jvp", None)):
        methods["jvp"] = (pairs.jvp, layer.jvp)
    return Adapted(layer, tuple(_as_pair(one) for one in inputs), **methods)


@dataclass(frozen=True, eq=False)
class _Pairs:
    layer: Any
    inputs: tuple[Input, ...]
    conjugate: bool
    _known: dict[str, bool] = field(default_factory=dict, init=False)

    def forward(self, *arrays: Array) -> Any:
        """The output, in pairs where it is complex."""
        y = self.layer.forward(*self._given(arrays))
        self._known["complex"] = np.iscomplexobj(y)
        return _split(y)

    def bprop(self, v: Array, *arrays: Array) -> Any:
        """The gradients, in pairs for complex inputs."""
        if "complex" not in self._known:
            self.forward(*(np.array(array) for array in arrays))
        cotangent = self._turned(_join(v)) if self._known["complex"] else v
        answer = self.layer.bprop(cotangent, *self._given(arrays))
        moving = [one for one in self.inputs if one.differentiable]
        if len(moving) == 1:
            return self._told(answer, moving[0])
        if isinstance(answer, (tuple, list)) and len(answer) == len(moving):
            return tuple(self._told(part, one) for part, one in zip(answer, moving, strict=True))
        return answer

    def jvp(self, t: Any, *arrays: Array) -> Any:
        """The change of the output along pairs of tangents."""
        moving = [one for one in self.inputs if one.differentiable]
        parts = [_join(part) if one.domain == COMPLEX else part for part, one in zip(_parts(t), moving, strict=True)]
        return _split(self.layer.jvp(parts[0] if len(parts) == 1 else tuple(parts), *self._given(arrays)))

    def _given(self, arrays: tuple[Array, ...]) -> list[Array]:
        return [_join(a) if one.domain == COMPLEX else a for a, one in zip(arrays, self.inputs, strict=True)]

    def _told(self, gradient: Any, input: Input) -> Any:
        """A gradient in pairs; that of a complex input which is real has no imaginary part."""
        if input.domain != COMPLEX or not isinstance(gradient, (np.ndarray, np.generic)):
            return gradient
        return _split(self._turned(np.asarray(gradient) + 0j))

    def _turned(self, array: Any) -> Any:
        return np.conj(array) if self.conjugate else array


def _as_pair(input: Input) -> Input:
    return replace(input, shape=(*input.shape, 2), domain="real") if input.domain == COMPLEX else input


def _parts(t: Any) -> tuple[Any, ...]:
    return t if isinstance(t, tuple) else (t,)


def _join(pairs: Array) -> Array:
    whole: Array = pairs[..., 0] + 1j * pairs[..., 1]
    return whole


def _split(array: Any) -> Any:
    return np.stack([np.real(array), np.imag(array)], axis=-1) if np.iscomplexobj(array) else array

"""What a layer returned, read as the contract says; what does not fit is a breach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject
from gradcheck.records.dtypes import is_floating, widened
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.text import printable, shorten

Array = NDArray[Any]


def output_of(subject: Subject, arrays: Sequence[Array]) -> Array:
    """The output of `forward` as a fresh floating array.

    Raises
    ------
    Breach
        When `forward` raises, or returns anything but an array of real floating numbers.
    """
    return read_output(subject.forward(arrays))


def read_output(raw: Any) -> Array:
    """What `forward` returned, as a fresh floating array.

    Raises
    ------
    Breach
        When it is anything but an array of real floating numbers.
    """
    if isinstance(raw, tuple) and len(raw) > 1:
        raise Breach(Fault.of(FaultKind.NO_ARRAY, "forward", found=_type(raw), holds=_held(raw)))
    return np.array(_floating(raw, "forward"))


def _held(parts: tuple[Any, ...]) -> str:
    """What a tuple holds: a value and its ``"gradient"``, several ``"outputs"``, or an output and its ``"cache"``."""
    numbers = [isinstance(part, (float, np.generic, np.ndarray)) and np.asarray(part).dtype != bool for part in parts]
    if len(parts) == 2 and numbers[0] and np.ndim(parts[0]) == 0 and not (numbers[1] and np.ndim(parts[1]) == 0):
        return "gradient"
    return "outputs" if all(numbers) else "cache"


def gradients_of(subject: Subject, v: Array, arrays: Sequence[Array]) -> list[Array]:
    """The gradients that `bprop` returns for the cotangent `v`, one for each differentiable input, of its shape.

    Raises
    ------
    Breach
        When `bprop` raises, or returns another number of gradients, another type or another shape.
    """
    return read_parts(subject, subject.bprop(v, arrays), "bprop", (), arrays)


def jacobians_of(subject: Subject, arrays: Sequence[Array], output: tuple[int, ...]) -> list[Array]:
    """The Jacobians that `jacobian` returns, one for each differentiable input, of shape `output` + the input's shape.

    Raises
    ------
    Breach
        As for `gradients_of`.
    """
    return read_parts(subject, subject.jacobian(arrays), "jacobian", output, arrays)


def change_of(subject: Subject, tangents: Sequence[Array], arrays: Sequence[Array], output: tuple[int, ...]) -> Array:
    """What `jvp` returns for tangents, one for each differentiable input: an array of the output's shape.

    Raises
    ------
    Breach
        When `jvp` raises, or returns another type or another shape.
    """
    array = np.array(_floating(subject.jvp(tangents, arrays), "jvp"))
    if array.shape != output:
        raise Breach(Fault.of(FaultKind.SHAPE, "jvp", found=array.shape, required=output))
    return array


def read_parts(subject: Subject, raw: Any, method: str, lead: tuple[int, ...], arrays: Sequence[Array]) -> list[Array]:
    """What a method returned, as fresh floating arrays, one for each differentiable input.

    Parameters and what is raised are those of `returned_parts`.
    """
    return [np.array(part) for part in returned_parts(subject, raw, method, lead, arrays)]


def returned_parts(
    subject: Subject, raw: Any, method: str, lead: tuple[int, ...], arrays: Sequence[Array]
) -> list[Array]:
    """What a method returned, as floating arrays, one for each differentiable input; they may be the layer's own.

    Parameters
    ----------
    subject : Subject
    raw : object
    method : str
        Its name.
    lead : tuple of int
        What stands before the input's shape in the shape of each array.
    arrays : sequence of ndarray
        The inputs.

    Raises
    ------
    Breach
        When their number, a type or a shape is not the required one.
    """
    places, raw = subject.differentiable, _claimed(subject, raw)
    if len(places) == 1:
        raw = (raw,)
    elif not isinstance(raw, (tuple, list)):
        raise Breach(Fault.of(FaultKind.NO_TUPLE, method, found=_type(raw), required=len(places)))
    elif len(raw) != len(places):
        raise Breach(Fault.of(FaultKind.COUNT, method, found=len(raw), required=len(places)))
    parts = []
    for place, one in zip(places, raw, strict=True):
        name = subject.inputs[place].name
        array = _floating(one, method, name)
        shape = lead + arrays[place].shape
        if array.shape != shape:
            raise Breach(Fault.of(FaultKind.SHAPE, method, input=name, found=array.shape, required=shape))
        parts.append(array)
    return parts


def _claimed(subject: Subject, raw: Any) -> Any:
    """An answer without what may stand around gradients: their names, in order, and None for inputs that have none."""
    if isinstance(raw, np.ndarray):
        return raw
    places, names = subject.differentiable, [one.name for one in subject.inputs]
    parts: list[Any] | None = None
    if isinstance(raw, Mapping) and list(raw) == [names[k] for k in places]:
        parts = list(raw.values())
    elif isinstance(raw, (tuple, list)) and [k for k, part in enumerate(raw) if part is not None] == list(places):
        parts = [part for part in raw if part is not None] if len(raw) == len(names) > len(places) else None
    if parts is None:
        return raw
    return parts[0] if len(parts) == 1 else tuple(parts)


def _floating(raw: Any, method: str, name: str = "") -> Array:
    number = isinstance(raw, float) or (isinstance(raw, np.generic) and is_floating(raw.dtype))
    if not number and not isinstance(raw, np.ndarray):
        raise Breach(Fault.of(FaultKind.NO_ARRAY, method, input=name, found=_type(raw)))
    array = np.asarray(raw)
    if not is_floating(array.dtype):
        raise Breach(Fault.of(FaultKind.DTYPE, method, input=name, dtype=printable(str(array.dtype))))
    return widened(array)


def _type(raw: Any) -> str | None:
    """The name of a type; None for that of None."""
    if raw is None:
        return None
    from gradcheck.adapters.blame import LONGEST_NAME  # only for failures: start-up

    return printable(shorten(type(raw).__name__, LONGEST_NAME))

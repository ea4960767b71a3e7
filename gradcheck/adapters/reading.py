"""What a layer returned, read as the contract says; what does not fit is a breach, said in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.errors import CallError
from gradcheck.records.dtypes import is_floating, widened
from gradcheck.records.finding import Verdict
from gradcheck.text import printable, shorten

Array = NDArray[Any]
Value = TypeVar("Value")


class Breach(Exception):
    """Something that does not keep the layer contract.

    Attributes
    ----------
    verdict : Verdict
        FAIL; ERROR where `forward` itself raised.
    input : str
        The input concerned, if it is one.
    """

    def __init__(self, sentence: str, *, verdict: Verdict = Verdict.FAIL, input: str = "") -> None:
        super().__init__(sentence)
        self.verdict = verdict
        self.input = input


def attempt(read: Callable[[], Value]) -> Value | Breach:
    """What `read` returns, or the breach that it raises."""
    try:
        return read()
    except Breach as breach:
        return breach


def output_of(subject: Subject, arrays: Sequence[Array]) -> Array:
    """The output of `forward` as a fresh floating array.

    Raises
    ------
    Breach
        When `forward` raises, or returns anything but an array of real floating numbers.
    """
    try:
        raw = subject.forward(arrays)
    except CallError as error:
        raise Breach(str(error), verdict=Verdict.ERROR) from None
    return read_output(raw)


def read_output(raw: Any) -> Array:
    """What `forward` returned, as a fresh floating array.

    Raises
    ------
    Breach
        When it is anything but an array of real floating numbers.
    """
    return np.array(_floating(raw, "`forward` returned"))


def gradients_of(subject: Subject, v: Array, arrays: Sequence[Array]) -> list[Array]:
    """The gradients that `bprop` returns for the cotangent `v`, one for each differentiable input, of its shape.

    Raises
    ------
    Breach
        When `bprop` raises, or returns another number of gradients, another type or another shape.
    """
    try:
        raw = subject.bprop(v, arrays)
    except CallError as error:
        raise Breach(str(error)) from None
    return read_parts(subject, raw, "`bprop`", (), arrays)


def jacobians_of(subject: Subject, arrays: Sequence[Array], output: tuple[int, ...]) -> list[Array]:
    """The Jacobians that `jacobian` returns, one for each differentiable input, of shape `output` + the input's shape.

    Raises
    ------
    Breach
        As for `gradients_of`.
    """
    try:
        raw = subject.jacobian(arrays)
    except CallError as error:
        raise Breach(str(error)) from None
    return read_parts(subject, raw, "`jacobian`", output, arrays)


def parts_of(raw: Any) -> list[Any]:
    """An answer as a list of its parts: those of a tuple or a list, or the answer alone; nothing is looked at."""
    return list(raw) if isinstance(raw, (tuple, list)) else [raw]


def read_parts(subject: Subject, raw: Any, what: str, lead: tuple[int, ...], arrays: Sequence[Array]) -> list[Array]:
    """What a method returned, as fresh floating arrays, one for each differentiable input.

    Parameters
    ----------
    subject : Subject
    raw : object
    what : str
        The method's name, for messages.
    lead : tuple of int
        What stands before the input's shape in the shape of each array.
    arrays : sequence of ndarray
        The inputs.

    Raises
    ------
    Breach
        When their number, a type or a shape is not the required one.
    """
    places = subject.differentiable
    if len(places) == 1:
        raw = (raw,)
    elif not isinstance(raw, (tuple, list)):
        raise Breach(f"{what} returned {_described(raw)}; a tuple of {len(places)} gradients is required")
    elif len(raw) != len(places):
        required = f"{len(places)} are required, one for each differentiable input"
        raise Breach(f"{what} returned {len(raw)} gradients; {required}")
    parts = []
    for place, one in zip(places, raw, strict=True):
        name = subject.inputs[place].name
        array = _floating(one, f"{what} returned for {name}", name)
        shape = lead + arrays[place].shape
        if array.shape != shape:
            sentence = f"{what} returned for {name} an array of shape {array.shape}; {shape} is required"
            raise Breach(sentence, input=name)
        parts.append(np.array(array))
    return parts


def _floating(raw: Any, what: str, name: str = "") -> Array:
    number = isinstance(raw, float) or (isinstance(raw, np.generic) and is_floating(raw.dtype))
    if not number and not isinstance(raw, np.ndarray):
        raise Breach(f"{what} {_described(raw)}; an array of floating numbers is required", input=name)
    array = np.asarray(raw)
    if not is_floating(array.dtype):
        raise Breach(f"{what} an array of dtype {array.dtype}; a real floating dtype is required", input=name)
    return widened(array)


def _described(raw: Any) -> str:
    if raw is None:
        return "None"
    kind = printable(shorten(type(raw).__name__, 60))
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"

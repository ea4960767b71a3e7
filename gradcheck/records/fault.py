"""What is wrong, as data: programs read this, and people the sentence that is printed from it."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from gradcheck.frozen import dataclass

Value: TypeAlias = str | float | int | bool | tuple[str | int, ...] | None


class FaultKind(enum.Enum):
    """The ways to fail; the values are stable and stand in reports."""

    # an answer that does not keep the layer contract
    RAISED = "raised"
    NO_ARRAY = "no-array"
    NO_TUPLE = "no-tuple"
    COUNT = "count"
    DTYPE = "dtype"
    SHAPE = "shape"
    # a point that is none of the layer's
    EXCLUDED = "excluded"
    NO_TRUTH = "no-truth"
    # numbers that are none
    NAN_OUTPUT = "nan-output"
    OVERFLOW = "overflow"
    INFINITE = "infinite"
    BEYOND_CAST = "beyond-cast"
    NAN_DERIVATIVE = "nan-derivative"
    # a derivative beside another
    DIFFERS = "differs"
    UNCLEAR = "unclear"
    NO_DERIVATIVE = "no-derivative"
    NO_SUBGRADIENT = "no-subgradient"
    AT_RUN_TIME = "at-run-time"
    COMMON_FACTOR = "common-factor"
    # an output beside that of a reference
    VALUE = "value"
    VALUE_SHAPE = "value-shape"
    # what a method makes of its cotangent
    NOT_LINEAR = "not-linear"
    FAILS_FOR_V = "fails-for-v"
    # what calls leave behind
    IN_PLACE = "in-place"
    SHARED_ARRAY = "shared-array"
    OTHER_ANSWER = "other-answer"
    FIRST_CALL = "first-call"
    OVERWRITTEN = "overwritten"
    FAILS_AGAIN = "fails-again"
    # arrays laid out otherwise, and batches of other sizes
    LAYOUT = "layout"
    BATCH = "batch"
    ITEMS = "items"
    MAPPED = "mapped"
    # laws
    LAW = "law"
    LAW_SHAPES = "law-shapes"
    LAW_SIDES = "law-sides"
    LAW_FAILS = "law-fails"
    # what is no matter of a layer's derivatives
    INTERNAL = "internal"
    STATED = "stated"


# What a method raises or returns instead of what the layer contract asks for.
BREACHES = frozenset(
    {
        FaultKind.RAISED,
        FaultKind.NO_ARRAY,
        FaultKind.NO_TUPLE,
        FaultKind.COUNT,
        FaultKind.DTYPE,
        FaultKind.SHAPE,
    }
)

# What is wrong with an output, and so with `forward`.
OF_OUTPUTS = frozenset({FaultKind.NAN_OUTPUT, FaultKind.OVERFLOW, FaultKind.INFINITE, FaultKind.BEYOND_CAST})

# What tells one way to fail from another of the same kind: these details, of a number only whether it is finite.
_MARKS: Mapping[FaultKind, tuple[str, ...]] = {
    FaultKind.RAISED: ("exception",),
    FaultKind.NO_ARRAY: ("found",),
    FaultKind.NO_TUPLE: ("found",),
    FaultKind.DTYPE: ("dtype",),
    FaultKind.DIFFERS: ("analytic",),
    FaultKind.FAILS_FOR_V: ("v",),
    FaultKind.IN_PLACE: ("argument",),
    FaultKind.OTHER_ANSWER: ("after",),
    FaultKind.LAYOUT: ("error",),
    FaultKind.STATED: ("text",),
}


@dataclass(frozen=True)
class Fault:
    """One way in which a layer fails.

    Parameters
    ----------
    kind : FaultKind
    method : str
        The method concerned: ``"bprop"``, or that of a law; empty where it is none.
    input : str
        The name of the input concerned; empty where it is none.
    detail : tuple of (str, value)
        What the sentence needs besides, by name: numbers, texts and tuples of them.
    cause : Fault or None
        The fault that this one comes from, such as that of a call which is one of several.
    """

    kind: FaultKind
    method: str = ""
    input: str = ""
    detail: tuple[tuple[str, Value], ...] = ()
    cause: Fault | None = None

    @classmethod
    def of(
        cls, kind: FaultKind, method: str = "", *, input: str = "", cause: Fault | None = None, **detail: Value
    ) -> Fault:
        """A fault whose details are given by name."""
        return cls(kind, method, input, tuple(detail.items()), cause)

    def having(self, **detail: Value) -> Fault:
        """The same fault with more details."""
        return replace(self, detail=(*self.detail, *detail.items()))

    def __getitem__(self, name: str) -> Any:
        """A detail; None where there is none of that name."""
        return dict(self.detail).get(name)

    @property
    def chain(self) -> tuple[Fault, ...]:
        """The fault, the one it comes from, and so on."""
        return (self, *(self.cause.chain if self.cause else ()))

    @property
    def way(self) -> tuple[object, ...]:
        """What two faults have in common that show the same mistake at different points."""
        return (self.kind, self.method, *(_class(self[name]) for name in _MARKS.get(self.kind, ())))


def stated(sentence: str) -> Fault | None:
    """The fault of which only a sentence is known; None for an empty one."""
    return Fault.of(FaultKind.STATED, text=sentence) if sentence else None


def _class(value: Any) -> object:
    if isinstance(value, float):
        return "finite" if math.isfinite(value) else "nan" if math.isnan(value) else "infinite"
    return value

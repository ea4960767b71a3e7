"""What the arguments of an example say of the inputs of a layer."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from gradcheck.records.input import Input


def is_constant(value: Any) -> bool:
    """Whether an argument stays as it is: all but arrays of floating numbers and of labels."""
    if not hasattr(value, "shape") or not hasattr(value, "dtype"):
        return True
    return not ("float" in str(value.dtype) or is_labels(value))


def is_labels(value: Any) -> bool:
    """Whether an array holds whole numbers of which none is negative."""
    return "int" in str(value.dtype) and math.prod(value.shape) > 0 and int(value.min()) >= 0


def shown(input: Input, value: Any) -> Input:
    """The facts of an input whose array is this one."""
    shape = tuple(int(length) for length in value.shape)
    if "float" in str(value.dtype):
        return replace(input, shape=shape)
    classes = input.classes if isinstance(input.classes, int) else int(value.max()) + 1
    return replace(input, shape=shape, domain="labels", classes=classes, differentiable=False)

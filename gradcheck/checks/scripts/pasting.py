"""Arrays as Python that can be pasted: only numbers come into it, and names that are identifiers."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from gradcheck.inputs.given import written
from gradcheck.records.input import Input

Array = NDArray[Any]
TAKEN = """
np layer module spec sys importlib ml_dtypes v d i j k h y one now analytic numeric step rng slopes near slack gradient
product whole parts size part first kept again answers held seen plain other left right found batch items
tangent u change matrix many each
"""


def variables(inputs: Sequence[Input]) -> list[str]:
    """A variable for each input: its own name where Python takes that for one."""
    return _names(inputs, TAKEN.split())


def own_names(inputs: Sequence[Input]) -> list[str]:
    """The same where there are no variables but these and the cotangent."""
    return _names(inputs, ["np", "v"])


def _names(inputs: Sequence[Input], taken: Sequence[str]) -> list[str]:
    names = [one.name for one in inputs]
    fits = (_fits(name) and name not in taken for name in names)
    return [
        name if fitting else _other(f"x{k}", names) for k, (name, fitting) in enumerate(zip(names, fits, strict=True))
    ]


def literal(array: Array) -> str:
    """An array of the same dtype, shape and values: ``np.array([0, 2.5])``."""
    whole = array.size > 0 and array.dtype == int
    kind = "" if whole or array.dtype == float else f", dtype={str(array.dtype)!r}"
    if not array.size:
        return f"np.zeros({array.shape}{kind})"
    numbers = written([Input("", ("n",) * array.ndim)], [array]).removeprefix("=").replace(",", ", ")
    if array.dtype == float and not any(sign in numbers for sign in ".e"):
        end = len(numbers.rstrip("]"))
        numbers = f"{numbers[:end]}.{numbers[end:]}"  # or Python takes the array for one of integers
    return f"np.array({numbers}{kind})"


def _other(name: str, taken: Sequence[str]) -> str:
    """A name like this one that is not taken."""
    return _other(f"{name}_", taken) if name in taken else name


def _fits(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)

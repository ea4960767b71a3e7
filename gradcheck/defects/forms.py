"""Answers of the wrong form: few digits, NaN, another shape or type, an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import gradients_of, output_of
from gradcheck.checks.probe import Probe
from gradcheck.defects.corruption import with_parts
from gradcheck.defects.diagnosis import Diagnosis, fault_of
from gradcheck.defects.factors import one_entry
from gradcheck.defects.family import Corruption, Family
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

Array = NDArray[Any]
MOVE = 2.0**-20  # of an input, that stays in any domain but at its very edge
MISSING = "a `return` is missing"
UNDECLARED = "one without a gradient is declared `Input(name, shape, differentiable=False)`"
NO_EFFECT = f"give an array of zeros for an input that has no effect; {UNDECLARED}"
LEFT_OUT = "`forward` follows {0}, and the gradient of {0} is left out: `None` stands in its place; " + UNDECLARED
AS_ARRAY = "wrap what is returned in np.asarray"
OF_TENSORS = "return numpy's array of it, as `y.detach().numpy()` is"
TYPES = {
    None: MISSING,
    "list": AS_ARRAY,
    "Tensor": OF_TENSORS,
    "ArrayImpl": AS_ARRAY,
    "tuple": "for one differentiable input the array itself is returned, not a tuple of one",
}
OF_FORWARD = {
    None: MISSING,
    "list": AS_ARRAY,
    "int": AS_ARRAY + " of floats",
    "Tensor": OF_TENSORS,
    "ArrayImpl": AS_ARRAY,
    "dict": "name the outputs, `outputs = ('y', 'z')`: `bprop` is then given a dictionary of cotangents by these names",
    "tuple": "the array itself is returned, with no tuple around it",
}
OF_TUPLES = {
    "outputs": "name the outputs, `outputs = ('y', 'z')`: `bprop` is then given a tuple of cotangents; of one output "
    "and what `bprop` needs beside it, return the output and keep the rest on the layer",
    "gradient": "return the value alone, and the gradient from `jacobian`; a function f that returns both is checked "
    "by `gradcheck.value_and_grads(f)`",
    "cache": "return the output alone, and keep the cache on the layer; functions that hand a cache on are checked by "
    "`gradcheck.cached(forward, backward)`",
}
DTYPES_OF_FORWARD = {
    "int": "the output is written into an array of whole numbers, or made of such: cast it to the dtype of the inputs",
    "bool": "a comparison is returned where its product with the inputs belongs, or a cast to their dtype",
    "complex": 'take the real part, or declare the layer\'s `convention`, "torch" or "jax", to have pairs checked',
}
DTYPES = {
    "int": "the gradient is written into an array of whole numbers, which cuts off what it is given",
    "bool": "a mask is returned where its product with v belongs",
    "complex": "take the real part, or find where numbers become complex",
    "object": "an array of Python objects was made: mixed types, or rows of different lengths",
}
NUMBER = (
    "one gradient for each differentiable input is required, in their order; "
    "one without is declared `Input(name, shape, differentiable=False)`"
)


def explained(finding: Finding, probe: Probe) -> Diagnosis | None:
    """What a finding of `contract` about types, shapes or exceptions says to mend; None where that is not known."""
    fault = fault_of(finding)
    if fault.method == "jvp":  # what it returns is no gradient: the words below are of these
        return None
    if fault.kind is FaultKind.SHAPE:
        return Diagnosis("shape", f"the gradient of {finding.input} {_of_shapes(probe, finding, fault)}")
    if fault.kind is FaultKind.RAISED:
        return _used_up(probe) if fault.method == "bprop" and not isinstance(probe.output, Breach) else None
    several = len(probe.subject.differentiable) > 1
    among = several and fault.kind is FaultKind.NO_ARRAY and fault.method != "forward" and fault["found"] is None
    words = _of_none(finding, probe) if among else _of_type(fault)
    return Diagnosis("type", words) if words else None


def _of_none(finding: Finding, probe: Probe) -> str:
    """What to write for an input that gets no gradient: that it has an effect shows as it is moved."""
    place = next(k for k, one in enumerate(probe.subject.inputs) if one.name == finding.input)
    moved = [np.array(array) for array in probe.point.arrays]
    moved[place] = moved[place] * (1 + MOVE)
    after = attempt(lambda: output_of(probe.subject, moved))
    same = isinstance(after, Breach) or isinstance(probe.output, Breach) or np.array_equal(after, probe.output)
    return NO_EFFECT if same else LEFT_OUT.format(finding.input)


def _of_type(fault: Fault) -> str | None:
    of_forward = fault.method == "forward"
    match fault.kind:
        case FaultKind.NO_ARRAY if of_forward and fault["holds"]:
            return OF_TUPLES[fault["holds"]]
        case FaultKind.NO_ARRAY:
            return (OF_FORWARD if of_forward else TYPES).get(fault["found"])
        case FaultKind.DTYPE:
            dtypes = DTYPES | DTYPES_OF_FORWARD if of_forward else DTYPES
            return next((words for name, words in dtypes.items() if fault["dtype"].startswith(name)), None)
        case FaultKind.NO_TUPLE | FaultKind.COUNT:
            return MISSING if fault["found"] is None else NUMBER
    return None


def _of_shapes(probe: Probe, finding: Finding, fault: Fault) -> str:
    got, required = fault["found"], fault["required"]
    arrays = zip(probe.subject.inputs, probe.point.arrays, strict=True)
    others = [one.name for one, array in arrays if one.name != finding.input and array.shape == got]
    extra = len(got) - len(required)
    if got == required[::-1]:
        return "is transposed"
    if others:
        summed = "has an axis too many: sum over it; or it " if extra > 0 and got[extra:] == required else ""
        return f"{summed}has the shape of {others[0]}: the gradients change places, or are split in the wrong place"
    if not got:
        return "is summed to one number: leave the sum out"
    if got == (*probe.y.shape, *required) and probe.y.ndim and fault.method == "bprop":
        return "has the shape of the Jacobian: `bprop` returns v . J, summed over the axes of v"
    if extra > 0 and got[extra:] == required:
        return (
            f"has {extra} axes too many in front: sum over them" if extra > 1 else "has an axis too many: sum over it"
        )
    return f"has another shape than {finding.input}: reshape it, or find the axis that is lost or added"


def _used_up(probe: Probe) -> Diagnosis | None:
    """Whether it is the second call after one `forward` that raises."""
    attempt(lambda: output_of(probe.subject, probe.point.arrays))
    first, second = (attempt(lambda: gradients_of(probe.subject, probe.y, probe.point.arrays)) for _ in range(2))
    if isinstance(second, Breach) and not isinstance(first, Breach):
        return Diagnosis(
            "memory", "`bprop` raises when called twice after one `forward`: it uses up what `forward` kept"
        )
    return None


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """Float32 rounding, NaN, an axis too many, integers, None."""
    yield Corruption("rounded to float32", partial(with_parts, subject, _rounded), ("few-digits", "rounded", "mixed"))
    yield Corruption("NaN in one entry", partial(one_entry, subject, 0, float("nan")), ("nan",))
    for name, change, kind in (
        ("an axis too many", lambda p: p[None], "shape"),
        ("integers", lambda p: p.astype(int), "type"),
        ("None", lambda _: None, "type"),
    ):
        yield Corruption(name, partial(with_parts, subject, partial(_each, change)), (kind,))


def _each(change: Callable[[Array], Any], parts: list[Array], _: Sequence[Array]) -> list[Any]:
    return [change(part) for part in parts]


def _rounded(parts: list[Array], _: Sequence[Array]) -> list[Array]:
    return [part.astype(np.float32).astype(part.dtype) for part in parts]


FAMILY = Family("forms", corruptions)

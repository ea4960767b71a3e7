"""Answers of the wrong type or shape, and calls that raise: what to mend."""

from __future__ import annotations

import re
from ast import literal_eval

from gradcheck.adapters.reading import Breach, attempt, gradients_of, output_of
from gradcheck.checks.probe import Probe
from gradcheck.defects.diagnosis.interface import Told
from gradcheck.records.finding import Finding

Shape = tuple[int, ...]
SHAPES = re.compile(r"an array of shape (\([^)]*\)); (\([^)]*\)) is required")
TYPES = (
    (" None;", "a `return` is missing"),
    (" a list;", "wrap what is returned in np.asarray"),
    (" a tuple;", "for one differentiable input the array itself is returned, not a tuple of one"),
    ("dtype int", "the gradient is written into an array of whole numbers, which cuts off what it is given"),
    ("dtype bool", "a mask is returned where its product with v belongs"),
    ("dtype complex", "take the real part, or find where numbers become complex"),
    ("dtype object", "an array of Python objects was made: mixed types, or rows of different lengths"),
    ("gradients", "one gradient for each differentiable input is required, in their order"),
)


def explained(finding: Finding, probe: Probe) -> Told | None:
    """What a finding of `contract` about types, shapes or exceptions says to mend; None where that is not known."""
    if shapes := SHAPES.search(finding.sentence):
        got, required = literal_eval(shapes[1]), literal_eval(shapes[2])
        return Told("shape", f"the gradient of {finding.input} {_of_shapes(probe, finding, got, required)}")
    if finding.sentence.startswith("`bprop` raised") and not isinstance(probe.output, Breach):
        return _used_up(probe)
    if " returned " in finding.sentence and " raised " not in finding.sentence:
        return next((Told("type", words) for sign, words in TYPES if sign in finding.sentence), None)
    return None


def _of_shapes(probe: Probe, finding: Finding, got: Shape, required: Shape) -> str:
    arrays = zip(probe.subject.inputs, probe.point.arrays, strict=True)
    others = [one.name for one, array in arrays if one.name != finding.input and array.shape == got]
    extra = len(got) - len(required)
    if got == required[::-1]:
        return "is transposed"
    if others:
        return f"has the shape of {others[0]}: the gradients change places, or are split in the wrong place"
    if not got:
        return "is summed to one number: leave the sum out"
    if extra > 0 and got[extra:] == required:
        return (
            f"has {extra} axes too many in front: sum over them" if extra > 1 else "has an axis too many: sum over it"
        )
    return f"has another shape than {finding.input}: reshape it, or find the axis that is lost or added"


def _used_up(probe: Probe) -> Told | None:
    """Whether it is the second call after one `forward` that raises."""
    attempt(lambda: output_of(probe.subject, probe.point.arrays))
    first, second = (attempt(lambda: gradients_of(probe.subject, probe.y, probe.point.arrays)) for _ in range(2))
    if isinstance(second, Breach) and not isinstance(first, Breach):
        return Told("memory", "`bprop` raises when called twice after one `forward`: it uses up what `forward` kept")
    return None

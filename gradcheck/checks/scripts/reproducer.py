"""What a reproducer's lines are made from: a failure, the names of its arrays, and a layer to try the lines on."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.checks.quiet import quiet
from gradcheck.checks.scripts.failure import Failure
from gradcheck.checks.scripts.pasting import literal, variables
from gradcheck.checks.streams import Stream
from gradcheck.frozen import dataclass
from gradcheck.inputs.drawing import short
from gradcheck.records.dtypes import is_floating
from gradcheck.records.fault import BREACHES, Fault, FaultKind

Array = NDArray[Any]
Lines = list[str]
TANGENT_FIRST = ("jvp", "hvp")  # the methods whose first argument is a tangent
OTHERS = ("{} + 1", "np.flip({})", "{} * 1.000004", "np.stack([{0}, {0}])")  # what a layer may have seen before


@dataclass(frozen=True, eq=False)
class Reproducer:
    """A failure that a script is to show.

    Parameters
    ----------
    failure : Failure
    fresh : callable
        Makes the layer anew: what is tried on one must not be remembered by the next.
    """

    failure: Failure
    fresh: Callable[[], Subject]

    @property
    def subject(self) -> Subject:
        """The layer's facts."""
        return self.failure.probe.subject

    @property
    def fault(self) -> Fault:
        """What is wrong."""
        return self.failure.fault

    @property
    def method(self) -> str:
        """The method, or the law, that fails."""
        return self.fault.method or "bprop"

    @property
    def breaks_contract(self) -> bool:
        """Whether a method raises, or returns what the layer contract does not allow."""
        return any(one.kind in BREACHES for one in self.fault.chain)

    @property
    def names(self) -> list[str]:
        """The variables of the inputs."""
        return variables(self.subject.inputs)

    @property
    def floating(self) -> list[str]:
        """Those of the inputs that hold floating numbers."""
        arrays = zip(self.names, self.failure.arrays, strict=True)
        return [name for name, array in arrays if is_floating(array.dtype)]

    @property
    def places(self) -> tuple[int, ...]:
        """Positions of the inputs that the finding concerns: its own, or every differentiable one."""
        own = [k for k in self.subject.differentiable if self.subject.inputs[k].name == self.failure.finding.input]
        return tuple(own) or self.subject.differentiable

    def given(self, arrays: Sequence[Array] | None = None) -> Lines:
        """The lines that make the inputs."""
        chosen = self.failure.arrays if arrays is None else arrays
        dtypes = {str(array.dtype) for array in chosen}
        lines = [f"{name} = {literal(array)}" for name, array in zip(self.names, chosen, strict=True)]
        return ["import ml_dtypes  # numpy's bfloat16", *lines] if "bfloat16" in dtypes else lines

    def drawn_v(self) -> str:
        """The line that makes an ordinary cotangent."""
        probe = self.failure.probe
        return f"v = {literal(short(probe.rng(Stream.ORDINARY).standard_normal(probe.y.shape), 2))}"

    def cast(self, dtype: str) -> Lines:
        """The lines that put the floating inputs into another dtype; none for an empty one."""
        return [f"{name} = {name}.astype({dtype})" for name in self.floating if dtype]

    def call(self, method: str, first: str = "v", **instead: str) -> str:
        """A call of a method, with other expressions in place of some of the inputs; `first` is what `bprop` takes."""
        inputs = [instead.get(name, name) for name in self.names]
        lead = [first] if method == "bprop" else ["tangent"] if method in TANGENT_FIRST else []
        return f"layer.{method}({', '.join([*lead, *inputs])})"

    def call_all(self, method: str, form: str, first: str = "v") -> str:
        """A call with every floating input in a form such as ``np.flip({})``."""
        return self.call(method, first, **{name: form.format(name) for name in self.floating})

    def part(self, expression: str, place: int) -> str:
        """What an answer of `bprop` or `jacobian` holds for one input: a tuple, where several have gradients."""
        several = len(self.subject.differentiable) > 1
        return f"{expression}[{self.subject.differentiable.index(place)}]" if several else expression

    def answers(self, method: str) -> Iterator[Callable[[str], str]]:
        """How to read a call's answer: as it is, or in turn the part for each input."""
        if method == "forward" or len(self.subject.differentiable) == 1:
            yield str
        else:
            for place in self.places:
                yield lambda expression, place=place: self.part(expression, place)  # type: ignore[misc]

    def seen(self, method: str) -> Iterator[Lines]:
        """Lines that show the layer something before: the same, or other inputs that it may take for these."""
        yield [self.call(method)]
        for form in OTHERS:
            lines = [f"seen = {self.call_all('forward', form)}"]
            if self.subject.has_bprop:
                lines.append(self.call_all("bprop", form, "np.ones_like(seen)"))
            yield lines
            yield [*lines, self.call("forward")]
            yield lines[:1]

    def run(self, lines: Lines) -> tuple[dict[str, Any], BaseException | None]:
        """The variables that the lines leave, and what they raise, when a new layer is given to them."""
        space: dict[str, Any] = {"np": np, "layer": self.fresh().layer}
        with quiet(), contextlib.redirect_stdout(io.StringIO()):
            try:
                exec(compile("\n".join(lines), "script", "exec"), space)  # noqa: S102 - our own lines, of numbers only
            except KeyboardInterrupt:
                raise
            except BaseException as raised:  # noqa: BLE001 - a layer may call sys.exit
                return space, raised
        return space, None

    def shows(self, lines: Lines) -> bool:
        """Whether the lines end in a failed assertion, or in the layer's own error where the finding is about one."""
        _, raised = self.run(lines)
        expected = any(one.kind is FaultKind.RAISED for one in self.fault.chain)
        return isinstance(raised, AssertionError) or (expected and raised is not None)

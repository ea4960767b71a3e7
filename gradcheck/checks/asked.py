"""One layer at one point as it is asked, before anything is measured: its output, and what may be called."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import output_of
from gradcheck.checks.decoys import Decoy, shown
from gradcheck.checks.matrices import gradient_row
from gradcheck.checks.measurement import LARGEST_JACOBIAN
from gradcheck.checks.streams import Stream
from gradcheck.records.case import QUICK, Point
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Verdict

Array = NDArray[Any]
METHODS = ("jacobian", "bprop", "jvp")  # that say what the Jacobian is


class Asked:
    """What a layer says at a point when it is called; `Probe` has the fields."""

    subject: Subject
    point: Point
    thorough: bool

    @cached_property
    def _first_calls(self) -> tuple[list[Decoy], Array | Breach]:
        """Decoys, and then the point: what the layer keeps of the former then shows as a wrong derivative at it."""
        if self.excluded is not None:
            return [], self.excluded
        decoys = shown(self.subject, self.point.arrays) if self.thorough else []
        return decoys, attempt(lambda: output_of(self.subject, self.point.arrays))

    @cached_property
    def excluded(self) -> Breach | None:
        """That the layer has no value at the point, by its own account; None where it has one."""
        defined = attempt(lambda: self.subject.is_defined(self.point.arrays))
        if isinstance(defined, Breach):
            return defined
        return None if defined else Breach(Fault.of(FaultKind.EXCLUDED, "defined"), Verdict.UNDEFINED)

    @property
    def _quick(self) -> bool:
        return self.point.case.budget == QUICK

    @property
    def at_length(self) -> bool:
        """Whether behaviour that takes many calls to see is looked at here, too."""
        return self.thorough and not self._quick

    @property
    def decoys(self) -> list[Decoy]:
        """Inputs that a careless cache takes for the point's, shown to the layer first; none where not thorough."""
        return self._first_calls[0]

    @property
    def output(self) -> Array | Breach:
        """What `forward` returns at the point."""
        return self._first_calls[1]

    @property
    def entries(self) -> int:
        """How many entries the Jacobian has."""
        return int(self.y.size * sum(self.point.arrays[k].size for k in self.subject.differentiable))

    def may_call(self, method: str) -> bool:
        """Whether the layer has a method, and a computer has room for what it returns, as of a `jacobian`."""
        return self.subject.offers(method) and (method != "jacobian" or self.entries <= LARGEST_JACOBIAN)

    @property
    def _asked(self) -> tuple[str, ...]:
        """Those of `METHODS` that may be called."""
        return tuple(name for name in METHODS if self.may_call(name))

    @property
    def y(self) -> Array:
        """The output, which is known to be well-formed."""
        assert not isinstance(self.output, Breach)  # noqa: S101 - for the type alone: who asks has looked
        return self.output

    @cached_property
    def output_parts(self) -> Sequence[tuple[str, tuple[int, ...]]]:
        """The names and shapes of several outputs that make one vector; none where there is one."""
        if not self.subject.offers("output_parts"):
            return ()
        parts = attempt(lambda: self.subject.call("output_parts", [np.array(a) for a in self.point.arrays]))
        return () if isinstance(parts, Breach) else parts

    def rng(self, stream: Stream) -> np.random.Generator:
        """A generator that depends on the case and the stream alone."""
        return stream.generator(self.point.case)

    def bprop_at(self, v: Array, arrays: Sequence[Array]) -> Array:
        """The gradients of all inputs for a cotangent of shape (m,), in one row: shape (n,)."""
        return gradient_row(self.subject, v, arrays, self.y)

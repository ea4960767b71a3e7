"""What makes a point, and the point: the arrays that a layer is given."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcheck.frozen import dataclass
from gradcheck.records.input import size_of
from gradcheck.text import short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating]

DTYPES = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
GIVEN = "given"
BUDGETS = ("quick", "usual", "full")  # how many calls of a layer its points are worth
QUICK, USUAL, FULL = BUDGETS


@dataclass(frozen=True)
class Case:
    """What makes a point: the same case always makes the same point.

    A case with `values`, such as ``x=[0,2.5],t=[1]``, is the point itself, written out; its strategy is `GIVEN`.
    """

    layer: str
    strategy: str
    scale: float = 1.0
    sizes: tuple[tuple[str, int], ...] = ()
    dtype: str = "float64"
    seed: int = 0
    values: str = ""
    budget: str = USUAL

    @cached_property
    def id(self) -> str:
        """Stable across machines and releases: ``softmax[ties,scale=1e3,n=5,f64]``; what is not usual is added."""
        drawn = [self.strategy, f"scale={short(self.scale)}", *(f"{k}={v}" for k, v in self.sizes)]
        parts = [self.values] if self.values else drawn
        parts.append(DTYPES.get(self.dtype, self.dtype))
        if self.seed:
            parts.append(f"seed={self.seed}")
        if self.budget != USUAL:
            parts.append(self.budget)
        return f"{self.layer}[{','.join(parts)}]"

    @property
    def usual(self) -> bool:
        """Whether a run without options makes it."""
        facts = (self.scale, self.dtype, self.seed, self.budget)
        drawn = not self.values and facts == (1.0, "float64", 0, USUAL)
        return drawn and all(length == size_of(name, {}) for name, length in self.sizes)

    def of(self, layer: str) -> Case:
        """The same case by another name of the layer."""
        return replace(self, layer=layer)

    @property
    def anyhow(self) -> Case:
        """The case of the usual budget at the same point: what is drawn is that of any budget."""
        return self if self.budget == USUAL else replace(self, budget=USUAL)

    @property
    def options(self) -> str:
        """The command-line options that make this case again, ready for a shell."""
        if self.values:
            return f"--replay {shlex.quote(self.id)}"
        sizes = "".join(f" --size {k}={v}" for k, v in self.sizes)
        dtype = "" if self.dtype == "float64" else f" --dtype {self.dtype}"
        budget = "" if self.budget == USUAL else f" --budget {self.budget}"
        return f"--inputs {self.strategy} --scale {short(self.scale)}{sizes}{dtype} --seed {self.seed}{budget}"

    @property
    def arguments(self) -> str:
        """The arguments of `gradcheck.check` that make this case again: ``inputs=['ties'], scales=[1e3], seed=0``."""
        sizes = f", sizes={dict(self.sizes)}" if self.sizes else ""
        dtype = "" if self.dtype == "float64" else f", dtype={self.dtype!r}"
        budget = "" if self.budget == USUAL else f", budget={self.budget!r}"
        return f"inputs={[self.strategy]}, scales=[{short(self.scale)}]{sizes}{dtype}, seed={self.seed}{budget}"

    def redrawn(self, **changes: Any) -> Case:
        """A case like this one whose point is drawn: a point written out gives way to a normal one."""
        drawn = {"values": "", "strategy": "normal"} if self.values else {}
        return replace(self, **{**drawn, **changes})


@dataclass(frozen=True, eq=False)
class Point:
    """Concrete arrays for all inputs of a layer, with the case that made them."""

    case: Case
    arrays: tuple[Array, ...]

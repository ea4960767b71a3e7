"""The frozen data that flow through gradcheck: inputs, points, estimates, findings, reports."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradcheck.text import magnitude, short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating]

DOMAINS = ("real", "positive", "nonnegative", "unit", "simplex", "nonzero", "labels")
DTYPES = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
DEFAULT_SIZES = {"batch": 3, "n": 5, "m": 4, "hidden": 6, "classes": 5}
OTHER_SIZE = 4
KINK = "kink: a subgradient"


class Verdict(enum.Enum):
    """What a check says; the later in this list, the worse."""

    PASS = "PASS"
    UNDEFINED = "UNDEFINED"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    FAIL = "FAIL"

    @property
    def severity(self) -> int:
        """Its place in the list."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Input:
    """The facts of one argument of a layer's `forward`.

    Parameters
    ----------
    name : str
    shape : tuple of int or str
        Lengths, or size names such as ``"n"`` that are filled in for each case.
    domain : str or (float, float)
        ``"real"``, ``"positive"``, ``"nonnegative"``, ``"unit"`` (0 < x < 1), ``"simplex"`` (positive, the last
        axis sums to 1), ``"nonzero"``, ``"labels"`` (integers below `classes`) or an open interval.
    differentiable : bool
        Whether the layer claims a gradient for it. Labels never have one.
    classes : int, str or None
        How many labels there are; a size name is allowed. Only for ``"labels"``.

    Raises
    ------
    ValueError
        When a fact is not one of these.
    """

    name: str
    shape: tuple[int | str, ...]
    domain: str | tuple[float, float] = "real"
    differentiable: bool = True
    classes: int | str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(self.shape))
        own = f"of input {self.name!r}"
        for length in self.shape:
            if not isinstance(length, (int, str)) or (isinstance(length, int) and length < 0):
                raise ValueError(f"`shape` {own} must hold lengths >= 0 and size names, not {length!r}")
        if isinstance(self.domain, str):
            if self.domain not in DOMAINS:
                known = ", ".join(DOMAINS)
                raise ValueError(f"`domain` {own} must be one of {known} or an interval, not {self.domain!r}")
        elif len(self.domain) != 2 or not self.domain[0] < self.domain[1]:
            raise ValueError(f"`domain` {own} must be (low, high) with low < high, not {self.domain!r}")
        if self.domain == "labels":
            if self.classes is None:
                raise ValueError(f"`classes` {own} must say how many labels there are")
            object.__setattr__(self, "differentiable", False)

    @property
    def limits(self) -> tuple[float, float]:
        """The lower and upper end of the domain; infinite where there is none."""
        if not isinstance(self.domain, str):
            return float(self.domain[0]), float(self.domain[1])
        low = 0.0 if self.domain in ("positive", "nonnegative", "unit", "simplex") else -math.inf
        return low, 1.0 if self.domain == "unit" else math.inf

    def filled(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape with its size names replaced by lengths."""
        return tuple(length if isinstance(length, int) else size_of(length, sizes) for length in self.shape)

    def label_count(self, sizes: Mapping[str, int]) -> int:
        """How many labels there are, with a size name replaced; 0 for inputs that hold none."""
        if self.classes is None:
            return 0
        return self.classes if isinstance(self.classes, int) else size_of(self.classes, sizes)


def size_of(name: str, sizes: Mapping[str, int]) -> int:
    """The length that a size name stands for."""
    return sizes.get(name, DEFAULT_SIZES.get(name, OTHER_SIZE))


@dataclass(frozen=True)
class Case:
    """What makes a point: the same case always makes the same point."""

    layer: str
    strategy: str
    scale: float = 1.0
    sizes: tuple[tuple[str, int], ...] = ()
    dtype: str = "float64"
    seed: int = 0

    @property
    def id(self) -> str:
        """Stable across machines and releases: ``softmax[ties,scale=1e3,n=5,f64]``; a seed other than 0 is added."""
        parts = [self.strategy, f"scale={short(self.scale)}", *(f"{k}={v}" for k, v in self.sizes)]
        parts.append(DTYPES.get(self.dtype, self.dtype))
        if self.seed:
            parts.append(f"seed={self.seed}")
        return f"{self.layer}[{','.join(parts)}]"

    @property
    def options(self) -> str:
        """The command-line options that make this case again."""
        sizes = "".join(f" --size {k}={v}" for k, v in self.sizes)
        dtype = "" if self.dtype == "float64" else f" --dtype {self.dtype}"
        return f"--inputs {self.strategy} --scale {short(self.scale)}{sizes}{dtype} --seed {self.seed}"


@dataclass(frozen=True, eq=False)
class Point:
    """Concrete arrays for all inputs of a layer, with the case that made them."""

    case: Case
    arrays: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Constraint:
    """A product u . J . d that every generalised gradient has at a point.

    Parameters
    ----------
    weights : ndarray, shape (m,)
        u, over the outputs.
    direction : ndarray, shape (n,)
        d, over the entries of the inputs.
    value, bound : float
        The product, and the largest deviation from it that the measurement leaves open.
    """

    weights: Array
    direction: Array
    value: float
    bound: float


@dataclass(frozen=True, eq=False)
class Estimate:
    """A numeric derivative, elementwise; all arrays have one shape.

    Parameters
    ----------
    value : ndarray
        The derivative that the differences give; infinite where the slope itself is.
    floor : ndarray
        A bound on the error of `value`: truncation, roundoff, noise and the gap. Infinite where nothing is known.
    gap : ndarray
        What the two one-sided slopes differ by, halved: 0 where the function is smooth.
    scale : ndarray
        The natural scale of each entry: the size of the numbers whose rounding meets in it.
    reach : ndarray
        The larger of `scale` and the steepest difference quotient met: what an error is small or large against.
    constraints : tuple of Constraint
        At a kink, products that bind the entries together; empty elsewhere.
    """

    value: Array
    floor: Array
    gap: Array
    scale: Array
    reach: Array
    constraints: tuple[Constraint, ...] = ()

    def part(self, index: Any) -> Estimate:
        """The estimate of the entries that an index picks from each array, without the constraints."""
        arrays = (self.value, self.floor, self.gap, self.scale, self.reach)
        return Estimate(*(array[index] for array in arrays))

    def contracted(self, v: Array) -> Estimate:
        """The estimate of v . J for a cotangent of shape (m,): shape (n,)."""
        size = abs(v)
        floor, gap, scale, reach = (size @ part for part in (self.floor, self.gap, self.scale, self.reach))
        return Estimate(v @ self.value, floor, gap, scale, reach)


@dataclass(frozen=True)
class Finding:
    """The outcome of one check at one point for one input.

    Parameters
    ----------
    check, verdict, case
        Which check, what it says, and the case that made the point.
    input : str
        Name of the input whose derivative was compared; empty where a check concerns the whole layer.
    sentence : str
        What was found, in words; never empty for a verdict other than PASS.
    max_abs, max_rel : float or None
        Largest absolute error, and largest error relative to the natural scale of its entry.
    floor : float or None
        The smallest error relative to the natural scale that this check would have seen in every entry.
    worst : str
        The entry with the largest error for its bound, such as ``x[2]``.
    analytic, numeric, bound : float or None
        The two sides at that entry, and the bound on the numeric one.
    notes : tuple of str
        ``"kink: a subgradient"``, ``"sampled"`` and the like.
    """

    check: str
    verdict: Verdict
    case: Case
    input: str = ""
    sentence: str = ""
    max_abs: float | None = None
    max_rel: float | None = None
    floor: float | None = None
    worst: str = ""
    analytic: float | None = None
    numeric: float | None = None
    bound: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def breadcrumb(self) -> str:
        """``softmax · bprop · ties scale=1e3 · x[2]: analytic 0.1250, numeric 0.1301 ± 2e-9, error 5.1e-3``."""
        where = f"{self.case.strategy} scale={short(self.case.scale)}"
        trail = " · ".join(p for p in (self.case.layer, self.check, where, self.worst or self.input) if p)
        return f"{trail}: {self.sentence or self.verdict.value}"


@dataclass(frozen=True)
class LayerReport:
    """All findings about one layer.

    Parameters
    ----------
    layer : str
        The layer's name.
    target : str
        The text that loads it again: ``softmax``, ``path/file.py:Name``.
    findings : tuple of Finding
    seconds : float
    silent : tuple of str
        Inputs whose gradient was exactly zero at every point drawn ("no learning signal").
    method : str
        How the numeric side was computed, for the report's header.
    """

    layer: str
    target: str
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    silent: tuple[str, ...] = ()
    method: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the findings; PASS when there are none."""
        return max((f.verdict for f in self.findings), key=lambda v: v.severity, default=Verdict.PASS)

    @property
    def passed(self) -> bool:
        """No derivative is wrong and none went unchecked by an error."""
        return self.verdict.severity < Verdict.ERROR.severity

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that are FAIL or ERROR, in order."""
        return tuple(f for f in self.findings if f.verdict.severity >= Verdict.ERROR.severity)

    @property
    def power(self) -> tuple[float, float] | None:
        """Worst and median floor of the findings that passed, relative, except at kinks, where the gap is the floor."""
        told = (f for f in self.findings if f.verdict is Verdict.PASS and KINK not in f.notes)
        floors = sorted(f.floor for f in told if f.floor is not None)
        return (floors[-1], floors[len(floors) // 2]) if floors else None

    def reproduce(self, finding: Finding) -> str:
        """The command line that makes one finding again."""
        import shlex  # only for failures: start-up

        return f"gradcheck {shlex.quote(self.target or self.layer)} {finding.case.options}"


def compared(analytic: float, numeric: float, bound: float, error: float) -> str:
    """The numbers of a breadcrumb, in the order analytic, numeric."""
    return f"analytic {analytic:.6g}, numeric {numeric:.6g} ± {magnitude(bound)}, error {magnitude(error)}"

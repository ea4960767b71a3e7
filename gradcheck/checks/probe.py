"""One layer at one point: everything that checks compare, computed when first asked for and then kept."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.reading import Breach, attempt, gradients_of, jacobians_of, output_of
from gradcheck.contract import Subject
from gradcheck.oracle.differentiate import differentiate
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.precision import converted, reference
from gradcheck.records import Estimate, Point

Array = NDArray[Any]
NUDGES = 6
NUDGE_ULPS = 8.0


@dataclass(frozen=True, eq=False)
class Probe:
    """A layer at a point.

    Parameters
    ----------
    subject : Subject
    point : Point
    thorough : bool
        Whether behaviour that has nothing to do with the point's values is looked at here too.
    """

    subject: Subject
    point: Point
    thorough: bool = True

    @cached_property
    def output(self) -> Array | Breach:
        """What `forward` returns at the point."""
        return attempt(lambda: output_of(self.subject, self.point.arrays))

    @cached_property
    def jacobian(self) -> Array | Breach | None:
        """What `jacobian` returns, as one matrix of shape (m, n); None where the layer has none."""
        return self._claimed(self.subject.has_jacobian, self.jacobian_at)

    @cached_property
    def gradients(self) -> Array | Breach | None:
        """What `bprop` returns for every one-hot cotangent, as a matrix of shape (m, n); None where there is no `bprop`."""
        return self._claimed(self.subject.has_bprop, self.gradients_at)

    @cached_property
    def usable(self) -> bool:
        """Whether there are finite outputs and well-formed derivatives, and any entries, to compare."""
        parts = (self.output, self.jacobian, self.gradients)
        if any(isinstance(part, Breach) for part in parts) or not np.isfinite(self.y).all():
            return False
        return bool(self.y.size and sum(self.point.arrays[k].size for k in self.subject.differentiable))

    def _claimed(self, offered: bool, at: Callable[[Sequence[Array]], Array]) -> Array | Breach | None:
        if not offered or isinstance(self.output, Breach):
            return None
        return attempt(lambda: at(self.point.arrays))

    @property
    def y(self) -> Array:
        """The output, which is known to be well-formed."""
        assert not isinstance(self.output, Breach)
        return self.output

    @cached_property
    def reference(self) -> tuple[Forward, Noise]:
        """The forward that is differentiated, and its noise."""
        function = self.subject.layer.forward
        return reference(lambda arrays: function(*arrays), self.subject.inputs, self.point.arrays, self.y, self.rng(1))

    @cached_property
    def claims(self) -> dict[str, Array]:
        """The analytic Jacobians by the name of their method, as they come out in the point's own dtype."""
        both = {"jacobian": self.jacobian, "bprop": self.gradients}
        return {name: matrix for name, matrix in both.items() if isinstance(matrix, np.ndarray)}

    @cached_property
    def exact(self) -> dict[str, Array]:
        """The same in the reference's precision, entry by entry where the layer keeps that and the value is finite."""
        found = {}
        for name, plain in self.claims.items():
            at = self.jacobian_at if name == "jacobian" else self.gradients_at
            longer = attempt(lambda at=at: at(self.exact_arrays))  # type: ignore[misc]
            found[name] = plain if isinstance(longer, Breach) else np.where(np.isfinite(longer), longer, plain)
        return found

    @cached_property
    def estimate(self) -> Estimate:
        """The numeric Jacobian, shape (m, n)."""
        forward, noise = self.reference
        return differentiate(forward, noise, self._hints, self.unit, self.rng(2))

    @cached_property
    def _hints(self) -> tuple[Array, ...]:
        """The claims, in more digits where one is not finite: they tell the oracle where to look."""
        finite = all(np.isfinite(claim).all() for claim in self.claims.values())
        return tuple((self.claims if finite else self.exact).values())

    @property
    def eps(self) -> float:
        """Unit roundoff of the point's dtype."""
        return float(np.finfo(self.point.case.dtype).eps)

    @cached_property
    def unit(self) -> float:
        """Relative rounding that the analytic side is granted: that of its dtype, or what the forward itself shows."""
        return max(self.eps, self.reference[1].relative)

    @property
    def extended(self) -> bool:
        """Whether the analytic side was evaluated in more digits than the point's dtype has."""
        return bool(np.finfo(self.exact_dtype).eps < self.eps)

    @cached_property
    def exact_arrays(self) -> tuple[Array, ...]:
        """The point's arrays in the reference's precision."""
        return converted(self.point.arrays, self.exact_dtype)

    @property
    def exact_dtype(self) -> Any:
        """The reference's dtype."""
        return self.reference[0].x.dtype

    @cached_property
    def pieces(self) -> tuple[tuple[str, tuple[int, ...], slice], ...]:
        """Name, shape and columns of each differentiable input."""
        found, start = [], 0
        for k in self.subject.differentiable:
            array = self.point.arrays[k]
            found.append((self.subject.inputs[k].name, array.shape, slice(start, start + array.size)))
            start += array.size
        return tuple(found)

    def rng(self, stream: int) -> np.random.Generator:
        """A generator that depends on the case and `stream` alone."""
        case = self.point.case
        return np.random.default_rng([case.seed, zlib.crc32(case.id.encode()), stream])

    def cotangent(self, v: Array) -> Array:
        """`v` in the shape and dtype of the output."""
        return np.asarray(v, dtype=self.y.dtype).reshape(self.y.shape)

    def jacobian_at(self, arrays: Sequence[Array]) -> Array:
        """The analytic Jacobian at other arrays, shape (m, n)."""
        size = self.y.size
        parts = jacobians_of(self.subject, arrays, self.y.shape)
        return np.concatenate([part.reshape(size, part.size // size if size else 0) for part in parts], axis=1)

    def gradients_at(self, arrays: Sequence[Array]) -> Array:
        """v . J for every one-hot v at other arrays, shape (m, n)."""
        rows = [self.bprop_at(v, arrays) for v in _one_hots(self.y, arrays)]
        return np.stack(rows) if rows else np.zeros((0, self.pieces[-1][2].stop if self.pieces else 0))

    def _gradients_for(self, size: float, arrays: Sequence[Array]) -> Array:
        """The same from one-hot cotangents of another size, whose rounding differs."""
        rows = [self.bprop_at(size * v, arrays) / size for v in _one_hots(self.y, arrays)]
        return np.stack(rows) if rows else np.zeros(self.claims["bprop"].shape)

    def bprop_at(self, v: Array, arrays: Sequence[Array]) -> Array:
        """The gradients of all inputs one after the other, shape (n,)."""
        return np.concatenate([part.reshape(-1) for part in gradients_of(self.subject, v, arrays)])

    def wobble(self, name: str) -> Array:
        """How far rounding of the inputs moves the analytic Jacobian: the largest change over random tiny nudges."""
        base, rng = self.exact[name], self.rng(3)
        at = self.jacobian_at if name == "jacobian" else lambda arrays: self._gradients_for(rng.uniform(1, 2), arrays)
        most = np.zeros(base.shape)
        for _ in range(NUDGES):
            nudged = [self._nudged(a, rng) for a in self.point.arrays]
            moved = attempt(lambda nudged=nudged: at(nudged))  # type: ignore[misc]
            if not isinstance(moved, Breach):
                most = np.fmax(most, np.abs(moved - base).astype(float))
        return most

    def _nudged(self, array: Array, rng: np.random.Generator) -> Array:
        if array.dtype.kind != "f":
            return array
        factor = 1 + NUDGE_ULPS * self.unit * rng.choice([-1.0, 1.0], array.shape)
        return (array.astype(np.float64) * factor).astype(array.dtype)


def _one_hots(y: Array, arrays: Sequence[Array]) -> Iterator[Array]:
    dtype = next((a.dtype for a in arrays if a.dtype.kind == "f"), y.dtype)
    for k in range(y.size):
        v = np.zeros(y.size, dtype=dtype)
        v[k] = 1
        yield v.reshape(y.shape)

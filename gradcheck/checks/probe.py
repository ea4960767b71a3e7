"""One layer at one point: everything that checks compare, computed when first asked for and then kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.refusal import unclaimed
from gradcheck.checks.asked import Asked
from gradcheck.checks.digits import Digits
from gradcheck.checks.longer import LongerClaims
from gradcheck.checks.matrices import claimed_matrix
from gradcheck.checks.measurement import Measurement, in_part, pieces_of
from gradcheck.checks.nudges import largest_change
from gradcheck.checks.projection import Projection
from gradcheck.checks.sparse_view import SparseView, claimed, claimed_at, sparse_view
from gradcheck.checks.streams import Stream
from gradcheck.frozen import dataclass
from gradcheck.garbage import unheld
from gradcheck.oracle.differentiate import differentiate
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.precision import reference
from gradcheck.oracle.sampling import BY_DIRECTIONS, BY_ENTRIES, WHOLE, Sample
from gradcheck.records.case import Point
from gradcheck.records.comparison import ClaimComparison
from gradcheck.records.dtypes import widened
from gradcheck.records.estimate import Estimate

if TYPE_CHECKING:
    from gradcheck.checks.sparsity import SparseClaim

Array = NDArray[Any]
REQUIRED = ("jacobian", "bprop")  # the methods of which a layer has one at least


@dataclass(frozen=True, eq=False, repr=False)
class Probe(Asked):
    """A layer at a point.

    Parameters
    ----------
    subject : Subject
    point : Point
    thorough : bool
        Whether behaviour that has nothing to do with the point's values is looked at here too.
    measured : Measurement or None
        What is known of the same `forward` at the same point; None where it is to be measured.
    whole : bool
        Whether every entry is asked for, although few of them may be other than 0.

    Attributes
    ----------
    comparisons : dict
        What `claims.claim_comparison` has made, by check and input.
    """

    subject: Subject
    point: Point
    thorough: bool = True
    measured: Measurement | None = None
    whole: bool = False
    comparisons: dict[tuple[str, str], ClaimComparison] = field(default_factory=dict, init=False)
    _wobbles: dict[tuple[str, float], Array] = field(default_factory=dict, init=False)

    def sharing(self, subject: Subject) -> Probe:
        """The probe of a subject with the same `forward`, which is not measured again."""
        known = None if self.sparse else Measurement(self.dense, self.reference, self.estimate)
        return Probe(subject, self.point, self.thorough, known, self.whole)

    @cached_property
    def answers(self) -> dict[str, Array | Breach]:
        """What each of `METHODS` says that the layer has, `bprop` for each of its cotangents, say: matrices."""
        if isinstance(self.output, Breach):
            return {}
        if self.sparse:
            return dict(self.sparse.claims)
        said = {name: attempt(partial(self.claim_at, name, self.point.arrays)) for name in self._asked}
        return {name: answer for name, answer in said.items() if name in REQUIRED or not unclaimed(answer)}

    @cached_property
    def _claimed(self) -> SparseClaim | None:
        """The pattern that `bprop` claims, if it claims one."""
        if isinstance(self.output, Breach) or not np.isfinite(self.output).all():
            return None
        return claimed(self.subject, self.point.arrays, self.y, self.rng)

    @cached_property
    def sparse(self) -> SparseView | None:
        """The point as tables of what is not claimed to be 0; None where all entries are looked at."""
        if self.whole or self.measured or self._quick or self._claimed is None:
            return None
        return sparse_view(self._claimed, self.subject, self._asked, self.point.arrays, self.y, self.rng)

    @cached_property
    def dense(self) -> bool:
        """Whether only a part of the Jacobian is seen: few calls are wanted, or it is large without a structure."""
        if self.measured:
            return self.measured.dense
        patterned = not self._quick and self.entries > WHOLE and self._claimed is not None
        return not self.sparse and in_part(self.subject, self.point, self.y, patterned=patterned)

    @cached_property
    def usable(self) -> bool:
        """Whether there are finite outputs and well-formed derivatives, and any entries, to compare."""
        if any(isinstance(part, Breach) for part in (self.output, *self.answers.values())):
            return False
        return bool(self.entries and np.isfinite(self.y).all())

    @cached_property
    def reference(self) -> tuple[Forward, Noise, Sample | None]:
        """The forward that is differentiated, its noise, and the directions along which it is seen, if not whole."""
        if self.measured:
            return self.measured.reference
        if self.sparse:
            return self.sparse.forward, self.sparse.noise, None
        source, inputs = self.subject.truth, self.subject.inputs
        arrays, rng = [widened(a) for a in self.point.arrays], self.rng(Stream.DIRECTIONS)
        stack = source.stacked_forward
        sampling = None if not self.dense else BY_ENTRIES if self._quick else BY_DIRECTIONS
        found = reference(source.forward_at, inputs, arrays, self.y, rng, sampling=sampling, stack=stack)
        return found[0], found[1].good_to(self.subject.accuracy), found[2]

    @property
    def sample(self) -> Sample | None:
        """The directions along which the Jacobian is seen; None where it is seen whole."""
        return self.reference[2] if self.dense else None

    @cached_property
    def projection(self) -> Projection:
        """How much is seen of the gradients of `bprop`."""
        return Projection(self.y.size, self.sample, self.sparse.pattern if self.sparse else None)

    def contracted(self, weights: Array) -> Estimate:
        """The estimate of the sum of rows with weights, shape (rows,)."""
        return self.sparse.contracted(weights) if self.sparse else self.estimate.contracted(weights)

    @cached_property
    def claims(self) -> dict[str, Array]:
        """The analytic Jacobians by the name of their method, as they come out in the point's own dtype."""
        return {name: matrix for name, matrix in self.answers.items() if isinstance(matrix, np.ndarray)}

    @cached_property
    def _longer(self) -> LongerClaims:
        return LongerClaims(self.digits, self.claims, unheld(self, Probe.claim_at), unheld(self, Probe._first_gradient))

    def _first_gradient(self, arrays: Sequence[Array]) -> Array:
        return self.bprop_at(self.projection.cotangent(np.eye(1, self.projection.rows)[0]), arrays)

    @property
    def exact(self) -> dict[str, Array]:
        """The same in the reference's precision, entry by entry where the layer keeps that and the value is finite."""
        return self._longer.matrices

    def keeps(self, name: str) -> bool:
        """Whether a method takes the reference's precision, and does not refuse it; one gradient tells of `bprop`."""
        return self._longer.keeps(name)

    @cached_property
    def estimate(self) -> Estimate:
        """The numeric Jacobian, shape (m, n)."""
        if self.measured:
            return self.measured.estimate
        if self.sparse:
            return self.sparse.estimate
        forward, noise, _ = self.reference
        return differentiate(forward, noise, self._hints, self.digits.precise, self.rng(Stream.DIFFERENCES))

    @cached_property
    def _hints(self) -> tuple[Array, ...]:
        """The claims, in more digits where they have few or one is not finite: they tell the oracle where to look."""
        finite = not self.digits.low and all(np.isfinite(claim).all() for claim in self.claims.values())
        return tuple((self.claims if finite else self.exact).values())

    @cached_property
    def digits(self) -> Digits:
        """With how many digits each side of a comparison computes."""
        return Digits(self.point, self.subject.reference is not None, unheld(self, lambda probe: probe.reference))

    @cached_property
    def gradients(self) -> tuple[tuple[str, tuple[int, ...], slice], ...]:
        """Name, shape and columns of each differentiable input, in a gradient as it is seen."""
        return pieces_of(self.subject, self.point.arrays, self.sample)

    @cached_property
    def pieces(self) -> tuple[tuple[str, tuple[int, ...], slice], ...]:
        """Name, shape and columns of each differentiable input, in the claims."""
        if not self.sparse:
            return self.gradients
        return tuple((*told[:2], p) for told, p in zip(self.gradients, self.sparse.pattern.pieces, strict=True))

    def columns(self, name: str) -> slice:
        """The columns of a differentiable input."""
        return next(part for piece, _, part in self.pieces if piece == name)

    def claim_at(self, method: str, arrays: Sequence[Array], size: float = 1.0) -> Array:
        """What a method says of the Jacobian at other arrays: U J W^T, or J where it is seen whole.

        `size` multiplies what `bprop` and `jvp` are linear in, and divides what they return: the rounding differs.
        """
        if self.sparse:
            return claimed_at(self.sparse.claim, self.subject, method, arrays, self.y, size)
        return claimed_matrix(self.subject, method, arrays, self.y, self.sample, size)

    def wobble(self, name: str, unit: float) -> Array:
        """How far rounding moves the analytic side: its largest change as what it is given moves by a few `unit`."""
        if (name, unit) not in self._wobbles:
            arrays = self.digits.exact_arrays if self.keeps(name) else self.point.arrays
            claim, rng = partial(self.claim_at, name), self.rng(Stream.NUDGES)
            self._wobbles[name, unit] = largest_change(claim, self.exact[name], arrays, unit, rng)
        return self._wobbles[name, unit]

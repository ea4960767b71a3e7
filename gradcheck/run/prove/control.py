"""The points where corruptions are tried: what the right layer says there, and by how much another layer differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.checks.claims import beside, claim_comparison
from gradcheck.checks.compare import CERTAIN, compare
from gradcheck.checks.interface import Check
from gradcheck.checks.judge import run_checks
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.defects.corruption import Corrupted
from gradcheck.inputs.cotangents import cotangents
from gradcheck.oracle.allowance import ROUNDINGS
from gradcheck.records.comparison import NOTHING
from gradcheck.records.estimate import Estimate
from gradcheck.records.finding import Verdict
from gradcheck.records.proof import Deviation
from gradcheck.run.prove.disturbance import absolute, disturbance, largest

Array = NDArray[Any]
Corrupt = Callable[[], Corrupted]


@dataclass(frozen=True, eq=False)
class Control:
    """A point at which the right layer has passed.

    Parameters
    ----------
    probe : Probe
        Of the right layer.
    """

    probe: Probe

    def corrupted(self, corrupt: Corrupt) -> Subject:
        """The layer with a corruption."""
        # Where the right layer passes, its inputs were taken for what they are: what fails now is the corruption's.
        return replace(self.probe.subject, layer=corrupt(), assumed=())

    def deviation(
        self, corrupt: Corrupt, probe: Probe, checks: Sequence[Check], *, enough: bool = False
    ) -> Deviation | None:
        """What is seen of a corruption here; None where it changes nothing that rounding does not explain.

        Parameters
        ----------
        corrupt : callable
            Makes the corrupted layer.
        probe : Probe
            Of one such layer.
        checks : sequence of Check
        enough : bool
            Whether one check that fails is enough.
        """
        size = self._size_of(corrupt, probe)
        if not size:
            return None
        failing = (check.name for check in checks if any(f.verdict is Verdict.FAIL for f in run_checks(probe, [check])))
        return Deviation(self.probe.point.case, size, tuple(islice(failing, 1 if enough else None)))

    def blurred(self, size: float) -> bool:
        """Whether it is the measurement, and not rounding, that may hide an error of a relative size here."""
        if size <= CERTAIN * ROUNDINGS * self.probe.digits.unit:
            return False
        claims = [(check, name) for check in self.probe.claims for name, _, _ in self.probe.pieces]
        seen = (claim_comparison(self.probe, *claim).usual for claim in claims)
        return any(bool((size * comparison.numeric.reach <= comparison.certain).any()) for comparison in seen)

    def _size_of(self, corrupt: Corrupt, probe: Probe) -> float:
        """How much it changes, relative to the natural scale; the probe is asked for its claims alone."""
        sizes = [self._claim_difference(probe)]
        if self.probe.thorough:
            sizes += [
                self._answer_difference(self.probe.sharing(self.corrupted(corrupt))),
                disturbance(self.probe, lambda: self.corrupted(corrupt)),
            ]
        return max(sizes)

    def _claim_difference(self, probe: Probe) -> float:
        sides = [(self.probe.claims, probe.claims)]
        if self.probe.digits.low:  # a few more digits may show what these hide
            sides.append((self.probe.exact, probe.exact))
        sizes = []
        for right, other in sides:
            for name, matrix in right.items():
                sizes.append(self._difference(matrix, other[name], self.probe.estimate) if name in other else np.inf)
        return max(sizes)

    def _difference(self, right: Array, other: Array, numeric: Estimate, least: float = 0.0) -> float:
        """The largest difference of two analytic sides that neither rounding nor a kink explains, for its scale."""
        found = compare(other, beside(numeric, right, numeric.gap), eps=self.probe.digits.unit)
        told = np.isfinite(right) & np.isfinite(numeric.value)
        error = np.where(told, absolute(other - right), 0)
        scale = np.where(numeric.scale > NOTHING, numeric.scale, 1)
        return largest(np.where(error > found.limit + least, error / scale, 0))

    @cached_property
    def _cotangents(self) -> Array:
        """Weights of the basis, one cotangent a row."""
        projection, dtype = self.probe.projection, self.probe.y.dtype
        named = cotangents((projection.rows,), self.probe.rng(Stream.COTANGENTS))
        with np.errstate(all="ignore"):
            return np.stack([w for _, w in named if np.isfinite(projection.cotangent(w).astype(dtype)).all()])

    @cached_property
    def _answers(self) -> Array:
        """What the right `bprop` gives for each."""
        return self._answers_of(self.probe)

    def _answers_of(self, probe: Probe) -> Array:
        projection, arrays = self.probe.projection, probe.point.arrays
        return np.stack([projection.of(probe.bprop_at(projection.cotangent(w), arrays)) for w in self._cotangents])

    def _answer_difference(self, probe: Probe) -> float:
        """The largest relative difference for any of the cotangents."""
        if "bprop" not in self.probe.claims:
            return 0.0
        other = attempt(lambda: self._answers_of(probe))
        if isinstance(other, Breach):
            return np.inf
        numeric = self.probe.estimate.contracted(self._cotangents)
        return self._difference(self._answers, other, numeric, self.probe.digits.precision.normal)

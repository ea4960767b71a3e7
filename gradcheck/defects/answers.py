"""What `bprop` gives for some cotangents at a point, beside what it would give if it were right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.claims import usual_comparison
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.defects.cotangents import CLOSE
from gradcheck.defects.evidence import TELLING
from gradcheck.inputs.cotangents import cotangents

Array = NDArray[Any]
LARGEST = 200  # outputs, up to which it is tried
ROUNDINGS = 4  # of a product, up to which `bprop` is linear in v: `TELLING` times as many are no accident


@dataclass(frozen=True, eq=False)
class Answers:
    """What `bprop` gives for some cotangents at one point.

    Attributes
    ----------
    v : ndarray, shape (K, m)
    got : ndarray, shape (K, n)
    numeric, limit : ndarray, shape (m, n)
        The numeric Jacobian, and the errors from which on a difference is certain.
    shape : tuple of int
        Of the output.
    """

    v: Array
    got: Array
    numeric: Array
    limit: Array
    shape: tuple[int, ...]

    def fits(self, used: Array, added: Array | float = 0.0) -> bool:
        """Whether the answers are those for other cotangents than the ones given, shape (K, m)."""
        slack = np.abs(used) @ self.limit + CLOSE * np.abs(added) + np.finfo(float).tiny
        return bool((np.abs(self.got - used @ self.numeric - added) <= slack).all())

    def may_use(self, function: Callable[[Array], Any]) -> bool:
        """Whether the answer that is off the furthest may be that for a function of v: most are ruled out by it."""
        used = self._worst.used(function)
        return self._worst.fits(used) if np.isfinite(used).all() else True

    def used(self, function: Callable[[Array], Any]) -> Array:
        """A function of each cotangent, shape (K, m)."""
        return np.stack([np.reshape(function(v.reshape(self.shape)), -1) for v in self.v]).astype(float)

    @property
    def wrong(self) -> bool:
        """Whether any answer is far off."""
        return bool((self._excess > TELLING).any())

    @cached_property
    def _excess(self) -> Array:
        """The errors in multiples of what the limits leave open."""
        error = np.nan_to_num(np.abs(self.got - self.v @ self.numeric), nan=np.inf)
        return np.asarray(error / (np.abs(self.v) @ self.limit + np.finfo(float).tiny))

    @cached_property
    def _worst(self) -> Answers:
        k = int(self._excess.max(axis=1).argmax())
        return replace(self, v=self.v[k : k + 1], got=self.got[k : k + 1])


def ask(probe: Probe) -> Answers | None:
    """The answers for the cotangents of the check `linearity`, and for the one-hot ones."""
    if probe.sample is not None or probe.y.size > LARGEST:
        return None
    v = np.stack([values.reshape(-1) for _, values in cotangents(probe.y.shape, probe.rng(Stream.COTANGENTS))])
    given = [gradient(probe, one) for one in v]
    seen = usual_comparison(probe, "bprop")
    if any(g is None for g in given) or not seen.known.all():
        return None
    v, got = np.concatenate([v, np.eye(probe.y.size)]), np.concatenate([*([g] for g in given), probe.claims["bprop"]])
    got, numeric, limit = (np.asarray(a, dtype=float) for a in (got, seen.numeric.value, seen.certain))
    return Answers(v, got, numeric, limit, probe.y.shape)


def beside_itself(answers: Answers, probe: Probe) -> Answers:
    """The answers beside those for one-hot cotangents: whatever these are good to, `bprop` must be linear in v."""
    own = np.asarray(probe.claims["bprop"], dtype=float)
    return replace(answers, numeric=own, limit=ROUNDINGS * probe.digits.eps * np.abs(own))


def gradient(probe: Probe, v: Array) -> Array | None:
    """The gradients of all inputs in one row; None where there are none."""
    found = attempt(lambda: probe.bprop_at(v, probe.point.arrays))
    return None if isinstance(found, Breach) else found

"""The promise of the oracle: the true derivative lies within the floor, for every kind of function and input.

All references at all inputs, in the precision that the oracle chooses and in float64; with claims that are right, which
the screening settles, and with wrong ones, which send every column through the long ladders. `pytest -s` prints the counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import mpmath
import numpy as np
import pytest

from gradcheck.compare import compare
from gradcheck.oracle.differentiate import differentiate
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import measure
from gradcheck.oracle.precision import reference as chosen
from gradcheck.oracle.steps import length_scale
from gradcheck.records import Estimate, Input, Verdict
from tests.references import REFERENCES
from tests.references.inputs import INPUTS, ORDINARY, points
from tests.references.kit import Reference

SEED = 0
EPS = float(np.finfo(np.float64).eps)
TINY = 1e-305
MODES = ("chosen", "float64")
CLAIMS = {"right": lambda truth: truth, "wrong": lambda truth: 1.25 * truth + 0.1}

# Where the differences are known to see something else than the formula, by cause; each row names (function, input).
PLATEAU = "the computed outputs do not move at all: what the formula gives is lost before the differences are taken"
BETWEEN = "the function changes on a length that is neither that of its entry nor above 2^-46"
ALIASED = "the function oscillates too fast for the noise to be told from it"
EXCEPTIONS: dict[str, frozenset[tuple[str, str]]] = {
    PLATEAU: frozenset(),
    BETWEEN: frozenset(),
    ALIASED: frozenset(),
}
EXPECTED = frozenset().union(*EXCEPTIONS.values())
# Functions of which the differences cannot resolve a millionth, by their nature: noise, or an output far above its slope.
BLURRED = ("offset", "single_tanh", "jitter", "scales")


@dataclass(frozen=True, eq=False)
class Outcome:
    """An estimate beside the truth."""

    reference: Reference
    kind: str
    mode: str
    claim: str
    truth: np.ndarray
    estimate: Estimate

    @cached_property
    def told(self) -> np.ndarray:
        """Entries with a finite floor whose true derivative the dtype can hold."""
        return np.isfinite(self.estimate.floor) & (np.abs(self.truth) < np.finfo(self.estimate.value.dtype).max / 16)

    @cached_property
    def ratio(self) -> np.ndarray:
        """True error over floor, for the entries that are told."""
        value, floor = (part[self.told].astype(np.longdouble) for part in (self.estimate.value, self.estimate.floor))
        truth = self.truth[self.told]
        rounding = 4 * np.finfo(self.estimate.value.dtype).eps * np.abs(truth)
        return np.abs(value - truth) / (floor + TINY + rounding)

    @property
    def place(self) -> tuple[str, str]:
        return self.reference.name, self.kind


def outcomes(references: tuple[Reference, ...] = REFERENCES, seed: int = SEED) -> Iterator[Outcome]:
    """Every reference at every input, in every mode and with every claim."""
    for reference in references:
        for kind, x in points(reference, seed):
            truth = reference.truth(x)
            for mode in MODES:
                for claim, claimed in CLAIMS.items():
                    estimate = estimated(reference, x, mode, claimed(truth))
                    yield Outcome(reference, kind, mode, claim, truth, estimate)


def estimated(reference: Reference, x: np.ndarray, mode: str, claim: np.ndarray) -> Estimate:
    """The numeric Jacobian of a reference."""
    rng = np.random.default_rng(SEED)
    with np.errstate(all="ignore"):
        output = np.asarray(reference.forward(x))
        if mode == "chosen":
            inputs = (Input("x", ("n",), reference.limits),)
            forward, noise = chosen(lambda arrays: reference.forward(arrays[0]), inputs, (x,), output, rng)
        else:
            forward = in_float64(reference, x, output.size).with_stacking(rng)
            noise = measure(forward, length_scale(forward), rng)
        return differentiate(forward, noise, (claim.astype(np.float64),), EPS, rng)


def in_float64(reference: Reference, x: np.ndarray, outputs: int) -> Forward:
    return Forward(lambda arrays: reference.forward(arrays[0]), (x,), (0,), (reference.limits,), (False,), outputs)


@pytest.fixture(scope="module", name="found")
def _found() -> list[Outcome]:
    return list(outcomes())


def within(found: list[Outcome]) -> float:
    """The share of entries whose error is within the floor."""
    ratios = np.concatenate([one.ratio for one in found])
    return float(np.mean(ratios <= 1))


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("mode", MODES)
def test_the_true_error_is_within_the_floor(found, mode, claim):
    part = [one for one in found if (one.mode, one.claim) == (mode, claim)]
    entries = sum(one.ratio.size for one in part)
    outside = sum(int((one.ratio > 1).sum()) for one in part)
    print(f"\n{mode}, claims {claim}: {entries} entries, {outside} outside, {within(part):.5f} within")
    assert entries > 30_000
    assert within(part) >= 0.999


def test_floors_that_are_too_small_show(found):
    shrunk = [replace(one, estimate=replace(one.estimate, floor=one.estimate.floor / 1e4)) for one in found]
    assert within(shrunk) < 0.99


def test_nothing_is_far_outside_but_where_it_is_known(found):
    far = {one.place for one in found if (one.ratio > 10).any()}
    for one in found:
        if (one.ratio > 10).any() and one.place not in EXPECTED:
            at = int(np.argmax(one.ratio))
            value, floor, truth = (a[one.told][at] for a in (one.estimate.value, one.estimate.floor, one.truth))
            print(f"{one.reference.name:<16} {one.kind:<14} {one.mode:<8} {one.claim:<6} {(one.ratio > 10).sum():3d} "
                  f"value {value:.6g} truth {truth:.6g} floor {floor:.2g} ratio {one.ratio[at]:.3g}")
    assert far <= EXPECTED


@pytest.mark.parametrize("cause", EXCEPTIONS)
def test_every_exception_is_needed(found, cause):
    far = {one.place for one in found if (one.ratio > 10).any()}
    assert EXCEPTIONS[cause] <= far


@pytest.mark.parametrize("mode", MODES)
def test_something_is_told_of_almost_every_entry(found, mode):
    part = [one for one in found if one.mode == mode]
    unknown = sum(int((~np.isfinite(one.estimate.floor)).sum()) for one in part)
    assert unknown <= 2e-3 * sum(one.truth.size for one in part)


@pytest.mark.parametrize("mode", MODES)
def test_floors_are_low_at_ordinary_inputs(found, mode):
    part = [one for one in found if (one.mode, one.claim) == (mode, "right") and one.kind in ORDINARY]
    relative = np.concatenate([(one.estimate.floor / largest_of_row(one.truth)).reshape(-1) for one in part])
    print(f"\n{mode}: median floor {np.median(relative):.2g} of the largest entry of the row")
    assert np.median(relative) < 1e-10


def largest_of_row(truth: np.ndarray) -> np.ndarray:
    return np.abs(truth).max(axis=1, keepdims=True).clip(TINY)

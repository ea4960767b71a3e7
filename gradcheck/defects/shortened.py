"""`bprop` uses no more of its inputs and of v than a shorter dtype keeps: one cause of all that is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.claims import usual_comparison
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.defects.diagnosis import NEARLY, Diagnosis, Failures, listing
from gradcheck.inputs.cotangents import cotangents
from gradcheck.records.case import Case, Point
from gradcheck.records.dtypes import is_floating
from gradcheck.records.finding import Finding

Array = NDArray[Any]
TRIED = 4  # points at which the arguments are rounded
FEWEST = 2  # of them at which an argument must be seen to pass
BELOW = 1e-10  # relative: it gives numbers all their digits, and moves none of them in a shorter dtype
FELT = 4  # roundings of the dtype: a change that it must keep, and the answer show
FEW = 16  # roundings of the largest derivative that sums and products in the dtype leave
TIMES = 4.0  # what rounding changes in the derivatives, beside what a few draws of it change
BEYOND = frozenset({"huge", "tiny", "enormous", "minute"})  # cotangents that may leave the range of the dtype
DRAWS = 2  # of the inputs, rounded and moved by a rounding


def of_shortened(failures: Failures) -> dict[int, Diagnosis]:
    """The failures that a shorter dtype explains, with the arguments that pass through it."""
    about = failures.of("bprop", "linearity", "agreement")
    cases = dict.fromkeys(f.case for f in about.values() if f.case in failures.probe)
    probes = [p for case in cases if _asked(p := failures.probe[case])]
    for dtype in (np.float16, np.float32) if probes else ():  # what passes through the shorter one is the same for both
        name = _passing(probes, dtype)
        if name:
            return _explained(about, {p.point.case: _room(p, dtype) for p in probes}, failures, name)
    return {}


def _asked(probe: Probe) -> bool:
    return (
        probe.usable and probe.sample is None and not probe.sparse and not probe.digits.low and "bprop" in probe.claims
    )


def _passing(probes: Sequence[Probe], dtype: Any) -> Diagnosis | None:
    """The arguments that pass through a dtype at each of a few points; None where v alone does, or nothing."""
    if float(np.finfo(dtype).eps) <= FEW * probes[0].digits.eps:
        return None
    names = ("v", *(one.name for one in probes[0].subject.inputs))
    floating = [is_floating(a.dtype) for a in probes[0].point.arrays]
    seen: list[list[bool | None]] = []
    for probe in probes[:: max(len(probes) // TRIED, 1)][:TRIED]:
        seen.append(_rounded(probe, dtype))
        of_inputs = list(zip(*seen, strict=True))[1:]
        if all(False in found for found, own in zip(of_inputs, floating, strict=True) if own):
            return None  # each input is seen not to pass
    told = [[found[k] for found in seen if found and found[k] is not None] for k in range(len(names))]
    passing = [n for n, of in zip(names, told, strict=True) if all(of) and len(of) >= min(FEWEST, len(probes))]
    felt = [n for n, of in zip(names, told, strict=True) if of]
    if passing in ([], ["v"]):
        return None
    short = np.dtype(dtype).name
    if passing == felt:
        given = "v and its inputs" if "v" in passing else "its inputs"
        words = f"`bprop` works in {short}: it gives the very same once {given} are rounded to that"
    else:
        words = f"`bprop` rounds {listing(passing)} to {short}: it gives the very same for what is rounded before"
    return Diagnosis("few-digits", words)


def _rounded(probe: Probe, dtype: Any) -> list[bool | None]:
    """Of each argument, v first, whether rounding it changes nothing; None where more is not felt, either."""
    rng, eps = probe.rng(Stream.NUDGES), float(np.finfo(dtype).eps)
    v = rng.standard_normal(probe.y.shape)
    arrays = [a * (1 + BELOW * rng.uniform(0.1, 1, a.shape)) if is_floating(a.dtype) else a for a in probe.point.arrays]
    given = [v, *arrays]

    def answer(k: int, array: Array) -> Array | Breach:
        now = [*given[:k], array, *given[k + 1 :]]
        return attempt(lambda: probe.bprop_at(now[0], now[1:]))

    base = answer(0, v)
    found: list[bool | None] = []
    for k, array in enumerate(given):
        if isinstance(base, Breach) or not is_floating(array.dtype):
            found.append(None)
            continue
        same = _same(answer(k, array.astype(dtype).astype(array.dtype)), base)
        found.append(None if _same(answer(k, array * (1 + FELT * eps)), base) else same)
    return found


def _same(a: Array | Breach, b: Array) -> bool:
    return not isinstance(a, Breach) and np.array_equal(a, b, equal_nan=True)


def _room(probe: Probe, dtype: Any) -> Array | None:
    """By how much the dtype may change the derivatives, shape (m, n): what moving the inputs by its roundings does."""
    rng, info, value = probe.rng(Stream.NUDGES), np.finfo(dtype), probe.estimate.value
    most = np.zeros_like(value)
    for draw in range(DRAWS):
        moved = probe.point.arrays if not draw else [_moved(a, float(info.eps), rng) for a in probe.point.arrays]
        arrays = tuple(a.astype(dtype).astype(a.dtype) if is_floating(a.dtype) else a for a in moved)
        if not all(np.isfinite(a).all() for a in arrays if is_floating(a.dtype)):
            return None  # beyond the range of the dtype
        near = Probe(probe.subject, Point(probe.point.case, arrays), thorough=False, whole=True)
        if not near.usable or near.estimate.value.shape != value.shape:
            return None
        most = np.fmax(most, np.abs(near.estimate.value - value))
    largest = np.fmax(float(np.abs(value).max()), probe.estimate.scale)  # what cancels on the way is of that size
    return np.asarray(TIMES * most + FEW * float(info.eps) * largest + 2 * float(info.tiny))


def _moved(array: Array, eps: float, rng: np.random.Generator) -> Array:
    return array * (1 + eps * rng.uniform(-1, 1, array.shape)) if is_floating(array.dtype) else array


def _explained(
    about: Mapping[int, Finding], rooms: Mapping[Case, Array | None], failures: Failures, told: Diagnosis
) -> dict[int, Diagnosis]:
    """The failures whose errors the dtype explains, where it explains nearly all of a check and an input."""
    found: dict[int, Diagnosis] = {}
    for check, name in dict.fromkeys((f.check, f.input) for f in about.values()):
        mine = {k: f for k, f in about.items() if (f.check, f.input) == (check, name)}
        seen = {k: f for k, f in mine.items() if rooms.get(f.case) is not None}
        fits = [k for k, f in seen.items() if _fits(failures.probe[f.case], check, name, rooms[f.case])]
        if seen and len(fits) >= NEARLY * len(seen):
            found |= dict.fromkeys([*fits, *(k for k in mine if k not in seen)], told)
    return found


def _fits(probe: Probe, check: str, name: str, room: Array | None) -> bool:
    """Whether the errors at a point are within what the dtype leaves."""
    seen, part = usual_comparison(probe, "bprop"), probe.columns(name) if name else slice(None)
    if room is None:
        return False
    own = np.asarray(probe.claims["bprop"], dtype=float)
    if check == "linearity":
        return all(error <= 1 for error in _of_cotangents(probe, own, room))
    fits = (np.abs(own - seen.numeric.value) <= seen.certain + room) | ~seen.known
    return bool(fits[:, part].all())


def _of_cotangents(probe: Probe, own: Array, room: Array) -> Iterator[float]:
    """How far the answers to ordinary cotangents are from those to one-hot ones, beside what is left to them."""
    for name, v in cotangents((probe.y.size,), probe.rng(Stream.COTANGENTS)):
        if name in BEYOND:
            continue
        got = attempt(lambda v=v: probe.bprop_at(v, probe.point.arrays))  # type: ignore[misc]
        if isinstance(got, Breach):
            yield np.inf
        elif v.any():
            error = np.abs(np.asarray(got, dtype=float) - v @ own) / (np.abs(v) @ room)
            yield float(np.nan_to_num(error, nan=np.inf).max(initial=0))

"""What `bprop` makes of its cotangent where it is not linear in it: it ignores, clips, rounds v, drops entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.probe import Probe
from gradcheck.defects.answers import Answers, ask, beside_itself, gradient
from gradcheck.defects.cotangents import CLOSE, IGNORED, difference, uses
from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.evidence import TELLING
from gradcheck.text import magnitude

Array = NDArray[Any]
CONDITION = 1e6  # of the Jacobian, up to which the v that bprop must have used can be had back
FELT = 1e-2  # relative error of an answer to another question; less may be digits that are lost
SLIGHT = 1e-3  # of the sum of the sizes of all parts of an answer
MOST = 0.9  # share of the answers that are numbers of float32
EPS32 = float(np.finfo(np.float32).eps)
FEW = 16  # roundings of float32 that its sums and products leave, or parts of one
TERMS = 4  # of a sum, each of which loses its fraction
INTEGERS = 2.0**31  # beyond it some dtypes of integers hold nothing
EXACT = frozenset(kind for kind, _, _ in uses()) | {"affine", "order"}  # kinds that give every answer, of one-hot v too
SYMPTOMS = frozenset({"normalised", "squared", "sign", "mixed", "products"})  # that a point shows, and no cause
SEVERAL = Diagnosis("products", "not linear in v: v is rounded or clipped, or its size, signs or products enter")


def diagnose(probe: Probe) -> tuple[Diagnosis | None, bool]:
    """What became of v at a point, and whether that gives every answer; None where it is unknown, or nothing wrong."""
    answers = ask(probe)
    if answers is not None and not answers.wrong and not probe.digits.low:
        answers = beside_itself(answers, probe)
    if answers is None or not answers.wrong:
        return None, False
    whole = _known(answers) or _ignored(answers, probe) or _in_order(answers, probe) or _recover(answers)
    return whole or _rounded(answers, probe) or _slight(answers) or _character(answers, probe), whole is not None


def _known(answers: Answers) -> Diagnosis | None:
    """A known function of v that was used for v."""
    for kind, words, function in uses():
        if not answers.may_use(function):
            continue
        used = answers.used(function)
        if np.isfinite(used).all() and answers.fits(used):
            return Diagnosis(kind, words)
    if answers.got[0].any() and (answers.got == answers.got[0]).all():
        return Diagnosis(*IGNORED)
    for added in answers.got[~np.any(answers.v, axis=1)]:
        if added.any() and np.isfinite(added).all() and answers.fits(answers.v, added):
            return Diagnosis("affine", "a constant is added: v = 0 gives something, and every other v as much too much")
    return None


def _ignored(answers: Answers, probe: Probe) -> Diagnosis | None:
    """An input whose gradient is the same for every v."""
    for name, _, _ in probe.pieces:
        mine = answers.got[:, probe.columns(name)]
        if mine.any() and (mine == mine[0]).all():
            return Diagnosis("ignored", f"v is ignored in the gradient of {name}: every v gives the same")
    return None


def _in_order(answers: Answers, probe: Probe) -> Diagnosis | None:
    """Whether the answers are right once v comes last."""
    arrays, off = probe.point.arrays, np.abs(answers.got - answers.v @ answers.numeric)
    if any(array.shape != answers.shape for array in arrays) or not (off > FELT * np.abs(answers.got)).any():
        return None
    if (own := _without_v(answers, probe)) is not None:
        return own
    given = [attempt(lambda v=v: probe.bprop_at(arrays[0], [*arrays[1:], v])) for v in _shaped(answers, probe)]  # type: ignore[misc]
    if any(isinstance(g, Breach) for g in given):
        return None
    got = np.stack([np.asarray(g, dtype=float).reshape(-1) for g in given])
    if got.shape != answers.got.shape or not replace(answers, got=got).fits(answers.v):
        return None
    names = ", ".join(one.name for one in probe.subject.inputs)
    words = f"`bprop({names}, v)` is right: v is the first argument, `bprop(v, {names})`"
    return Diagnosis("order", words)


def _without_v(answers: Answers, probe: Probe) -> Diagnosis | None:
    """Whether the inputs given where v stands get the derivative of the sum of the outputs."""
    arrays = probe.point.arrays
    found = attempt(lambda: probe.bprop_at(arrays[0], list(arrays))) if len(arrays) == 1 else None
    if found is None or isinstance(found, Breach):
        return None
    row = np.ones((1, len(answers.numeric)))
    if (
        np.abs(row @ answers.numeric) <= TELLING * (row @ answers.limit)
    ).any():  # that nothing is nothing tells nothing
        return None
    if not replace(answers, got=np.asarray(found, dtype=float).reshape(1, -1)).fits(row):
        return None
    name = probe.subject.inputs[0].name
    words = (
        f"`bprop` takes its first argument for {name}, and nothing is multiplied by v: write `bprop(self, v, {name})`"
    )
    return Diagnosis("order", words)


def _shaped(answers: Answers, probe: Probe) -> list[Array]:
    dtype = probe.point.arrays[0].dtype
    return [v.reshape(answers.shape).astype(dtype) for v in answers.v]


def _recover(answers: Answers) -> Diagnosis | None:
    """How the v that must have been used differs from the one given, where the Jacobian lets it be told."""
    numeric, sane = answers.numeric, np.all(np.isfinite(answers.got), axis=1)
    if np.linalg.matrix_rank(numeric) < len(numeric) or np.linalg.cond(numeric) > CONDITION:
        return None
    used, got = answers.got[sane] @ np.linalg.pinv(numeric), answers.got[sane]
    again = np.abs(used @ numeric - got) <= np.abs(used) @ answers.limit + CLOSE * np.abs(got)
    return difference(answers.v[sane], used) if again.all() else None


def _rounded(answers: Answers, probe: Probe) -> Diagnosis | None:
    """Right but for the rounding to a shorter dtype, to its subnormal numbers and its infinity too."""
    exact, slack = answers.v @ answers.numeric, np.abs(answers.v) @ answers.limit
    for dtype in (np.float32, np.float16):
        info = np.finfo(dtype)
        rounded = exact.astype(dtype).astype(float)
        room = float(info.eps) * np.abs(exact) + 2 * float(info.smallest_subnormal) + slack
        fits = (np.abs(answers.got - rounded) <= room) | (answers.got == rounded) | (np.abs(exact) > 0.9 * info.max)
        own = (answers.got.astype(dtype).astype(float) == answers.got).mean() > MOST
        if own and fits.all() and float(info.eps) > FEW * probe.digits.eps:
            name = np.dtype(dtype).name
            return Diagnosis("rounded", f"the answer is rounded to {name}: its numbers are numbers of {name}")
    whole = answers.got == np.rint(answers.got)
    if whole.all() and (np.abs(answers.got - exact) < TERMS)[np.abs(exact) < INTEGERS].all():
        return Diagnosis("rounded", "the answers are whole numbers: an array of integers holds what is not whole")
    return None


def _slight(answers: Answers) -> Diagnosis | None:
    """A deviation that is no more than that of a few digits."""
    relative = np.abs(answers.got - answers.v @ answers.numeric) / (np.abs(answers.v) @ np.abs(answers.numeric))
    most = float(np.nanmax(np.where(answers.got != 0, relative, 0), initial=0))
    if not np.isfinite(answers.got).all() or most > SLIGHT:
        return None
    if (answers.got.astype(np.float32) == answers.got).mean() > MOST:
        return Diagnosis("rounded", "the answer is rounded to float32: its numbers are numbers of float32")
    if EPS32 / FEW <= most <= EPS32 * FEW:
        words = "nearly linear in v, off by roundings of float32: v, or what is made of it, passes through float32"
        return Diagnosis("slight", words)
    words = f"nearly linear in v, off by relative {magnitude(most)} at most: a lack of digits, or a small term"
    return Diagnosis("slight", words)


def _character(answers: Answers, probe: Probe) -> Diagnosis | None:
    """In which respect the answers are not linear."""
    nans = np.any(np.isnan(answers.got), axis=1)
    if nans.any() and not nans.all() and not answers.v[nans].any():
        return Diagnosis("nan", "v = 0 gives NaN: v is divided by its own size", "zero")
    v = answers.v[1]
    once, twice, minus = (gradient(probe, k * v) for k in (1.0, 2.0, -1.0))
    if once is None or twice is None or minus is None or not once.any():
        return None
    slack = np.abs(v) @ answers.limit
    symptoms = (
        (np.abs(twice - once) <= slack, "normalised", "only the direction of v matters: 2 v gives what v gives"),
        (np.abs(twice - 4 * once) <= 4 * slack, "squared", "v enters squared: 2 v gives four times what v gives"),
        (
            (np.abs(minus + once) > TELLING * slack).any(),
            "sign",
            "the sign of v matters: -v does not give the opposite",
        ),
        (
            (np.abs(twice - 2 * once) <= 2 * slack) & (v.size > 1),
            "mixed",
            "not linear in v, though 2 v gives twice what v gives: v is rounded, or its entries are compared or mixed",
        ),
    )
    told = next((Diagnosis(kind, words) for holds, kind, words in symptoms if np.all(holds)), None)
    return told or Diagnosis(
        "products",
        "2 v does not give twice what v gives: v is rounded or clipped, or its size or products of its entries enter",
    )

"""`bprop` makes the wrong use of its cotangent v."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.corruption import with_cotangent
from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.family import Corruption, Family
from gradcheck.defects.predicates import of_groups, of_numbers
from gradcheck.text import short

Array = NDArray[Any]
Use = tuple[str, str, Callable[[Array], Any]]  # kind, words, and what is used for v
CLOSE = 1e-6
TINY = float(np.finfo(float).tiny)
DIGITS = 10
COUNTS = (1, 2, 3, 4, 5)
EDGE = 100.0
CUT = 2.0  # times the edge: what a clip takes away from the largest cotangents; less may be a digit that is lost
FELT = 1e-3  # least relative change that a factor on v is told for; less may be a digit that is lost


IGNORED = "ignored", "v is ignored: every v gives what v = 1 gives"


def uses() -> Iterator[Use]:
    """Functions of v, the plainest first; each takes an array of the output's shape and gives as many entries."""
    yield *IGNORED, np.ones_like
    yield "size", "|v| is used for v", np.abs
    yield "squared", "v^2 is used for v", np.square
    yield "sign", "the sign of v is used for v", np.sign
    yield "normalised", "v is divided by its largest size", lambda v: v / max(np.abs(v).max(initial=0), TINY)
    yield "normalised", "v is divided by its norm", lambda v: v / max(float(np.linalg.norm(v)), TINY)
    yield "dropped", "negative entries of v are dropped", lambda v: np.maximum(v, 0)
    yield "dropped", "positive entries of v are dropped", lambda v: np.minimum(v, 0)
    yield "rounded", "v is rounded to float32", lambda v: v.astype(np.float32)
    yield "rounded", "v is rounded to float16", lambda v: v.astype(np.float16)
    yield "rounded", "v is cut off to whole numbers", np.trunc
    for digits in range(DIGITS):
        yield "rounded", f"v is rounded to {digits} decimals", partial(np.round, decimals=digits)
    yield "sorted", "v is sorted", lambda v: np.sort(v, axis=-1 if v.ndim else None)
    yield "sorted", "v is sorted, the largest first", lambda v: np.sort(v, axis=-1 if v.ndim else None)[..., ::-1]
    yield "dropped", "all of v is dropped but its first entry that is not 0", _first
    for count in COUNTS:
        words = "its largest entry" if count == 1 else f"its {count} largest entries"
        yield "dropped", f"all of v is dropped but {words}", partial(_largest, count=count)


def _first(v: Array) -> Array:
    flat = v.reshape(-1)
    return np.where(np.arange(flat.size) == np.argmax(flat != 0), flat, 0)


def _largest(v: Array, count: int) -> Array:
    flat = v.reshape(-1)
    kept = np.argsort(-np.abs(flat), kind="stable")[:count]
    return np.where(np.isin(np.arange(flat.size), kept), flat, 0)


def difference(v: Array, used: Array) -> Diagnosis | None:
    """How the cotangents that must have been used differ from those given; both of shape (K, m)."""
    changed = np.abs(used - v) > CLOSE * np.abs(v).max(axis=1, keepdims=True)
    if not changed.any():
        return None
    tests = (_clipping, _dropping, _scaling)
    return next((told for test in tests if (told := test(v, used, changed)) is not None), None)


def _clipping(v: Array, used: Array, changed: Array) -> Diagnosis | None:
    edge, size = np.abs(used[changed]), np.abs(v)
    if len(edge) < 2 or np.ptp(edge) > CLOSE * edge[0] or (np.sign(used) != np.sign(v))[changed].any():
        return None
    if size[changed].max() < CUT * edge[0]:
        return None
    inside = (size[changed] > edge[0]).all() and (size[~changed] <= edge[0] * (1 + CLOSE)).all()
    return Diagnosis("clipped", f"entries of v are clipped at {short(float(f'{edge[0]:.4g}'))}") if inside else None


def _dropping(v: Array, used: Array, changed: Array) -> Diagnosis | None:
    size = np.abs(v)
    if (np.abs(used) > CLOSE * size)[changed].any():
        return None
    kept, share = ~changed & (v != 0), size / np.maximum(size.max(axis=1, keepdims=True), TINY)
    for form, scale in (("up to {:.2g}", size), ("below about {:.2g} of the largest one", share)):
        most = float(scale[changed].max())
        if most < scale[kept].min(initial=np.inf):
            return Diagnosis("dropped", f"entries of v {form.format(most)} are dropped")
    return Diagnosis("dropped", "some entries of v are dropped: their part of the gradient is missing")


def _scaling(v: Array, used: Array, changed: Array) -> Diagnosis | None:
    """Entries, or whole cotangents, that count for more or less."""
    if (changed & (v == 0)).any():
        return None
    factor = used[changed] / v[changed]
    if np.ptp(factor) > 1e-4 * abs(factor[0]) + 1e-9 or np.abs(factor - 1).max() < FELT:
        return None
    number = short(float(f"{np.median(factor):.4g}"))
    right = ~changed & (v != 0)
    wrong, fine = (np.asarray(np.any(side, axis=1, keepdims=True)) for side in (changed, right))
    for candidates, bad, good in (
        (of_numbers("v", v, changed, right, None), changed, right),
        (of_groups("v", v[:, None], wrong, fine & ~wrong, None), wrong, fine & ~wrong),
    ):
        for kind, words, holds in candidates:
            if not (bad & ~holds).any() and not (good & holds).any():
                return Diagnosis("scaled", f"v counts {number} times {words}", kind)
    return None


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """v ignored, averaged, squared, without its sign, clipped; none where there is no `bprop`."""
    for name, change, *kinds in (
        ("v ignored", np.ones_like, "ignored"),
        ("v averaged", lambda v: np.full_like(v, v.mean()), "averaged"),
        ("v |v| in place of v", lambda v: v * abs(v), "squared"),
        ("|v| in place of v", abs, "size"),
        ("v clipped at 100", lambda v: np.clip(v, -EDGE, EDGE), "clipped", "mixed"),
    ):
        if subject.has_bprop:
            yield Corruption(name, partial(with_cotangent, subject, change), tuple(kinds))


FAMILY = Family("cotangents", corruptions)

"""The count: what was judged, what was wrong, family by family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.bound.claims import CLAIMS, Claim
from tests.bound.families import FAMILIES
from tests.bound.judge import ERROR, FAIL, INCONCLUSIVE, PASS, judge
from tests.bound.layer import Made, Sketch, rounded
from tests.bound.truth import NoTruthError

DOUBLE = float(np.finfo(np.float64).eps)
ROUNDINGS = 16.0  # of the largest entry of a row: what gradcheck grants any formula
TRIES = 200  # draws until a family gives a point with a truth and a finite output
SMALLEST, LARGEST = 1e-290, 1e290  # entries of a Jacobian outside of it are no test of the bound, but of the range
EXCLUDED, TIGHT, ACCUSED, WITHIN, PASSED, OVERSTATED, OPEN, BROKEN = (
    "truth fails",
    "bound too tight",
    "right accused",
    "within cast",  # a right claim accused of less than a cast inside leaves open: nobody can know
    "wrong passed",
    "floor overstated",
    "right open",
    "error",
)


@dataclass(frozen=True, eq=False)
class Point:
    """A sketch with its truth."""

    family: str
    index: int
    sketch: Sketch
    truth: Any
    matrix: Any
    slack: Any


@dataclass(frozen=True)
class Fault:
    """What was wrong at a point, or open, in numbers."""

    kind: str
    family: str
    index: int
    claim: str
    input: str
    text: str
    truth: str
    numeric: str
    bound: str
    floor: float | None
    sentence: str


def point(family: str, seed: int, index: int) -> Point:
    """The point of a family with an index: the same for every machine, whatever else is drawn.

    Raises
    ------
    RuntimeError
        When the family gives no point that has a truth.
    """
    rng = np.random.default_rng([seed, index, *family.encode()])
    for _ in range(TRIES):
        found = point_of(family, index, FAMILIES[family](rng))
        if found is not None:
            return found
    raise RuntimeError(f"family {family} gave no point")


def point_of(family: str, index: int, sketch: Sketch) -> Point | None:
    """A sketch with its truth; None where there is none, or the output is not finite in numpy."""
    try:
        truth, slack = sketch.jacobian(tuple(np.float64(p) for p in sketch.point))
    except NoTruthError:
        return None
    with np.errstate(all="ignore"):
        y, matrix = np.asarray(sketch.forward(*sketch.arrays)), rounded(truth, np.float64)
    sizes = np.abs(matrix[matrix != 0])
    tame = sizes.size and sizes.min() > SMALLEST and sizes.max() < LARGEST
    return Point(family, index, sketch, truth, matrix, slack) if tame and np.isfinite(y).all() else None


def claims_at(one: Point) -> tuple[Claim, ...]:
    """The claims that can be made at a point: the chain rule where it has its digits."""
    return tuple(claim for claim in CLAIMS if not claim.by_chain or _sound(one))


def _sound(one: Point) -> bool:
    """Whether the chain rule gives the truth up to rounding of the largest entry of each row."""
    try:
        with np.errstate(all="ignore"):
            chained = one.sketch.chained(one.sketch.arrays)
    except AttributeError:
        return False
    size = np.abs(one.matrix).max(axis=1, keepdims=True)
    return bool((np.abs(chained - one.matrix) <= ROUNDINGS * DOUBLE * size).all())


def faults_at(one: Point, claims: Iterable[Claim]) -> Iterator[Fault]:
    """What is wrong, or open, at a point, claim by claim."""
    known, before = {}, None
    for claim in claims:
        layer = Made(one.sketch, claim, known)
        said = before = judge(layer, one.sketch.arrays, before)
        masks = said.excludes(one.matrix, one.slack)
        for kind, mask in zip((EXCLUDED, TIGHT), masks, strict=True):
            for j, k in zip(*np.nonzero(mask), strict=True):
                yield _fault(kind, one, claim, said, (int(j), int(k)))
        for place, kind in _of_inputs(one, claim, said, masks[0]):
            yield _fault(kind, one, claim, said, place=place)


def _of_inputs(one: Point, claim: Claim, said: Any, excluded: Any) -> Iterator[tuple[int, str]]:
    """Position of an input and the kind of fault of its finding."""
    width = 1 if len(one.sketch.inputs) > 1 else one.matrix.shape[1]
    for place, (verdict, floor, _) in enumerate(said.findings):
        part = np.s_[:, place * width : (place + 1) * width]
        if verdict == ERROR:
            yield place, BROKEN
        elif claim.error == 0 and verdict == FAIL:
            yield place, WITHIN if one.slack[part].any() and not excluded[part].any() else ACCUSED
        elif claim.error == 0 and verdict == INCONCLUSIVE:
            yield place, OPEN
        elif claim.error and verdict == PASS and (floor is None or floor < claim.error):
            wrong = np.abs(claim.make(one.matrix) - one.matrix)[part] > 2 * one.slack[part]
            if wrong.any():
                yield place, PASSED if claim.error >= 1 else OVERSTATED


def _fault(kind: str, one: Point, claim: Claim, said: Any, at: Any = None, place: int | None = None) -> Fault:
    """The numbers of a fault: those of an entry, or of all entries."""
    pick = (lambda a: f"{a[at]:.17g}") if at else (lambda a: np.array2string(np.asarray(a), precision=9))
    place = (at[1] if len(one.sketch.inputs) > 1 else 0) if at else place
    _, floor, sentence = said.findings[place] if place < len(said.findings) else ("", None, "")
    numeric, bound = ("", "") if said.value is None else (pick(said.value), pick(said.bound))
    name = one.sketch.inputs[place].name
    where = f"{name}, entry {at}" if at else name
    what = (kind, one.family, one.index, claim.name, where, str(one.sketch))
    return Fault(*what, pick(one.matrix), numeric, bound, floor, sentence)


@dataclass
class Row:
    """The count of one family."""

    points: int = 0
    entries: int = 0
    judged_right: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, one: Point, claims: Iterable[Claim], faults: Iterable[Fault]) -> None:
        """Count a point."""
        self.points += 1
        self.entries += one.matrix.size
        self.judged_right += len(one.sketch.inputs) * sum(claim.error == 0 for claim in claims)
        self.counts.update(fault.kind for fault in faults)

    def plus(self, other: Row) -> Row:
        """Both together."""
        sums = (self.points + other.points, self.entries + other.entries, self.judged_right + other.judged_right)
        return Row(*sums, self.counts + other.counts)

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows of it."""
        counts = [self.counts[kind] for kind in SHOWN]
        share = 100 * self.counts[OPEN] / max(self.judged_right, 1)
        return (str(self.points), str(self.entries), *map(str, counts), f"{share:.2f} %")


SHOWN = (EXCLUDED, TIGHT, ACCUSED, WITHIN, PASSED, OVERSTATED, BROKEN)
HEAD = ("family", "points", "entries", *SHOWN, "right INCONCLUSIVE")


def table(rows: dict[str, Row]) -> str:
    """The count as text, with a sum."""
    total = Row()
    for row in rows.values():
        total = total.plus(row)
    lines = [HEAD, *((name, *row.cells) for name, row in rows.items()), ("sum", *total.cells)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.rjust(w) if k else cell.ljust(w) for k, (cell, w) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )

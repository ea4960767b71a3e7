"""On which entries an output depends, and on which the analytic side lets it depend, where these are not the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.indexing import OUTER
from gradcheck.defects.position import listed
from gradcheck.defects.reach import ALL, named

Mask = NDArray[Any]  # of bool
SEEN = 3  # points at which an entry must have been 0 to be taken for one that is 0 always
FEWEST = 4  # entries that stand where none belongs, or lack
TWICE = 2  # points at which most of these were seen wrong
WIDEST = 2**14  # entries of a Jacobian that are looked at


@dataclass(frozen=True)
class _Pattern:
    """What an output depends on, one expression for each axis of the input, and their plain names."""

    indices: tuple[str, ...]
    names: tuple[str, ...]

    def words(self, name: str) -> str:
        """``x[i,:]``, ``all of x``."""
        whole = all(index == ALL for index in self.indices)
        return f"all of {name}" if whole else f"{name}[{','.join(self.indices)}]"


def certain(evidence: Evidence) -> MatrixDiagnosis | None:
    """The same where nothing else is wrong."""
    found = diagnose(evidence)
    return found if found is not None and not found.region else None


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Both dependences in words, where each has a plain form and they differ."""
    if not 0 < len(evidence.out) <= len(OUTER) or not evidence.shape or evidence.numeric[0].size > WIDEST:
        return None
    true, claimed = _dependences(evidence)
    differ = true ^ claimed
    if differ.sum() < FEWEST or not claimed.any() or (evidence.wrong.sum(axis=0)[differ] >= TWICE).mean() <= 0.5:
        return None
    words = _idle(evidence, true, claimed) or _patterns(evidence, true, claimed) or _exchanged(evidence, true, claimed)
    if not words:
        return None
    if evidence.wrong[:, true & claimed].any():
        told = f"{words}; what is wrong elsewhere may follow from it"
        return evidence.told("dependence", told, evidence.failing, "part")
    return evidence.told("dependence", f"{words}; {evidence.elsewhere}", evidence.failing)


def _dependences(evidence: Evidence) -> tuple[Mask, Mask]:
    """Where the numeric side is not 0 at some point, and where the analytic side is not, shape (m, n).

    Where too little is known of the numeric side, what the analytic side says holds for both.
    """
    known = evidence.wrong | evidence.right
    claimed = np.any((np.abs(evidence.analytic) > evidence.limit) & known, axis=0)
    true = np.any(evidence.away & known, axis=0)
    open_ = known.sum(axis=0) < SEEN
    return np.asarray(np.where(open_, claimed, true)), np.asarray(claimed)


def _idle(evidence: Evidence, true: Mask, claimed: Mask) -> str:
    """Outputs that depend on nothing, where all that differs is theirs."""
    idle, extra = np.asarray(~np.any(true, axis=1)), claimed & ~true
    if idle.all() or not idle.any() or (extra != (true ^ claimed)).any() or extra[~idle].any():
        return ""
    which = listed(np.asarray(np.any(extra, axis=1)), evidence.out)
    what = f"nothing of {evidence.name} acts on {which} of {evidence.output}"
    return f"{what}, and `{evidence.check}` passes back what v is there"


def _patterns(evidence: Evidence, true: Mask, claimed: Mask) -> str:
    mine, its = (_pattern(evidence, some) for some in (true, claimed))
    if mine is None or its is None or mine == its:
        return ""
    y, call = f"{evidence.output}[{','.join(OUTER[: len(evidence.out)])}]", f"`{evidence.check}`"
    words = f"{y} depends on {mine.words(evidence.name)}, and {call} lets it depend on {its.words(evidence.name)}"
    return words + _hint(mine, its)


def _hint(true: _Pattern, claimed: _Pattern) -> str:
    """What such a difference usually comes from."""
    pairs = [(a, b) for a, b in zip(true.names, claimed.names, strict=True) if a != b]
    if len(pairs) > 1 and sorted(true.names) == sorted(claimed.names):
        return ": along the wrong axis"
    if len(pairs) != 1:
        return ""
    match pairs[0]:
        case ("earlier", "later") | ("later", "earlier"):
            return ": as of a scan that runs the wrong way"
        case (("earlier" | "later"), "own"):
            return ", without what comes from the entries before or after it"
        case (("earlier" | "later"), "all"):
            return ", whatever their order"
        case _:
            return ""


def _pattern(evidence: Evidence, some: Mask) -> _Pattern | None:
    """The plain form of a dependence: for each axis of the input, which part of it one index of the output reaches."""
    out, shape = evidence.out, evidence.shape
    box = some.reshape((*out, *shape))
    whole, indices, names = np.ones_like(box), [], []
    for b, length in enumerate(shape):
        reaches = [_projected(box, a, len(out) + b) for a in range(len(out))]
        a = int(np.argmin([reach.mean() for reach in reaches]))
        found = next(_named(reaches[a], OUTER[a]), None)
        if found is None:
            return None
        indices.append(found[0])
        names.append(found[1])
        spread = [1] * box.ndim
        spread[a], spread[len(out) + b] = out[a], length
        whole &= reaches[a].reshape(spread)
    return _Pattern(tuple(indices), tuple(names)) if (whole == box).all() else None


def _named(reach: Mask, letter: str) -> Iterator[tuple[str, str]]:
    return ((index, name) for index, name, part in named(reach, letter) if (part == reach).all())


def _projected(box: Mask, a: int, b: int) -> Mask:
    """Which entries along one axis go with which along another one."""
    return np.asarray(np.any(box, axis=tuple(k for k in range(box.ndim) if k not in (a, b))))


def _exchanged(evidence: Evidence, true: Mask, claimed: Mask) -> str:
    """Whether the analytic side lets one entry depend on another where it is the other way round."""
    if evidence.shape != evidence.out or not (claimed == true.T).all():
        return ""
    name, y = evidence.name, evidence.output
    return (
        f"`{evidence.check}` passes from {y}[k] to {name}[i] where {name}[k] acts on {y}[i]: the two ends of each "
        "connection, such as sender and receiver, are exchanged"
    )


FAMILY = Family("dependence", hypotheses=(Hypothesis(Claim.MOVED, certain), Hypothesis(Claim.TERM, diagnose)))

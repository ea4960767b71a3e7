"""What a family of defects is: how they are made, and how they are recognised."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradcheck.adapters.contract import Subject
from gradcheck.defects.corruption import Corrupted
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence


class Claim(enum.IntEnum):
    """What a hypothesis says of a wrong matrix; one that leaves less room for an accident is tried first."""

    WHOLE = 1  # one number relates all entries
    MEMORY = 2  # the answer is that to other inputs
    MOVED = 3  # the right numbers, rearranged or mixed; or one relation in one part
    FROZEN = 4  # one answer for all points
    TERM = 5  # a formula, or a term of it
    PART = 6  # what the wrong entries have in common, or what is left


@dataclass(frozen=True)
class Hypothesis:
    """A test whether one sort of mistake explains a wrong matrix.

    Attributes
    ----------
    claim : Claim
    test : callable
        Takes the evidence; None where the mistake does not explain it.
    """

    claim: Claim
    test: Callable[[Evidence], MatrixDiagnosis | None]


@dataclass(frozen=True)
class Corruption:
    """One way in which derivatives may be wrong, made on purpose.

    Attributes
    ----------
    name
        What is wrong: ``"sign flipped"``.
    corrupt
        Makes the layer that is wrong, a fresh one for each call: some keep what they were given.
    kinds
        What a diagnosis of it may be, as `Diagnosis.kind`: a test holds the two halves of the catalogue
        together by them.
    size
        e, for those that multiply by 1 + e: all of one name form a series; None for the others.
    whole
        Whether the whole Jacobian must be made for it.
    """

    name: str
    corrupt: Callable[[], Corrupted]
    kinds: tuple[str, ...]
    size: float | None = None
    whole: bool = False


def _none(subject: Subject) -> Iterator[Corruption]:  # noqa: ARG001 - as every family's
    return iter(())


@dataclass(frozen=True)
class Family:
    """Defects of one sort: one entry of the catalogue.

    Attributes
    ----------
    name : str
    corruptions : callable
        Takes a layer, and yields what can be corrupted in it; nothing for a family that is recognised only.
    hypotheses : tuple of Hypothesis
        Nothing for a family that shows in the behaviour of calls, and in no matrix.
    """

    name: str
    corruptions: Callable[[Subject], Iterator[Corruption]] = _none
    hypotheses: tuple[Hypothesis, ...] = ()

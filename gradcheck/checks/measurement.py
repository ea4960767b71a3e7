"""What is measured of a `forward` at a point, whoever claims its derivative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.checks.matrices import jacobian_matrix
from gradcheck.frozen import dataclass
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.noise import Noise
from gradcheck.oracle.sampling import SAVING, STRUCTURED, WORK, Sample, affordable, has_undrawn, is_dense
from gradcheck.records.case import FULL, QUICK, Point
from gradcheck.records.estimate import Estimate

Array = NDArray[Any]
LARGEST_JACOBIAN = 1 << 25  # entries of one that is asked for: 256 MiB


@dataclass(frozen=True, eq=False, repr=False)
class Measurement:
    """The numeric side of a point, as one probe has measured it and others of the same `forward` may use it.

    Parameters
    ----------
    dense : bool
        Whether the Jacobian is seen along random directions alone.
    reference : tuple
        The forward that is differentiated, its noise, and those directions.
    estimate : Estimate
        The numeric Jacobian, shape (m, n).
    """

    dense: bool
    reference: tuple[Forward, Noise, Sample | None]
    estimate: Estimate


def in_part(subject: Subject, point: Point, y: Array, *, patterned: bool) -> bool:
    """Whether a Jacobian is seen in part: few calls are wanted, or it is large, without a structure that would help.

    Parameters
    ----------
    subject : Subject
    point : Point
    y : ndarray
        The output there.
    patterned : bool
        Whether `bprop` claims few non-zeros.
    """
    lengths = [point.arrays[k].size for k in subject.differentiable]
    m, n = y.size, sum(lengths)
    if point.case.budget == QUICK:
        return has_undrawn(m, lengths)
    if affordable(m, n) or (point.case.budget == FULL and m * n <= LARGEST_JACOBIAN):
        return False
    if m * n > STRUCTURED or n * (n + m) > SAVING * WORK or m * (n + m) > SAVING * WORK:
        return True
    if subject.has_bprop:
        return not patterned
    whole = attempt(lambda: jacobian_matrix(subject, point.arrays, y))
    return is_dense([] if isinstance(whole, Breach) else [whole], m, n)


def pieces_of(
    subject: Subject, arrays: Sequence[Array], sample: Sample | None
) -> tuple[tuple[str, tuple[int, ...], slice], ...]:
    """Name, shape and columns of each differentiable input in the Jacobian as it is seen: whole, or along directions.

    Parameters
    ----------
    subject : Subject
    arrays : sequence of ndarray
    sample : Sample or None
    """
    found, start = [], 0
    for place, k in enumerate(subject.differentiable):
        array = arrays[k]
        part = slice(start, start + array.size) if sample is None else sample.pieces[place]
        found.append((subject.inputs[k].name, array.shape, part))
        start += array.size
    return tuple(found)

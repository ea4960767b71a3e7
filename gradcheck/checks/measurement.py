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
from gradcheck.oracle.sampling import SAVING, STRUCTURED, WORK, Sample, affordable, is_dense
from gradcheck.records.estimate import Estimate

Array = NDArray[Any]


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


def too_dense(subject: Subject, arrays: Sequence[Array], y: Array, *, patterned: bool) -> bool:
    """Whether a Jacobian is too large to be measured whole, and without a structure that would help.

    Parameters
    ----------
    subject : Subject
    arrays : sequence of ndarray
    y : ndarray
        The output there.
    patterned : bool
        Whether `bprop` claims few non-zeros.
    """
    m, n = y.size, sum(arrays[k].size for k in subject.differentiable)
    if affordable(m, n):
        return False
    if m * n > STRUCTURED or n * (n + m) > SAVING * WORK or m * (n + m) > SAVING * WORK:
        return True
    if subject.has_bprop:
        return not patterned
    whole = attempt(lambda: jacobian_matrix(subject, arrays, y))
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

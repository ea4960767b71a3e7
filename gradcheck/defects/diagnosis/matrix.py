"""The hypotheses about a wrong matrix, the plainest first: the first that explains everything is the diagnosis."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck.defects.diagnosis import (
    averaging,
    axes,
    elsewhere,
    formula,
    invariance,
    memory,
    outer,
    parts,
    placement,
    rounding,
    scaling,
    terms,
)
from gradcheck.defects.diagnosis.evidence import Evidence
from gradcheck.defects.diagnosis.interface import MatrixDiagnosis

HYPOTHESES: tuple[Callable[[Evidence], MatrixDiagnosis | None], ...] = (
    scaling.diagnose,
    rounding.few_digits,
    memory.mistaken,
    placement.diagnose,
    axes.diagnose,
    averaging.diagnose,
    parts.certain,
    memory.frozen,
    outer.diagnose,
    formula.diagnose,
    formula.related,
    terms.constant,
    terms.multiple,
    rounding.eps,
    parts.diagnose,
    rounding.nearly,
    invariance.diagnose,
    elsewhere.elementwise,
)


def diagnose(evidence: Evidence, *, alone: bool) -> MatrixDiagnosis | None:
    """What is wrong with a matrix; None where no hypothesis explains enough.

    Parameters
    ----------
    evidence : Evidence
    alone : bool
        Whether no other input has a failure.
    """
    if not evidence.wrong.any():
        return None
    found = next((found for test in HYPOTHESES if (found := test(evidence)) is not None), None)
    return found or (elsewhere.other_inputs(evidence) if alone else None)

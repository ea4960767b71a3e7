"""The hypotheses about a wrong matrix, the plainest first: the first that explains everything is the diagnosis."""

from __future__ import annotations

from gradcheck.defects.catalogue import FAMILIES
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.elsewhere import other_inputs
from gradcheck.defects.evidence import Evidence

HYPOTHESES = sorted((one for family in FAMILIES.values() for one in family.hypotheses), key=lambda one: one.claim)


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
    found = next((found for one in HYPOTHESES if (found := one.test(evidence)) is not None), None)
    return found or (other_inputs(evidence) if alone else None)

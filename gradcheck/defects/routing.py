"""Right numbers that go to the wrong entries: 0 where one belongs, and one where 0 belongs."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.defects import where
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.relation import Relation

FEWEST = 4  # entries of each sort
SEEN = 2  # points with both


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Whether in every wrong entry one side is 0, on one side here and on the other one there; and where."""
    lost = evidence.wrong & (evidence.analytic == 0) & evidence.away
    extra = evidence.wrong & (evidence.analytic != 0) & ~evidence.away
    both = lost.any(axis=(1, 2)) & extra.any(axis=(1, 2))
    if (evidence.wrong & ~lost & ~extra).any() or min(lost.sum(), extra.sum()) < FEWEST or both.sum() < SEEN:
        return None
    call = f"`{evidence.check}`"
    for name, mine, others in (("zero", lost, extra), ("extra", extra, lost)):
        region = where.region_of(replace(evidence, wrong=mine, right=others), Relation(name, "", others))
        if region is not None:
            gives, elsewhere = ("0", "something else") if name == "zero" else ("something", "0")
            told = f"{call} gives {gives} {region.words} and {elsewhere} elsewhere: it is the other way round"
            return evidence.told("routing", told, evidence.failing, region.kind)
    words = f"the gradient goes to other entries of {evidence.name} than those that act"
    told = f"{words}: {call} gives 0 where a number belongs, and a number where 0 belongs"
    return evidence.told("routing", told, evidence.failing)


FAMILY = Family("routing", hypotheses=(Hypothesis(Claim.PART, diagnose),))

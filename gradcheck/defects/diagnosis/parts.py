"""Wrong in a part of the entries: what they have in common, and where they are."""

from __future__ import annotations

from gradcheck.defects.diagnosis import position, where
from gradcheck.defects.diagnosis.evidence import Evidence
from gradcheck.defects.diagnosis.interface import MatrixDiagnosis
from gradcheck.defects.diagnosis.numbers import cause
from gradcheck.defects.diagnosis.relation import relation_of

OFFSET = "offset all"  # of every entry: other families may know what the number is


def certain(evidence: Evidence) -> MatrixDiagnosis | None:
    """What the wrong entries have in common, and where they are, if both can be said."""
    found = diagnose(evidence)
    return found if found is not None and found.kind and found.region and found.name != OFFSET else None


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """What the wrong entries have in common, and where they are; either alone is worth saying, too."""
    relation, points = relation_of(evidence), evidence.failing
    words = relation.words.rstrip(",")
    if relation.kind and not relation.shows.any():
        return evidence.told(relation.kind, f"{words} in every entry", points, "all")
    region = position.region_of(evidence, relation.shows) or where.region_of(evidence, relation)
    if region is not None:
        reason = cause(region.kind) if relation.kind == "nan" else ""
        told = f"{relation.words or 'wrong'} {region.words}{reason and f': {reason}'}; the entries elsewhere are right"
        return evidence.told(relation.kind, told, points, region.kind)
    return evidence.told(relation.kind, f"{words} in each wrong entry", points) if relation.kind else None

"""Another formula on either side of a condition: each part is explained by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects import conditions, factors, formula, monomials, nearly_right, position, products, where
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.relation import relations_of
from gradcheck.defects.where import beside

Array = NDArray[np.bool_]
CLASSES = 4  # most values of a label that are told apart
STACKED = 4  # outputs put together along a first axis, at most: each may have a formula of its own
ENOUGH = 8  # wrong entries of a part
TESTS = (
    factors.diagnose,
    conditions.certain,
    formula.diagnose,
    nearly_right.eps,
    products.diagnose,
    monomials.diagnose,
)


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """What is wrong with each part, where that can be said of all of them that are wrong."""
    for parts in _partings(evidence):
        told, all_of_it, explained = [], int(evidence.wrong.sum()), 0
        for words, mask in parts:
            part = replace(evidence, wrong=evidence.wrong & mask, right=evidence.right & mask)
            wrong = int(part.wrong.sum())
            if not wrong:
                continue
            found = next((one for test in TESTS if (one := test(part)) is not None), None) if wrong >= ENOUGH else None
            if found is not None and found.kind != "nan":  # what is no number has no formula
                told.append(f"{words}: {found.sentence}")
                explained += wrong
        if told and all_of_it - explained < ENOUGH:
            rest = "" if explained == all_of_it else "; what else is wrong is too little to tell"
            return evidence.told("split", "; ".join(told) + rest, evidence.failing)
    return None


def _partings(evidence: Evidence) -> Iterator[list[tuple[str, Array]]]:
    """Ways to part the entries, each part in words and as a mask of the shape of the evidence."""
    shape = evidence.numeric.shape
    *_, unknown = relations_of(evidence)
    region = position.region_of(evidence, unknown.shows) or where.region_of(evidence, unknown)
    if region is not None:
        yield [(region.words, evidence.wrong)]
    if len(evidence.out) > 1 and evidence.out[0] <= STACKED:
        rows = np.indices(evidence.out)[0].reshape(-1)
        words = [f"for the cotangent of {evidence.output}[{k}]" for k in range(evidence.out[0])]
        yield [(told, np.broadcast_to((rows == k)[:, None], shape)) for k, told in enumerate(words)]
    x = np.broadcast_to(evidence.x[:, None], shape)
    signs = [(f"{evidence.name} is negative", x < 0), (f"{evidence.name} is positive", x > 0)]
    signs = signs if all(own.any() for _, own in signs) else []
    labels = {one.name for one in evidence.probes[0].subject.inputs if one.domain == "labels"}
    for name, values, by_column in beside(evidence):
        if name in labels and 1 < len(classes := np.unique(values)) <= CLASSES:
            spread = np.broadcast_to(values[:, None] if by_column else values[:, :, None], shape)
            parts = [(f"where {name} is {int(k)}", spread == k) for k in classes]
            yield parts
            yield [(f"{words} and {sign}", mask & own) for words, mask in parts for sign, own in signs]
    if signs:
        yield [(f"where {sign}", own) for sign, own in signs]


FAMILY = Family("split", hypotheses=(Hypothesis(Claim.TERM, diagnose),))

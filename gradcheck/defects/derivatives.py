"""The failures of `jacobian`, `bprop` and `linearity`: evidence, hypotheses, and who shares the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.checks.bprop import RANDOM
from gradcheck.defects import conditions as parts
from gradcheck.defects import cotangent_use as cotangent
from gradcheck.defects import gradient_use, nonfinite, subgradients
from gradcheck.defects.answers import ask
from gradcheck.defects.catalogue import FAMILIES
from gradcheck.defects.diagnosis import Diagnosis, Failures, MatrixDiagnosis, fault_of
from gradcheck.defects.elsewhere import other_inputs
from gradcheck.defects.evidence import Evidence, gather
from gradcheck.defects.within import columns
from gradcheck.records.case import Case
from gradcheck.records.fault import FaultKind
from gradcheck.records.finding import Finding

LOST = ("rounded", "slight")
MOST = 0.5  # share of the points at which `bprop` is not linear that tell what it makes of v at all of them
KEPT = ("stale", "frozen")  # what a cache does shows in many ways
# The plainest first: the first that explains everything is the diagnosis.
HYPOTHESES = sorted((h for family in FAMILIES.values() for h in family.hypotheses), key=lambda h: h.claim)


def of_cotangents(failures: Failures) -> dict[int, Diagnosis]:
    """What becomes of v, where `bprop` is not linear in it; wrong matrices may come from that, too."""
    linearity = failures.of("linearity")
    about = linearity | {k: f for k, f in failures.of("bprop").items() if fault_of(f)["cotangent"] == RANDOM}
    cases = dict.fromkeys(f.case for f in about.values() if f.case in failures.probe)
    if linearity and (made := _of_gradients(failures, cases)) is not None:
        return dict.fromkeys([*about, *failures.of("bprop", "agreement")], made)
    by_case = {case: cotangent.diagnose(failures.probe[case]) for case in cases}
    symptoms = {told.kind for told, complete in by_case.values() if told and not complete} & cotangent.SYMPTOMS
    if len(symptoms) > 1:  # which of them it is the points do not tell
        several = {case for case, (told, _) in by_case.items() if told and told.kind in symptoms}
        by_case |= {case: (cotangent.SEVERAL, False) for case in several if not by_case[case][1]}
    whole, often = _commonest([told for told, complete in by_case.values() if told and complete])
    lost = next((told for told, complete in by_case.values() if told and not complete and told.kind in LOST), None)
    if lost is not None and whole is not None and whole.kind in LOST:  # v alone does not explain all that is lost
        by_case = {case: (lost if complete else told, False) for case, (told, complete) in by_case.items()}
        whole = None
    best = {case: told if complete or whole is None else whole for case, (told, complete) in by_case.items()}
    if whole is not None and often > MOST * len(by_case):  # at a few points, another answer may look the same
        best = dict.fromkeys(by_case, whole)
    found = {k: one for k, f in about.items() if (one := best.get(f.case)) is not None}
    if linearity and whole is not None and whole.kind in cotangent.EXACT and set(best.values()) == {whole}:
        found |= {k: whole for k in failures.of("bprop", "agreement") if k not in found}
    return found


def _commonest(told: Sequence[Diagnosis]) -> tuple[Diagnosis | None, int]:
    """What most points tell, and how many: one point may tell for others."""
    return Counter(told).most_common(1)[0] if told else (None, 0)


def _of_gradients(failures: Failures, cases: Iterable[Case]) -> Diagnosis | None:
    """What becomes of the whole gradient, or of the size of v, at nearly all points."""
    asked = {case: ask(failures.probe[case]) for case in cases}
    wrong = {case: one for case, one in asked.items() if one is not None and one.wrong}
    if not wrong:
        return None
    explained = gradient_use.made_of(list(wrong.values()), failures.probe[next(iter(wrong))])
    if not explained:
        return None
    words = dict.fromkeys(one.sentence for one in explained)
    return Diagnosis(explained[0].kind, "; or ".join(words))


def of_matrices(failures: Failures) -> dict[int, Diagnosis]:
    """What is wrong with the matrices of each check and input, and with single claims at kinks or at run time."""
    told: dict[int, Diagnosis] = {}
    compared = failures.of("jacobian", "bprop", "jvp").values()
    for check, name in dict.fromkeys((f.check, f.input) for f in compared if f.input):
        mine = {k: f for k, f in failures.of(check).items() if f.input == name and fault_of(f)["cotangent"] != RANDOM}
        evidence = gather(failures.probes, check, name)
        if evidence is not None:
            finite = _finite_points(evidence)
            whole = None if finite is None else _of_matrix(finite)
            if finite is None or whole is None:
                told |= _of_input(evidence, mine, _of_matrix(evidence))
            else:  # what is NaN is told of by itself
                told |= _of_input(finite, mine, whole)
    return told | _of_nan(failures, told)


def _of_matrix(evidence: Evidence) -> MatrixDiagnosis | None:
    """What is wrong with a matrix; None where no hypothesis explains enough."""
    if not evidence.wrong.any():
        return None
    found = next((found for h in HYPOTHESES if (found := h.test(evidence)) is not None), None)
    return found or other_inputs(evidence) or columns(evidence)


def _of_input(evidence: Evidence, mine: Mapping[int, Finding], whole: MatrixDiagnosis | None) -> dict[int, Diagnosis]:
    """What is wrong with one input's derivatives, on the whole, and with those that fail in a way of their own."""
    probes = {p.point.case: p for p in evidence.probes}
    tied = subgradients.region(
        evidence, {f.case for f in mine.values() if fault_of(f).kind is FaultKind.NO_SUBGRADIENT}
    )
    holds = whole.points & evidence.failing if whole else evidence.failing & False
    explained = {p.point.case for p, held in zip(evidence.probes, holds, strict=True) if held}
    told: dict[int, Diagnosis] = {}
    for k, f in mine.items():
        kind = fault_of(f).kind
        unbound = kind is FaultKind.NO_SUBGRADIENT
        if unbound and tied is not None:
            told[k] = subgradients.told(tied)
        elif whole is not None and (unbound or f.case in explained or whole.kind in KEPT):
            told[k] = whole
        elif kind is FaultKind.AT_RUN_TIME and f.case in probes:
            told[k] = nonfinite.at_run_time(probes[f.case], evidence.check)
    return told


def _of_nan(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """Where a derivative is NaN, for the findings of `contract` that say so and those that show it."""
    found: dict[int, Diagnosis] = {}
    for k, f in failures.of("contract").items():
        if fault_of(f).kind is not FaultKind.NAN_DERIVATIVE:
            continue
        check = fault_of(f).method
        evidence = gather(failures.probes, check, f.input)
        diagnosis = None if evidence is None else parts.diagnose(_of_finiteness(evidence))
        if diagnosis is None or diagnosis.kind != "nan":
            continue
        found[k] = diagnosis
        for j, g in failures.of(check).items():
            same = told[j].kind in ("nan", "overflow") if j in told else g.case == f.case
            if g.input == f.input and same:
                found[j] = diagnosis
    return found


def _finite_points(evidence: Evidence) -> Evidence | None:
    """The evidence at the points where the claim is finite; None where that is no smaller part of it."""
    finite = np.asarray(np.all(np.isfinite(evidence.analytic), axis=(1, 2)))
    return evidence.at(finite) if finite.any() and not finite.all() else None


def _of_finiteness(evidence: Evidence) -> Evidence:
    """The same evidence on another question: which entries are finite numbers, as they come out."""
    bad = ~np.isfinite(evidence.plain)
    return replace(evidence, analytic=evidence.plain, wrong=bad, right=~bad & np.isfinite(evidence.limit))

"""The negative control: a layer's own derivatives are corrupted, and the checks of a plan must notice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from gradcheck.adapters.contract import Subject
from gradcheck.checks import select_checks
from gradcheck.checks.judge import probe_of
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.defects.catalogue import FAMILIES
from gradcheck.defects.family import Corruption
from gradcheck.inputs.cases import cases_of, with_thoroughness
from gradcheck.records.plan import Plan
from gradcheck.records.proof import CorruptionResult, Proof
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import examine
from gradcheck.run.prove.control import Control
from gradcheck.run.prove.results import results_of
from gradcheck.run.prove.sensitivity import sensitivities_of

WHOLE = 1 << 14  # entries of a Jacobian up to which corruptions are made that need all of it


def prove(subject: Subject, plan: Plan, *, on_corruption: Callable[[str], None] | None = None) -> Proof:
    """Corrupt a layer's derivatives in many ways, and see which of these the checks of a plan catch.

    Parameters
    ----------
    subject : Subject
        A layer whose own derivatives are right.
    plan : Plan
    on_corruption : callable, optional
        Told the name of each corruption before it is tried.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, check, dtype or size.
    """
    start = time.perf_counter()
    report = examine(subject, plan)
    checks = select_checks(plan.checks)
    proof = Proof(subject.name, subject.target, tuple(check.name for check in checks), method=report.method)
    if not report.passed:
        return _refuse(proof, report)
    with quiet():
        controls = [Control(probe) for probe in _probes(subject, plan) if probe.usable]
        unmade = {c.name for c in corruptions_of(subject) if c.whole and any(map(_too_large, controls))}
        made = (corruption for corruption in corruptions_of(subject) if controls and corruption.name not in unmade)
        results: list[CorruptionResult] = []
        for name, series in groupby(made, key=lambda corruption: corruption.name):
            if on_corruption:
                on_corruption(name)
            results += results_of(list(series), controls, checks)
        sensitivities = sensitivities_of(subject, controls, checks)
    return replace(
        proof,
        points=len(controls),
        results=tuple(results),
        sensitivities=sensitivities,
        unmade=tuple(sorted(unmade)),
        seconds=time.perf_counter() - start,
    )


def corruptions_of(subject: Subject) -> Iterator[Corruption]:
    """All corruptions of a layer, in order."""
    for family in FAMILIES.values():
        yield from family.corruptions(subject)


def _refuse(proof: Proof, report: LayerReport) -> Proof:
    return replace(
        proof,
        failing=report,
        seconds=report.seconds,
    )


def _probes(subject: Subject, plan: Plan) -> Iterator[Probe]:
    """The layer at the points of the plan, as `examine` visits them."""
    visits = with_thoroughness(cases_of(subject, plan))
    probes = (probe_of(subject, case, thorough=thorough, whole=True) for case, thorough in visits)
    return (probe for probe in probes if probe is not None)


def _too_large(control: Control) -> bool:
    probe = control.probe
    return probe.y.size * sum(probe.point.arrays[k].size for k in probe.subject.differentiable) > WHOLE

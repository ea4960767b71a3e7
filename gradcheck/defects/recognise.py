"""What is wrong, in one sentence: hypotheses tested on the numbers of all points that were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.checks.probe import Probe
from gradcheck.defects import behaviour, consequences, derivatives, renewal, shortened
from gradcheck.defects.diagnosis import Diagnosis, Failures
from gradcheck.defects.repair import edit_search as repair
from gradcheck.defects.sizes import of_sizes
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.text import printable


def diagnosed(findings: Sequence[Finding], probes: Sequence[Probe]) -> tuple[Finding, ...]:
    """The same findings; those that fail say what is wrong, where the numbers leave no doubt.

    Parameters
    ----------
    findings : sequence of Finding
        About one layer.
    probes : sequence of Probe
        At points of these findings; of those that are missing nothing is said.
    """
    told = diagnoses(findings, probes)
    return tuple(replace(f, diagnosis=printable(told[k].sentence)) if k in told else f for k, f in enumerate(findings))


def diagnoses(findings: Sequence[Finding], probes: Sequence[Probe]) -> dict[int, Diagnosis]:
    """What is wrong, by the position of the finding that fails; points of one size and dtype are taken together."""
    by_case = {p.point.case: p for p in probes}
    alike: dict[object, dict[int, Finding]] = {}
    for k, f in enumerate(findings):
        alike.setdefault(_likeness(f.case, by_case.get(f.case)), {})[k] = f
    told: dict[int, Diagnosis] = {}
    for some in alike.values():
        failing = {k: f for k, f in some.items() if f.verdict is Verdict.FAIL}
        if failing:
            passed = frozenset((f.check, f.case, f.input) for f in some.values() if f.verdict is Verdict.PASS)
            near = dict.fromkeys(f.case for f in some.values())
            failures = Failures(failing, passed, tuple(by_case[case] for case in near if case in by_case))
            with np.errstate(all="ignore"):
                told |= _diagnose(failures)
    told |= of_sizes(findings, told, by_case)
    return {**consequences.of_lengths(findings, told), **told}


def _likeness(case: Case, probe: Probe | None) -> object:
    sizes = case.sizes if probe is None else tuple(array.shape for array in probe.point.arrays)
    return case.dtype, probe is None, sizes


def _diagnose(failures: Failures) -> dict[int, Diagnosis]:
    """The first family that knows what is wrong with a failure decides; what follows from others comes last."""
    told = behaviour.of_memory(failures)
    left = renewal.remaining(failures, told)
    if left is not None:  # what fails even then has a cause of its own
        told, failures = renewal.without(told, left), left
    for diagnose in (behaviour.of_answers, shortened.of_shortened):
        told = {**diagnose(failures), **told}
    of_v = {k: one for k, one in derivatives.of_cotangents(failures).items() if k not in told}
    told |= of_v
    formulas = {**derivatives.of_matrices(failures), **consequences.of_cotangents(failures, of_v), **told}
    told = {**formulas, **repair.mended(failures, formulas, settled=told)}
    for diagnose in (behaviour.of_layout, behaviour.of_laws):
        told = {**diagnose(failures), **told}
    told = {**told, **consequences.of_causes(failures, told)}
    told = {**behaviour.of_batch(failures, told), **told}
    return {**behaviour.of_agreement(failures, told), **told}

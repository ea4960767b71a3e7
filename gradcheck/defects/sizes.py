"""Wrong with some lengths of the inputs, and right with the others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradcheck.checks.probe import Probe
from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.evidence import gather_again
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict

CHECKS = ("bprop", "jacobian")
SEEN = 5  # points at which it is right with the other lengths
CAUSE = "a length, or a test of shapes, is built in, or a condition is met there alone"
AGAIN = ("normal", "uniform", "mixed")  # at which it is looked whether the lengths alone make it wrong


def of_sizes(
    findings: Sequence[Finding], told: Mapping[int, Diagnosis], by_case: Mapping[Case, Probe]
) -> dict[int, Diagnosis]:
    """The failures of an input whose derivatives are right at every point of the usual lengths."""
    found: dict[int, Diagnosis] = {}
    if any(g.check == "purity" and g.verdict is Verdict.FAIL for g in findings):  # then it may be wrong anywhere
        return found
    for k, f in enumerate(findings):
        if f.check not in CHECKS or f.verdict is not Verdict.FAIL or not f.case.sizes:
            continue
        alike = [g for g in findings if (g.check, g.input) == (f.check, f.input) and g.case.sizes != f.case.sizes]
        passed = sum(g.verdict is Verdict.PASS for g in alike) >= SEEN
        if passed and all(g.verdict is not Verdict.FAIL for g in alike) and _always(f, by_case.get(f.case)):
            wrong, right = _differing(f.case, next(g.case for g in alike if g.verdict is Verdict.PASS))
            words = (
                f"right with {right} and wrong with {wrong}: {CAUSE}{_exchange(f.case, alike)}{_parity(f.case, alike)}"
            )
            known = f"; there {told[k].sentence}" if k in told else ""
            found[k] = Diagnosis("sizes", f"the gradient of {f.input} is {words}{known}")
    return found


def _always(finding: Finding, probe: Probe | None) -> bool:
    """Whether the failure is one of the lengths, and not of the values there: others of these lengths fail, too."""
    if probe is None:
        return True
    for strategy in AGAIN:
        evidence = gather_again(probe, replace(finding.case, strategy=strategy), finding.check, finding.input)
        if evidence is not None and not evidence.failing.any():
            return False
    return True


def _exchange(case: Case, alike: Sequence[Finding]) -> str:
    """Another cause, where two lengths that differ here are the same wherever it is right."""
    right = [dict(g.case.sizes) for g in alike if g.verdict is Verdict.PASS]
    pairs = itertools.combinations(case.sizes, 2)
    alike_there = any(m != n and all(one.get(a) == one.get(b) for one in right) for (a, m), (b, n) in pairs)
    return ", or lengths that are equal there are taken for each other" if alike_there else ""


def _parity(case: Case, alike: Sequence[Finding]) -> str:
    """Another cause, where a length that is even here is odd wherever it is right, or the other way round."""
    right = [dict(g.case.sizes) for g in alike if g.verdict is Verdict.PASS]
    apart = any(all((sizes.get(name, length) - length) % 2 for sizes in right) for name, length in case.sizes)
    return ", or even and odd lengths are not told apart" if apart else ""


def _differing(case: Case, other: Case) -> tuple[str, str]:
    """The sizes of two cases, in words: those that differ, with what they are beside."""
    known = dict(other.sizes)
    names = [name for name, length in case.sizes if known.get(name) != length]
    beside = [name for name, _ in case.sizes if name not in names]
    shown = [*names, *beside]
    return tuple(", ".join(f"{name}={dict(one.sizes)[name]}" for name in shown) for one in (case, other))  # type: ignore[return-value]

"""What fails at a few points in a way of its own, beside a mistake that shows at most: one cause, one claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from gradcheck.checks.derivative import breaks_alone
from gradcheck.defects.diagnosis import Diagnosis, Failures, fault_of
from gradcheck.records.case import Case
from gradcheck.records.fault import FaultKind
from gradcheck.records.finding import Finding, Verdict

Way: TypeAlias = tuple[str, str]  # a method, and the input whose derivatives are wrong
COMPARED = ("bprop", "jacobian", "jvp")
MOST = 0.5  # share of the failures of an input's derivatives beyond which a diagnosis is that of all
FEW = 0.5  # failures, for each of another input, up to which those of this one may come from the same mistake
# What the right formula may show, too, and what any wrong one shows where its parts no longer fit together.
SINGULAR = frozenset({"nan", "overflow", "cancellation", "kink", "tie"})
SPECIAL = frozenset({"zero", "tie", "equal"})  # regions that hold hardly any points
ALONE = 2  # failures at points of one size, up to which they are too few to tell anything
TOO = "what is told of most points may be why it fails here, too"


def of_causes(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """What to say of the failures that are no cause themselves, by their position."""
    derivatives = _derivatives(failures)
    causes = _causes(failures.of(*COMPARED), told)
    count = Counter(map(_way, derivatives.values()))
    shown: defaultdict[tuple[Way, Diagnosis], set[Case]] = defaultdict(set)
    for k, f in derivatives.items():
        if k in told:
            shown[_way(f), told[k]].add(f.case)
    found = {}
    for k, f in derivatives.items():
        own, cause = told.get(k), causes.get(_way(f))
        beside = [way for way in causes if way[0] == _way(f)[0] and count[_way(f)] <= FEW * count[way]]
        if beside and (own is None or _singular(own)) and (cause is None or _singular(cause)):
            words = _beside(failures, f, beside[0][1])
            found[k] = replace(own or causes[beside[0]], sentence=words)
        elif cause is not None and _singular(cause):
            if own is None and f.case in shown[_way(f), cause]:
                found[k] = cause
        elif cause is not None and (own is None or own.kind != cause.kind):
            found[k] = replace(own or cause, sentence=TOO)
    return found


def _beside(failures: Failures, finding: Finding, other: str) -> str:
    """What a failure may have to do with the wrong gradient of another input."""
    bound, probe = fault_of(finding).kind is FaultKind.NO_SUBGRADIENT, failures.probe.get(finding.case)
    if bound and probe is not None and not breaks_alone(probe, finding.check, other):
        words = f"only along directions that move {other}, too, of which the gradient is wrong, is the slope another"
        return f"{words}: the gradient of {finding.input} may be right"
    return f"perhaps a consequence of what is wrong with the gradient of {other}"


def of_cotangents(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """What is told of `linearity`, for failures of `bprop` there: cotangents with a single 1 show no formula then."""
    nonlinear = {f.case: told[k] for k, f in failures.of("linearity").items() if k in told}
    return {k: nonlinear[f.case] for k, f in failures.of("bprop").items() if f.case in nonlinear}


def _singular(diagnosis: Diagnosis) -> bool:
    return diagnosis.kind in SINGULAR or diagnosis.region in SPECIAL


def of_lengths(findings: Sequence[Finding], told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """The failures with lengths of their own, too few to tell anything: what is told of most others of their kind."""
    compared = {k: f for k, f in enumerate(findings) if f.verdict is Verdict.FAIL and f.check in COMPARED}
    causes = _causes(compared, told)
    alike = Counter((_way(f), f.case.sizes) for f in compared.values())
    few = {k: f for k, f in compared.items() if k not in told and alike[_way(f), f.case.sizes] <= ALONE}
    return {k: causes[_way(f)] for k, f in few.items() if _way(f) in causes}


def _derivatives(failures: Failures) -> dict[int, Finding]:
    """The failures that are about the numbers of one input's derivatives."""
    nan = {k: f for k, f in failures.of("contract").items() if fault_of(f).kind is FaultKind.NAN_DERIVATIVE}
    return {k: f for k, f in (failures.of(*COMPARED) | nan).items() if f.input}


def _way(finding: Finding) -> Way:
    return fault_of(finding).method if finding.check == "contract" else finding.check, finding.input


def _causes(compared: Mapping[int, Finding], told: Mapping[int, Diagnosis]) -> dict[Way, Diagnosis]:
    """The diagnosis that holds at most of the points at which a method is wrong by an input."""
    alike: dict[Way, list[Diagnosis | None]] = {}
    for k, f in compared.items():
        alike.setdefault(_way(f), []).append(told.get(k))
    found = {}
    for way, said in alike.items():
        (cause, count), *_ = Counter(said).most_common(1)
        if cause is not None and count > MOST * len(said):
            found[way] = cause
    return found

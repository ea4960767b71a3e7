"""What fails at a few points in a way of its own, beside a mistake that shows at most: one cause, one claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from gradcheck.defects.diagnosis import Diagnosis, Failures, fault_of
from gradcheck.records.fault import FaultKind
from gradcheck.records.finding import Finding

COMPARED = ("bprop", "jacobian", "jvp")
MOST = 0.5  # share of the failures of an input's derivatives beyond which a diagnosis is that of all
FEW = 0.5  # failures, for each of another input, up to which those of this one may come from the same mistake
ANOTHER = "fails in another way here than at most points"
# What the right formula may show, too, and what any wrong one shows where its parts no longer fit together.
SINGULAR = frozenset({"nan", "overflow", "cancellation", "kink", "tie", "zero", "equal"})


def of_causes(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """What to say of the failures that are no cause themselves, by their position."""
    causes, derivatives = _causes(failures, told), _derivatives(failures)
    count = Counter(map(_way, derivatives.values()))
    found = {}
    for k, f in derivatives.items():
        own, cause = told.get(k), causes.get(_way(f))
        if cause is not None and (own is None or own.kind != cause.kind):
            found[k] = replace(own or Diagnosis("consequence", ""), sentence=ANOTHER)
        elif cause is None and (own is None or {own.kind, own.region} & SINGULAR):
            others = [way for way in causes if way[0] == _way(f)[0] and count[_way(f)] <= FEW * count[way]]
            if others:
                words = f"perhaps a consequence of what is wrong with the gradient of {others[0][1]}"
                found[k] = replace(own or Diagnosis("consequence", ""), sentence=words)
    return found


def _derivatives(failures: Failures) -> dict[int, Finding]:
    """The failures that are about the numbers of one input's derivatives."""
    nan = {k: f for k, f in failures.of("contract").items() if fault_of(f).kind is FaultKind.NAN_DERIVATIVE}
    return {k: f for k, f in (failures.of(*COMPARED) | nan).items() if f.input}


def _way(finding: Finding) -> tuple[str, str]:
    """The method, and the input whose derivatives are wrong."""
    return fault_of(finding).method if finding.check == "contract" else finding.check, finding.input


def _causes(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[tuple[str, str], Diagnosis]:
    """The diagnosis that holds at most of the points at which a method is wrong by an input."""
    alike: dict[tuple[str, str], list[Diagnosis | None]] = {}
    for k, f in failures.of(*COMPARED).items():
        alike.setdefault((f.check, f.input), []).append(told.get(k))
    found = {}
    for way, said in alike.items():
        (cause, count), *_ = Counter(said).most_common(1)
        if cause is not None and count > MOST * len(said):
            found[way] = cause
    return found

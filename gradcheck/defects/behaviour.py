"""What the checks of behaviour say, in terms of what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradcheck.checks.layout import COTANGENT, READ_ONLY
from gradcheck.defects import drift, memory, nonfinite
from gradcheck.defects import forms as breach
from gradcheck.defects.diagnosis import Diagnosis, Failures, fault_of
from gradcheck.records.fault import BREACHES, FaultKind
from gradcheck.records.finding import Finding

SPREADS = ("accumulates", "random", "memory", "stale")  # what makes other answers wrong, too
CERTAIN = ("accumulates", "random", "stale")  # of one method, those before tell what the later ones are, and the rest
PERHAPS = "perhaps a consequence"  # of arrays that are written to, some answers are made afterwards
OVERFLOWS = "`forward` runs into an overflow or log 0 on the way, though its value fits: a stable formula keeps it"


def of_memory(failures: Failures) -> dict[int, Diagnosis]:
    """What `purity` found, and the other failures that come from it."""
    told = {k: memory.impurity(f, failures) for k, f in failures.of("purity").items()}
    told |= _of_methods(failures, told)
    spread = {fault_of(failures.findings[k]).method: one for k, one in told.items() if one.kind in SPREADS}
    impure = {fault_of(failures.findings[k]).method: one for k, one in told.items() if one.kind not in SPREADS}
    unseen = drift.unseen(failures)
    for k, f in failures.of(*drift.SHOWN_BY).items():
        found = unseen.get("forward") or unseen.get(fault_of(f).method)
        if found is not None:
            told[k] = found
        culprit = spread.get("forward") or spread.get(fault_of(f).method)
        if culprit is not None:
            told[k] = culprit
        elif (found := impure.get(fault_of(f).method)) is not None:
            same = f.check == "layout" and found.kind == "in-place"
            told[k] = found if same else replace(found, sentence=f"{PERHAPS}: {found.sentence}")
    return told


def _of_methods(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """What is told of calls at one point, where another point tells more of the same method, or of `forward`."""
    known: dict[str, Diagnosis] = {}
    for kind in reversed(CERTAIN):
        alike = {fault_of(failures.findings[k]).method: one for k, one in told.items() if one.kind == kind}
        known |= alike
    chance = known.get("forward")
    found = {}
    for k, one in told.items():
        more = known.get(fault_of(failures.findings[k]).method)
        if chance is not None and chance.kind == "random" and one.kind in SPREADS:
            found[k] = chance
        elif more is not None and one.kind in SPREADS and more.kind != one.kind:
            found[k] = more
    return found


def of_answers(failures: Failures) -> dict[int, Diagnosis]:
    """Wrong types and shapes, exceptions, and outputs that are no numbers."""
    contract = failures.of("contract")
    seen = {k: f for k, f in contract.items() if f.case in failures.probe}
    told = {k: found for k, f in seen.items() if (found := breach.explained(f, failures.probe[f.case]))}
    for kind, what in (
        (FaultKind.RAISED, "raises"),
        (FaultKind.NAN_OUTPUT, "gives no finite number"),
        (FaultKind.OVERFLOW, "gives no finite number"),
    ):
        alike = {k: f for k, f in contract.items() if fault_of(f).kind is kind and k not in told}
        common = nonfinite.at_points(failures.probes, {f.case for f in alike.values()}, what)
        if common is None and kind is FaultKind.OVERFLOW:
            common = Diagnosis("overflow", OVERFLOWS)
        told |= {k: common for k in alike if common is not None}
    return told


def of_layout(failures: Failures) -> dict[int, Diagnosis]:
    """Answers that depend on how arrays lie in memory."""
    return {k: _layout(f) for k, f in failures.of("layout").items()}


def _layout(finding: Finding) -> Diagnosis:
    fault = fault_of(finding)
    method, of_v, how = fault.method, fault["given"] == COTANGENT, fault["layout"]
    given, lies = ("the cotangent", "lies") if of_v else ("its inputs", "lie")
    if how == READ_ONLY:
        return Diagnosis("in-place", f"`{method}` writes into {given}: work on a copy")
    such = "a cotangent that is" if of_v else "inputs that are"
    reasons = "as where strides, `base` or the order of memory are read, or few digits are summed in another order"
    return Diagnosis("layout", f"`{method}` depends on how {given} {lies} in memory, such as {such} {how}, {reasons}")


def of_laws(failures: Failures) -> dict[int, Diagnosis]:
    """Laws that fail though the derivatives are those of the forward."""
    words = "the derivatives are those of `forward`, and it is `forward` itself that does not keep the law"
    return {} if failures.of("jacobian", "bprop") else {k: Diagnosis("law", words) for k in failures.of("laws")}


def of_batch(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """Gradients that are wrong for some sizes of the batch, or for all."""
    failing = {f.input for f in failures.of("bprop").values()}
    known = {f.input: told[k] for k, f in failures.of("bprop").items() if k in told}
    found = {}
    for k, f in failures.of("batch").items():
        name, sizes = _input_of(f), fault_of(f)["sizes"]
        if name in known:
            found[k] = known[name]
        elif name and name not in failing:
            own = ", ".join(f"{size}={length}" for size, length in f.case.sizes)
            words = f"the gradient of {name} is right with {own} and wrong with {sizes}"
            found[k] = Diagnosis("batch", f"{words}: a size, or a test of shapes, is built in")
    return found


def _input_of(finding: Finding) -> str:
    """The input whose gradient a finding of `batch` is about; empty where it is about a call that fails."""
    cause = fault_of(finding).cause
    return cause.input if cause is not None and cause.kind not in BREACHES else ""


def of_agreement(failures: Failures, told: Mapping[int, Diagnosis]) -> dict[int, Diagnosis]:
    """Which of `jacobian` and `bprop` is the wrong one, and how."""
    found = {}
    for k, f in failures.of("agreement").items():
        alike = [j for j, g in failures.of("bprop", "jacobian").items() if (g.case, g.input) == (f.case, f.input)]
        how = next((told[j] for j in alike if j in told), None)
        wrong = {failures.findings[j].check for j in alike}
        right = {check for check in ("bprop", "jacobian") if (check, f.case, f.input) in failures.passed}
        if len(wrong) == len(right) == 1:
            words = f"`{right.pop()}` agrees with the differences, `{wrong.pop()}` does not"
            found[k] = replace(how, sentence=f"{words}; {how.sentence}") if how else Diagnosis("agreement", words)
        elif how is not None:
            found[k] = replace(how, sentence=f"both differ from the differences; {how.sentence}")
    return found

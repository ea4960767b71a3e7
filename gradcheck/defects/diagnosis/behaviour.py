"""What the checks of behaviour say, in terms of what to mend."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.checks.layout import COTANGENT, READ_ONLY
from gradcheck.defects.diagnosis import breach, memory, numbers
from gradcheck.defects.diagnosis.interface import Scene, Told, fault_of
from gradcheck.records.fault import BREACHES, FaultKind
from gradcheck.records.finding import Finding

SPREADS = ("accumulates", "random", "memory", "stale")  # what makes other answers wrong, too
OVERFLOWS = "`forward` runs into an overflow or log 0 on the way, though its value fits: a stable formula keeps it"


def of_memory(scene: Scene) -> dict[int, Told]:
    """What `purity` found, and the other failures that come from it."""
    told = {k: memory.impurity(f, scene) for k, f in scene.of("purity").items()}
    spread = {fault_of(scene.failures[k]).method: one for k, one in told.items() if one.kind in SPREADS}
    for k, f in scene.of("bprop", "jacobian", "linearity", "layout", "agreement").items():
        culprit = spread.get("forward") or spread.get(fault_of(f).method)
        if culprit is not None:
            told[k] = Told(culprit.kind, f"a consequence: {culprit.sentence}")
    return told


def of_answers(scene: Scene) -> dict[int, Told]:
    """Wrong types and shapes, exceptions, and outputs that are no numbers."""
    contract = scene.of("contract")
    seen = {k: f for k, f in contract.items() if f.case in scene.probe}
    told = {k: found for k, f in seen.items() if (found := breach.explained(f, scene.probe[f.case]))}
    for kind, what in (
        (FaultKind.RAISED, "raises"),
        (FaultKind.NAN_OUTPUT, "gives no finite number"),
        (FaultKind.OVERFLOW, "gives no finite number"),
    ):
        alike = {k: f for k, f in contract.items() if fault_of(f).kind is kind and k not in told}
        common = numbers.at_points(scene.probes, {f.case for f in alike.values()}, what)
        if common is None and kind is FaultKind.OVERFLOW:
            common = Told("overflow", OVERFLOWS)
        told |= {k: common for k in alike if common is not None}
    return told


def of_layout(scene: Scene) -> dict[int, Told]:
    """Answers that depend on how arrays lie in memory."""
    return {k: _layout(f) for k, f in scene.of("layout").items()}


def _layout(finding: Finding) -> Told:
    fault = fault_of(finding)
    method, of_v, how = fault.method, fault["given"] == COTANGENT, fault["layout"]
    given, lies = ("the cotangent", "lies") if of_v else ("its inputs", "lie")
    if how == READ_ONLY:
        return Told("in-place", f"`{method}` writes into {given}: work on a copy")
    such = "a cotangent that is" if of_v else "inputs that are"
    advice = "index by axes, without strides, `base` or the order of memory"
    return Told("layout", f"`{method}` depends on how {given} {lies} in memory, such as {such} {how}: {advice}")


def of_laws(scene: Scene) -> dict[int, Told]:
    """Laws that fail though the derivatives are those of the forward."""
    words = "the derivatives are those of `forward`, and it is `forward` itself that does not keep the law"
    return {} if scene.of("jacobian", "bprop") else {k: Told("law", words) for k in scene.of("laws")}


def of_batch(scene: Scene, told: Mapping[int, Told]) -> dict[int, Told]:
    """Gradients that are wrong for some sizes of the batch, or for all."""
    failing = {f.input for f in scene.of("bprop").values()}
    known = {f.input: told[k] for k, f in scene.of("bprop").items() if k in told}
    found = {}
    for k, f in scene.of("batch").items():
        name, sizes = _input_of(f), fault_of(f)["sizes"]
        if name in known:
            found[k] = known[name]
        elif name and name not in failing:
            own = ", ".join(f"{size}={length}" for size, length in f.case.sizes)
            words = f"the gradient of {name} is right with {own} and wrong with {sizes}"
            found[k] = Told("batch", f"{words}: a size, or a test of shapes, is built in")
    return found


def _input_of(finding: Finding) -> str:
    """The input whose gradient a finding of `batch` is about; empty where it is about a call that fails."""
    cause = fault_of(finding).cause
    return cause.input if cause is not None and cause.kind not in BREACHES else ""


def of_agreement(scene: Scene, told: Mapping[int, Told]) -> dict[int, Told]:
    """Which of `jacobian` and `bprop` is the wrong one, and how."""
    found = {}
    for k, f in scene.of("agreement").items():
        alike = [j for j, g in scene.of("bprop", "jacobian").items() if (g.case, g.input) == (f.case, f.input)]
        how = next((told[j] for j in alike if j in told), None)
        wrong = {scene.failures[j].check for j in alike}
        right = {check for check in ("bprop", "jacobian") if (check, f.case, f.input) in scene.passed}
        if len(wrong) == len(right) == 1:
            words = f"`{right.pop()}` agrees with the differences, `{wrong.pop()}` does not"
            found[k] = Told(how.kind, f"{words}; {how.sentence}") if how else Told("agreement", words)
        elif how is not None:
            found[k] = Told(how.kind, f"both differ from the differences; {how.sentence}")
    return found

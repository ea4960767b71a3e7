"""What the checks of behaviour say, in terms of what to mend."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.defects.diagnosis import breach, memory, numbers
from gradcheck.defects.diagnosis.interface import Scene, Told, method_of
from gradcheck.records.finding import Finding

SPREADS = ("accumulates", "random", "memory", "stale")  # what makes other answers wrong, too
OVERFLOWS = "`forward` runs into an overflow or log 0 on the way, though its value fits: a stable formula keeps it"


def of_memory(scene: Scene) -> dict[int, Told]:
    """What `purity` found, and the other failures that come from it."""
    told = {k: found for k, f in scene.of("purity").items() if (found := memory.impurity(f, scene))}
    spread = {method_of(scene.failures[k]): one for k, one in told.items() if one.kind in SPREADS}
    for k, f in scene.of("bprop", "jacobian", "linearity", "layout", "agreement").items():
        culprit = spread.get("forward") or spread.get(method_of(f))
        if culprit is not None:
            told[k] = Told(culprit.kind, f"a consequence: {culprit.sentence}")
    return told


def of_answers(scene: Scene) -> dict[int, Told]:
    """Wrong types and shapes, exceptions, and outputs that are no numbers."""
    contract = scene.of("contract")
    seen = {k: f for k, f in contract.items() if f.case in scene.probe}
    told = {k: found for k, f in seen.items() if (found := breach.explained(f, scene.probe[f.case]))}
    for sign, what in (
        (" raised ", "raises"),
        ("`forward` returned NaN", "gives no finite number"),
        ("`forward` overflows", "gives no finite number"),
    ):
        alike = {k: f for k, f in contract.items() if sign in f.sentence and k not in told}
        common = numbers.at_points(scene.probes, {f.case for f in alike.values()}, what)
        if common is None and "overflows" in sign:
            common = Told("overflow", OVERFLOWS)
        told |= {k: common for k in alike if common is not None}
    return told


def of_layout(scene: Scene) -> dict[int, Told]:
    """Answers that depend on how arrays lie in memory."""
    return {k: _layout(f) for k, f in scene.of("layout").items()}


def _layout(finding: Finding) -> Told:
    method, (_, _, how) = method_of(finding), finding.sentence.rpartition(" for ")
    given, lies = ("the cotangent", "lies") if "cotangent" in how else ("its inputs", "lie")
    if "read-only" in how:
        return Told("in-place", f"`{method}` writes into {given}: work on a copy")
    advice = "index by axes, without strides, `base` or the order of memory"
    return Told("layout", f"`{method}` depends on how {given} {lies} in memory, such as {how}: {advice}")


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
        name = _input_of(f, scene)
        if name in known:
            found[k] = known[name]
        elif name and name not in failing:
            own = ", ".join(f"{size}={length}" for size, length in f.case.sizes)
            other = f.sentence.removeprefix("with ").partition(" the ")[0].partition(f" {name}[")[0]
            words = f"the gradient of {name} is right with {own} and wrong with {other}"
            found[k] = Told("batch", f"{words}: a size, or a test of shapes, is built in")
    return found


def _input_of(finding: Finding, scene: Scene) -> str:
    """The input that a finding of `batch` is about."""
    names = [one.name for one in scene.probe[finding.case].subject.inputs] if finding.case in scene.probe else []
    return next((n for n in names if f" {n}[" in finding.sentence or f" of {n} is " in finding.sentence), "")


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

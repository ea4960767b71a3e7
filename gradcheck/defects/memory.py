"""An answer that depends on earlier calls, or a call that spoils what it was given."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject
from gradcheck.checks.decoys import NEARLY_SAME, SAME_ENTRIES
from gradcheck.checks.probe import Probe
from gradcheck.checks.purity import REFILLED
from gradcheck.defects import changing, drift, equal_calls
from gradcheck.defects.corruption import METHODS, Corrupted, arrays_of, packed, with_parts
from gradcheck.defects.diagnosis import Diagnosis, Failures, MatrixDiagnosis, fault_of
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Corruption, Family, Hypothesis
from gradcheck.records.dtypes import is_floating
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

Array = NDArray[Any]
SLIGHT = 1e-4  # of its row, that an entry moves at most as inputs do by a few parts in a million
FROZEN = 4  # points with derivatives of their own that get one answer
BY_KIND = {
    FaultKind.SHARED_ARRAY: (
        "buffer",
        "an array that `{}` handed out is written to by a later call: return a copy, or write into another array",
    ),
    FaultKind.OVERWRITTEN: ("buffer", "`{}` hands out an array that it keeps and reads again"),
    FaultKind.FIRST_CALL: ("memory", "the first answers of `{}` differ from later ones"),
}
CHANGED = (FaultKind.OTHER_ANSWER, FaultKind.FIRST_CALL)
MISTAKEN = "stale", "`{}` uses a cache that takes other inputs for the same: compare all of them, exactly"
STALE = {  # by the inputs that were seen before the answer was another
    NEARLY_SAME: MISTAKEN,
    SAME_ENTRIES: MISTAKEN,
    REFILLED: ("stale", "`{}` keeps an array that it was given, or what goes with it: keep a copy, and compare values"),
}
OTHERWISE = "memory", "`{}` keeps something from other calls"
MOVED = "each call of `forward` changes what `bprop` answers, even with the same inputs: it moves a state, as a mean"
LEFT = Diagnosis("stale", "`bprop` uses what the latest `forward` left: it is stale when that had other inputs")


def impurity(finding: Finding, failures: Failures) -> Diagnosis:
    """What a finding of `purity` says to mend."""
    fault, probe = fault_of(finding), failures.probe.get(finding.case)
    if probe is not None and (shown := _shown(fault, probe, failures)) is not None:
        return shown
    if fault.kind is FaultKind.FIRST_CALL and probe is not None:
        return drift.since_first(probe, fault.method)
    if fault.kind is FaultKind.IN_PLACE:
        return Diagnosis("in-place", f"{finding.sentence}: work on a copy")
    kind, words = BY_KIND.get(fault.kind) or STALE.get(fault["seen"], OTHERWISE)
    return Diagnosis(kind, words.format(fault.method))


def _shown(fault: Fault, probe: Probe, failures: Failures) -> Diagnosis | None:
    """What further calls show; None where they show nothing."""
    method = fault.method
    if fault.kind is FaultKind.SHARED_ARRAY:
        repeated = equal_calls.repeat(probe, method)
        adds = repeated is not None and repeated.kind == "accumulates"
        return repeated if adds else equal_calls.one_array(probe, method)
    if fault.kind not in CHANGED:
        return None
    changed = changing.by_bprop(probe)
    if changed is None and fault.kind is FaultKind.OTHER_ANSWER:
        changed = equal_calls.by_array(probe, method)
    changed = changed or equal_calls.repeat(probe, method)
    if changed is not None or method != "bprop" or fault.kind is FaultKind.FIRST_CALL:
        return changed
    others = [p for p in failures.probes if not _equal(p.point.arrays, probe.point.arrays)]
    if others and _trusts_forward(probe, others[0]):
        return LEFT
    return Diagnosis("memory", MOVED) if equal_calls.moved_by_forward(probe) else None


def _trusts_forward(probe: Probe, other: Probe) -> bool:
    """Whether `bprop` follows the latest `forward`: astray with it to another point, and back with it to its own."""
    answers = []
    try:
        for latest in (probe, other, probe, other, probe):
            equal_calls.answer(probe, "forward", latest.point.arrays)
            answers.append(equal_calls.answer(probe, "bprop", (np.ones_like(probe.y), *probe.point.arrays)))
    except (Breach, ValueError):
        return False
    own, astray = answers[::2], answers[1::2]
    alike = all(np.array_equal(a, b) for same in (own, astray) for a, b in itertools.pairwise(same))
    return alike and not np.array_equal(own[0], astray[0])


def frozen(evidence: Evidence) -> MatrixDiagnosis | None:
    """One analytic matrix for all points, where the numeric one differs from point to point."""
    first, many = evidence.analytic[0], len(evidence.probes)
    if many < FROZEN or not first.any() or not (evidence.analytic == first).all():
        return None
    moves = np.any(np.abs(evidence.numeric - evidence.numeric[0]) > evidence.limit + evidence.limit[0], axis=0)
    if len(np.unique(np.round(evidence.numeric[:, moves], 6), axis=0)) < FROZEN:
        return None
    words = f"`{evidence.check}` gives the same matrix at all {many} points: it is kept, or does not follow its inputs"
    return evidence.told("frozen", words, evidence.failing)


def mistaken(evidence: Evidence) -> MatrixDiagnosis | None:
    """Wrong only where other inputs were shown first, for which the method gives the very same answer."""
    thorough = np.array([p.thorough for p in evidence.probes])
    if thorough.all() or (evidence.failing & ~thorough).any():
        return None
    failing = [p for p, fails in zip(evidence.probes, evidence.failing, strict=True) if fails]
    hits = [_taken_for(p, evidence.check) for p in failing]
    if not all(hits) or (NEARLY_SAME in hits and _far_off(evidence)):
        return None
    words = f"`{evidence.check}` gives the very same answer to {hits[0]}: a cache takes them for the same"
    return evidence.told("stale", words, evidence.failing)


def _far_off(evidence: Evidence) -> bool:
    """Whether an error is larger than the derivatives by nearly the same inputs may differ."""
    size = np.abs(evidence.numeric).max(axis=2, keepdims=True)
    return bool((evidence.error > SLIGHT * size)[evidence.wrong].any())


def _taken_for(probe: Probe, check: str) -> str:
    for name, decoy in zip((SAME_ENTRIES, NEARLY_SAME), probe.decoys, strict=False):
        if not _equal(decoy.arrays, probe.point.arrays) and _answers_alike(probe, check, decoy.arrays):
            elsewhere = [a / 2 if is_floating(a.dtype) else a for a in decoy.arrays]
            return "" if _answers_alike(probe, check, elsewhere) else name  # what ignores its inputs keeps none
    return ""


def _answers_alike(probe: Probe, check: str, arrays: Sequence[Array]) -> bool:
    return np.array_equal(probe.claim_at(check, arrays), probe.claims[check])


def _equal(a: Sequence[Array], b: Sequence[Array]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(a, b, strict=True))


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The inputs of the call before, a sum over calls, one array for all answers, inputs or v changed in place."""
    for name, corrupt, *kinds in (
        ("stale: inputs of the last call", stale, "stale", "memory"),
        ("adds to its last answer", accumulating, "accumulates", "memory", "random"),
        ("reuses the array it returned", reusing, "buffer"),
        ("changes an input in place", changing_input, "in-place"),
    ):
        yield Corruption(name, partial(corrupt, subject), tuple(kinds))
    if subject.has_bprop:
        yield Corruption("changes v in place", partial(changing_v, subject), ("in-place",))


def stale(subject: Subject) -> Corrupted:
    """Each method answers for the inputs that it was given last time, if those had the same shapes."""
    layer, kept = subject.layer, dict[str, list[Array]]()

    def before(method: str, arrays: Sequence[Array]) -> list[Array]:
        last, kept[method] = kept.get(method, []), [np.array(a) for a in arrays]
        return last if [np.shape(a) for a in last] == [np.shape(a) for a in arrays] else kept[method]

    return Corrupted(
        layer,
        bprop=lambda v, *arrays: layer.bprop(v, *before("bprop", arrays)),
        jacobian=lambda *arrays: layer.jacobian(*before("jacobian", arrays)),
    )


def accumulating(subject: Subject) -> Corrupted:
    """Each method adds to what it returned last, if that has the same shapes."""
    layer, sums = subject.layer, dict[str, list[Array]]()

    def added(method: str, raw: Any) -> Any:
        parts, total = arrays_of(raw), sums.get(method, [])
        if [p.shape for p in parts] == [p.shape for p in total]:
            parts = [p + t for p, t in zip(parts, total, strict=True)]
        sums[method] = parts
        return packed([np.array(p) for p in parts])

    return Corrupted(
        layer,
        bprop=lambda v, *arrays: added("bprop", layer.bprop(v, *arrays)),
        jacobian=lambda *arrays: added("jacobian", layer.jacobian(*arrays)),
    )


def reusing(subject: Subject) -> Corrupted:
    """The methods write their answers into arrays that they returned before, where those have the same shapes."""
    pool: dict[Any, Array] = {}

    def change(parts: list[Array], _: Sequence[Array]) -> list[Array]:
        kept = []
        for k, part in enumerate(parts):
            array = pool.setdefault((k, part.shape, part.dtype), np.empty_like(part))
            array[...] = part
            kept.append(array)
        return kept

    return with_parts(subject, change)


def changing_input(subject: Subject) -> Corrupted:
    """The methods double the first differentiable input that they are given, and leave it so."""

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        array = arrays[subject.differentiable[0]]
        parts = [np.array(p) for p in parts]  # one may be a view of the input
        array += array + 1
        return parts

    return with_parts(subject, change, METHODS)


def changing_v(subject: Subject) -> Corrupted:
    """`bprop` doubles the cotangent that it is given, and leaves it so."""
    layer = subject.layer

    def bprop(v: Array, *arrays: Array) -> Any:
        parts = [np.array(p) for p in arrays_of(layer.bprop(v, *arrays))]
        v += v + 1
        return packed(parts)

    return Corrupted(layer, bprop=bprop)


FAMILY = Family("memory", corruptions, (Hypothesis(Claim.MEMORY, mistaken), Hypothesis(Claim.FROZEN, frozen)))

"""The story: a layer -> points -> estimates -> findings -> a report. It prints nothing."""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.checks import CHECKS
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.contract import Subject, blame, subject_of
from gradcheck.dtypes import dtype_of
from gradcheck.findings import Finding, LayerReport, Verdict
from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.points import make_point
from gradcheck.plan import Plan
from gradcheck.records import Case, size_of
from gradcheck.selection import matches


def check(
    layer: Any,
    inputs: Sequence[str] | None = None,
    scales: Sequence[float] | None = None,
    sizes: Mapping[str, int] | None = None,
    dtype: str = "float64",
    seed: int = 0,
) -> LayerReport:
    """Check a layer's derivatives against finite differences.

    Parameters
    ----------
    layer : object
        Keeps the layer contract: `forward(*inputs)` and at least one of `bprop(v, *inputs)` and `jacobian(*inputs)`.
    inputs : sequence of str, optional
        Names of input strategies; by default every one that the layer's domain admits.
    scales : sequence of float, optional
        Factors on the inputs; by default 1.
    sizes : mapping of str to int, optional
        Lengths for the size names of the layer's inputs.
    dtype : str
        The dtype in which the layer is given its inputs.
    seed : int

    Returns
    -------
    LayerReport
        Whatever the layer does: a layer that raises is reported, not passed on.

    Raises
    ------
    LoadError
        When `layer` does not keep the contract at all.
    UsageError
        When a strategy, dtype or size is unknown.
    """
    plan = Plan(
        inputs=tuple(inputs or ()),
        scales=tuple(scales or (1.0,)),
        sizes=(tuple(sorted((sizes or {}).items())),),
        dtypes=(dtype,),
        seeds=(seed,),
    )
    return examine(subject_of(layer), plan)


def assert_correct(layer: Any, **options: Any) -> None:
    """Check a layer as `check` does, for use in tests.

    Raises
    ------
    AssertionError
        When a check fails or the layer raises; the message holds each breadcrumb and the line that reproduces it.
    """
    report = check(layer, **options)
    lines = [f"{f.verdict.value} {f.breadcrumb}\n  {report.reproduce(f)}" for f in report.failures]
    if lines:
        raise AssertionError("\n".join(lines))


def examine(
    subject: Subject, plan: Plan, *, stop_at_failure: bool = False, on_case: Callable[[Case], None] | None = None
) -> LayerReport:
    """Run the checks of a plan on one layer.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    stop_at_failure : bool
        Leave out the cases after the first that fails.
    on_case : callable, optional
        Told of each case before it runs.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, check, dtype or size.
    """
    start = time.perf_counter()
    findings: list[Finding] = []
    gradients = _Gradients()
    checks = _checks(plan)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = cases_of(subject, plan)
        ordinary = [c for c in cases if c.values or not STRATEGIES[c.strategy].adversarial] or cases[:1]
        for case in cases:
            if on_case:
                on_case(case)
            probe = probe_of(subject, case, thorough=case in ordinary)
            if probe is None:
                continue
            found = tuple(_run(probe, checks))
            findings += found
            gradients.note(probe)
            if stop_at_failure and any(f.verdict.severity >= 3 for f in found):
                break
    return LayerReport(
        subject.name, subject.target, tuple(findings), time.perf_counter() - start, gradients.silent(), gradients.method
    )


def cases_of(subject: Subject, plan: Plan) -> tuple[Case, ...]:
    """The cases of a plan for one layer, in order; a strategy that does not apply to the layer still has its cases.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, dtype or size.
    """
    if plan.replay:
        return tuple(case for case in plan.replay if case.layer == subject.name)
    strategies = [STRATEGIES[name].name for name in plan.inputs] or list(STRATEGIES)
    for dtype in plan.dtypes:
        dtype_of(dtype)  # refuses an unknown one
    grid = itertools.product(strategies, plan.scales, _all_sizes(subject, plan), plan.dtypes, plan.seeds)
    cases = (Case(subject.name, *parts) for parts in grid)
    return tuple(case for case in cases if not plan.select or matches(plan.select, case.id))


def probe_of(subject: Subject, case: Case, *, thorough: bool = True) -> Probe | None:
    """The layer at the point of a case; None where the strategy has nothing to say about the layer."""
    point = make_point(subject.inputs, subject.critical, case)
    return None if point is None else Probe(subject, point, thorough)


def _all_sizes(subject: Subject, plan: Plan) -> list[tuple[tuple[str, int], ...]]:
    names = _size_names(subject)
    found = []
    for assignment in plan.sizes:
        given = {**subject.sizes, **dict(assignment)}
        sizes = tuple((name, size_of(name, given)) for name in names)
        if sizes not in found:
            found.append(sizes)
    return found


def _size_names(subject: Subject) -> list[str]:
    used = (length for one in subject.inputs for length in (*one.shape, one.classes) if isinstance(length, str))
    return list(dict.fromkeys(used))


def _checks(plan: Plan) -> list[Check]:
    return [CHECKS[name] for name in plan.checks] or list(CHECKS.values())


def _run(probe: Probe, checks: Iterable[Check]) -> Iterator[Finding]:
    for one in checks:
        try:
            yield from tuple(one.run(probe))
        except Exception as cause:  # noqa: BLE001 - a fault of one check must not cost the others their findings
            sentence = f"internal error of gradcheck: {blame(cause)}"
            yield Finding(one.name, Verdict.ERROR, probe.point.case, sentence=sentence)


@dataclass
class _Gradients:
    """Which inputs have had a gradient of exactly zero at every point so far."""

    seen: bool = False
    zero: frozenset[str] = frozenset()
    method: str = ""

    def note(self, probe: Probe) -> None:
        if not probe.usable:
            return
        matrix = probe.claims["bprop" if "bprop" in probe.claims else "jacobian"]
        zero = frozenset(name for name, _, part in probe.pieces if not np.any(matrix[:, part]))
        self.zero = self.zero & zero if self.seen else zero
        self.seen = True
        self.method = self.method or f"central differences in {_precision(probe)}"

    def silent(self) -> tuple[str, ...]:
        return tuple(sorted(self.zero))


def _precision(probe: Probe) -> str:
    return "extended precision" if np.finfo(probe.exact_dtype).eps < 1e-18 else "float64"

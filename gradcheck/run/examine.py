"""The story: a layer -> points -> estimates -> findings -> a report. It prints nothing."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.checks import CHECKS
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.checks.quiet import quiet
from gradcheck.inputs import STRATEGIES
from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.dtypes import dtype_of
from gradcheck.records.finding import Finding
from gradcheck.records.input import size_of
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.records.selection import matches
from gradcheck.run.judging import Kept, diagnosed, judged, looked_at, summed_up


def check(
    layer: Any,
    inputs: str | Sequence[str] | None = None,
    scales: float | Sequence[float] | None = None,
    sizes: Mapping[str, int] | None = None,
    dtype: str = "float64",
    seed: int = 0,
) -> LayerReport:
    """Check a layer's derivatives against finite differences.

    Parameters
    ----------
    layer : object
        Keeps the layer contract: `forward(*inputs)` and at least one of `bprop(v, *inputs)` and `jacobian(*inputs)`.
    inputs : str or sequence of str, optional
        Names of input strategies; by default every one that the layer's domain admits.
    scales : float or sequence of float, optional
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
        inputs=(inputs,) if isinstance(inputs, str) else tuple(inputs or ()),
        scales=(float(scales),) if isinstance(scales, (int, float)) else tuple(scales or (1.0,)),
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
    subject: Subject,
    plan: Plan,
    *,
    enough: Callable[[Sequence[Finding]], bool] | None = None,
    on_case: Callable[[Case], None] | None = None,
) -> LayerReport:
    """Run the checks of a plan on one layer.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    enough : callable, optional
        Told the findings of each case that was run; once it says yes, the cases that are left are left out.
    on_case : callable, optional
        Told of each case before it runs.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, check, dtype or size.
    """
    start = time.perf_counter()
    checks = checks_of(plan)
    kept, results = Kept(), []
    with quiet():
        for case, thorough in looked_at(cases_of(subject, plan)):
            if on_case:
                on_case(case)
            probe = probe_of(subject, case, thorough=thorough)
            if probe is None:
                continue
            results.append(judged(probe, checks))
            kept.keep(probe)
            if enough and enough(results[-1].findings):
                break
        told = diagnosed([finding for result in results for finding in result.findings], kept.probes)
    report = summed_up(subject, told, results, time.perf_counter() - start)
    return report if report.passed else _located(report, subject)


def _located(report: LayerReport, subject: Subject) -> LayerReport:
    """The report with the places of the layer's methods."""
    from gradcheck.adapters.origin import places  # only for failures: start-up

    return replace(report, places=places(subject))


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


def checks_of(plan: Plan) -> list[Check]:
    """The checks that a plan names, or all of them."""
    return [CHECKS[name] for name in plan.checks] or list(CHECKS.values())

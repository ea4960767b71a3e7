"""The story: a layer -> points -> estimates -> findings -> a report. It prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.checks import select_checks
from gradcheck.checks.judge import Judgement, judge, probe_of
from gradcheck.checks.quiet import quiet
from gradcheck.defects.diagnose import ProbeStore, diagnose
from gradcheck.inputs.cases import cases_of, with_thoroughness
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport, SourceLine


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
    checks = select_checks(plan.checks)
    kept, results = ProbeStore(), []
    with quiet():
        for case, thorough in with_thoroughness(cases_of(subject, plan)):
            if on_case:
                on_case(case)
            probe = probe_of(subject, case, thorough=thorough)
            if probe is None:
                continue
            results.append(judge(probe, checks))
            kept.keep(probe)
            if enough and enough(results[-1].findings):
                break
        told = diagnose([finding for result in results for finding in result.findings], kept.probes)
    report = summed_up(subject, told, results, time.perf_counter() - start)
    return report if report.passed else _located(report, subject)


def _located(report: LayerReport, subject: Subject) -> LayerReport:
    """The report with the places of the layer's methods."""
    from gradcheck.adapters.origin import places  # only for failures: start-up

    return replace(report, places=places(subject))


def summed_up(
    subject: Subject,
    findings: tuple[Finding, ...],
    results: Sequence[Judgement],
    seconds: float,
    places: tuple[SourceLine, ...] = (),
) -> LayerReport:
    """The report on a layer.

    Parameters
    ----------
    subject : Subject
    findings : tuple of Finding
        Those of the results, diagnosed.
    results : sequence of Judgement
    seconds : float
    places : tuple of SourceLine
        Where the layer's derivatives are written.
    """
    zeros = [result.zero for result in results if result.zero is not None]
    silent = tuple(sorted(frozenset.intersection(*zeros))) if zeros else ()
    method = next((result.method for result in results if result.method), "")
    return LayerReport(subject.name, subject.target, findings, seconds, silent, method, places)

"""Reports of parts of one run, put together: what `gradcheck report` makes of the files of several shards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gradcheck.inputs import STRATEGIES
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding
from gradcheck.records.report import LayerReport


def merged(reports: Iterable[LayerReport]) -> tuple[LayerReport, ...]:
    """One report for each layer of a target, in the order in which they first come.

    A finding that says the same as one of an earlier part is dropped. Where a layer has several parts, its cases are
    put into the order of a plan, in which strategies change last; the findings of a case keep theirs.
    """
    parts: dict[tuple[str, str], list[LayerReport]] = {}
    for report in reports:
        parts.setdefault((report.target, report.layer), []).append(report)
    return tuple(_merged(several) if len(several) > 1 else several[0] for several in parts.values())


def _merged(parts: Sequence[LayerReport]) -> LayerReport:
    findings: list[Finding] = []
    told: set[str] = set()
    for part in parts:
        texts = [repr(replace(f, figures=None)) for f in part.findings]  # NaN equals itself in a text
        findings += [f for f, text in zip(part.findings, texts, strict=True) if text not in told]
        told.update(texts)
    judged = [set(part.silent) for part in parts if part.method]
    return replace(
        parts[0],
        findings=tuple(sorted(findings, key=lambda finding: _place(finding.case))),
        seconds=sum(part.seconds for part in parts),
        silent=tuple(sorted(set.intersection(*judged))) if judged else (),
        method=next((part.method for part in parts if part.method), ""),
        places=tuple(dict.fromkeys(place for part in parts for place in part.places)),
    )


def _place(case: Case) -> tuple[int, float, tuple[tuple[str, int], ...], str, int, str]:
    """What cases are sorted by; strategies that this version does not know, and points written out, come last."""
    known = list(STRATEGIES)
    number = known.index(case.strategy) if case.strategy in known else len(known)
    return number, case.scale, case.sizes, case.dtype, case.seed, case.values

"""JSON Lines: one object a finding, for programs; `reading` is the way back.

The lines are ``run``, then for each layer its ``finding`` lines and one ``layer``, then ``summary``. JSON knows no NaN
and no infinity: such a number is null, and ``nonfinite`` says which it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from numbers import Real
from typing import Any, TextIO

from gradcheck.records.finding import Finding
from gradcheck.records.plain import plain
from gradcheck.records.plain.garbled import line_of
from gradcheck.records.report import LayerReport, together
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.version import __version__

VERSION = 1


def _begin(stream: TextIO, options: RenderOptions) -> None:
    facts = plain(options.run) if options.run else {}
    facts.pop("finished", None)  # which is not known yet
    _write(stream, {**facts, "type": "run", "version": VERSION, "gradcheck": __version__})


def _layer(report: LayerReport, stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    for finding in report.findings:
        _write(stream, _of_finding(finding, report))
    _write(stream, _of_layer(report))


def _end(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:
    total = together(reports)
    verdicts = Counter(f.verdict.value for f in total.findings)
    summary = {"type": "summary", "layers": len(reports), "findings": len(total.findings), "verdicts": verdicts}
    finished = options.run.finished if options.run else True
    _write(stream, {**summary, "verdict": total.verdict.value, "seconds": total.seconds, "finished": finished})


FORMAT = Format(begin=_begin, layer=_layer, end=_end)


def _write(stream: TextIO, entry: dict[str, Any]) -> None:
    # Within a value names keep their order: that of sizes is part of the identity of a case.
    stream.write(line_of(dict(sorted(entry.items()))))


def _of_finding(finding: Finding, report: LayerReport) -> dict[str, Any]:
    entry = plain(finding)
    strange = {name: v for name, v in entry.items() if isinstance(v, str) and isinstance(getattr(finding, name), Real)}
    smaller = finding.counterexample
    return {
        **entry,
        **dict.fromkeys(strange),
        **({"nonfinite": strange} if strange else {}),
        "sentence": finding.sentence,
        **({"counterexample": {"id": smaller.case.id, **entry["counterexample"]}} if smaller else {}),
        "type": "finding",
        "id": finding.case.id,
        "layer": report.layer,
        "target": report.target,
    }


def _of_layer(report: LayerReport) -> dict[str, Any]:
    entry = plain(replace(report, findings=()))
    return {**entry, "type": "layer", "verdict": report.verdict.value, "findings": len(report.findings)}

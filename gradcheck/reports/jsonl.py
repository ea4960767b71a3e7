"""JSON Lines: one object a finding, for programs; and the way back.

The lines are ``run``, then for each layer its ``finding`` lines and one ``layer``, then ``summary``. JSON knows no NaN
and no infinity: such a number is null, and ``nonfinite`` says which it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any, TextIO

from gradcheck.errors import UsageError
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding
from gradcheck.records.plain import plain, record_of
from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line
from gradcheck.records.report import LayerReport, together
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.version import __version__

VERSION = 1


def _begin(stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    _write(stream, {"type": "run", "version": VERSION, "gradcheck": __version__})


def _layer(report: LayerReport, stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    for finding in report.findings:
        _write(stream, _of_finding(finding, report))
    _write(stream, _of_layer(report))


def _end(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - as above
    total = together(reports)
    verdicts = Counter(f.verdict.value for f in total.findings)
    summary = {"type": "summary", "layers": len(reports), "findings": len(total.findings), "verdicts": verdicts}
    _write(stream, {**summary, "verdict": total.verdict.value, "seconds": total.seconds})


FORMAT = Format(begin=_begin, layer=_layer, end=_end)


def read(lines: Iterable[str]) -> tuple[LayerReport, ...]:
    """The reports that were written in this format; several files may follow one another.

    Parameters
    ----------
    lines : iterable of str

    Raises
    ------
    UsageError
        When a line is no such object, or a summary is missing; the message names the line.
    """
    reports: list[LayerReport] = []
    findings: list[Finding] = []
    number, complete = 0, True
    for number, line in enumerate(lines, start=1):
        entry = _read_line(number, line)
        if entry == "run" and not complete:
            raise UsageError(f"line {number} begins a report before the summary of the one above it")
        complete = entry == "summary"
        if isinstance(entry, Finding):
            findings.append(entry)
        elif isinstance(entry, LayerReport):
            reports.append(replace(entry, findings=tuple(findings)))
            findings = []
    if not complete or number == 0:
        raise UsageError(f"the report ends at line {number}, before its summary")
    return tuple(reports)


def _read_line(number: int, line: str) -> Finding | LayerReport | str:
    try:
        return _entry(parse_line(line))
    except GarbledError as cause:
        raise UsageError(f"line {number} is no line of a report: {cause}") from cause


def _entry(entry: Any) -> Finding | LayerReport | str:
    """A finding, a layer's report still without its findings, or the type of a line that holds neither."""
    if not isinstance(entry, dict):
        raise GarbledError(f"an object is needed, not {entry!r:.80}")
    match entry.get("type"):
        case "finding":
            return _to_finding(entry)
        case "layer":
            return _to_layer(entry)
        case "run" if entry.get("version") != VERSION:
            came = f"{entry.get('version')!r:.80}"
            raise GarbledError(f"`version` must be {VERSION}, not {came}; another gradcheck wrote it")
        case "run" | "summary" as kind:
            return str(kind)
        case other:
            raise GarbledError(f"`type` must be run, finding, layer or summary, not {other!r:.80}")


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


def _to_finding(entry: dict[str, Any]) -> Finding:
    strange = entry.get("nonfinite", {})
    if not isinstance(strange, dict) or any(entry.get(name, "") is not None for name in strange):
        raise GarbledError("nonfinite: numbers that are null are needed")
    data = {"diagnosis": "", **_without(entry, "type", "id", "layer", "target", "sentence", "nonfinite"), **strange}
    if "fault" not in data and entry.get("sentence"):  # an earlier version wrote it
        data["fault"] = plain(stated(f"{entry['sentence']}"))
    if isinstance(data.get("counterexample"), dict):
        data["counterexample"] = _without(data["counterexample"], "id")
    return record_of(Finding, data)


def _of_layer(report: LayerReport) -> dict[str, Any]:
    entry = plain(replace(report, findings=()))
    return {**entry, "type": "layer", "verdict": report.verdict.value, "findings": len(report.findings)}


def _to_layer(entry: dict[str, Any]) -> LayerReport:
    """The report of a layer, still without its findings."""
    data = {"places": [], **_without(entry, "type", "verdict")}
    return record_of(LayerReport, {**data, "findings": []})


def _without(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    """An object without what is written for people and other programs alone."""
    return {name: value for name, value in entry.items() if name not in names}

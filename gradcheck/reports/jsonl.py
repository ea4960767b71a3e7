"""JSON Lines: one object a finding, for programs; and the way back.

The lines are ``run``, then for each layer its ``finding`` lines and one ``layer``, then ``summary``. JSON knows no NaN
and no infinity: such a number is null, and ``nonfinite`` says which it was.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TextIO

from gradcheck.errors import UsageError
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, stated
from gradcheck.records.fault_plain import fault_of, plain_fault
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.report import LayerReport, SourceLine, together
from gradcheck.reports.figures_json import figures_of, plain
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.version import __version__

VERSION = 1
_NUMBERS = ("max_abs", "max_rel", "floor", "analytic", "numeric", "bound")
_WORDS = ("check", "input", "worst")


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
        entry = _parsed(number, line)
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


def _parsed(number: int, line: str) -> Finding | LayerReport | str:
    try:
        return _entry(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise UsageError(f"line {number} is no line of a report: {type(cause).__name__}: {cause}") from cause


def _entry(entry: Any) -> Finding | LayerReport | str:
    """A finding, a layer's report still without its findings, or the type of a line that holds neither."""
    match entry["type"]:
        case "finding":
            return _to_finding(entry)
        case "layer":
            return _to_layer(entry)
        case "run" if entry["version"] != VERSION:
            raise ValueError(f"`version` must be {VERSION}, not {entry['version']!r}; another gradcheck wrote it")
        case "run" | "summary" as kind:
            return str(kind)
        case other:
            raise ValueError(f"`type` must be run, finding, layer or summary, not {other!r}")


def _write(stream: TextIO, entry: dict[str, Any]) -> None:
    # Within a value names keep their order: that of sizes is part of the identity of a case.
    stream.write(json.dumps(dict(sorted(entry.items())), allow_nan=False) + "\n")


def _of_finding(finding: Finding, report: LayerReport) -> dict[str, Any]:
    numbers = {name: None if getattr(finding, name) is None else float(getattr(finding, name)) for name in _NUMBERS}
    strange = {name: str(v) for name, v in numbers.items() if v is not None and not math.isfinite(v)}
    case = finding.case
    return {
        "type": "finding",
        "id": case.id,
        "layer": report.layer,
        "target": report.target,
        "verdict": finding.verdict.value,
        "notes": list(finding.notes),
        "diagnosis": finding.diagnosis,
        "case": _of_case(case),
        "sentence": finding.sentence,
        "fault": plain_fault(finding.fault),
        **{name: getattr(finding, name) for name in _WORDS},
        **{name: None if name in strange else v for name, v in numbers.items()},
        **({"nonfinite": strange} if strange else {}),
        **_of_counterexample(finding.counterexample),
        **({"figures": plain(finding.figures)} if finding.figures else {}),
    }


def _of_counterexample(found: Counterexample | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {"counterexample": {"id": found.case.id, "case": _of_case(found.case), "text": found.text}}


def _of_case(case: Case) -> dict[str, Any]:
    return {**vars(case), "sizes": dict(case.sizes)}


def _of_layer(report: LayerReport) -> dict[str, Any]:
    return {
        "type": "layer",
        "layer": report.layer,
        "target": report.target,
        "verdict": report.verdict.value,
        "findings": len(report.findings),
        "seconds": report.seconds,
        "silent": list(report.silent),
        "method": report.method,
        "places": [vars(place) for place in report.places],
    }


def _to_finding(entry: dict[str, Any]) -> Finding:
    strange = {name: float(v) for name, v in entry.get("nonfinite", {}).items()}
    smaller = entry.get("counterexample")
    return Finding(
        verdict=Verdict(entry["verdict"]),
        case=_to_case(entry["case"]),
        fault=_to_fault(entry),
        notes=tuple(entry["notes"]),
        diagnosis=entry.get("diagnosis", ""),
        counterexample=Counterexample(_to_case(smaller["case"]), smaller["text"]) if smaller else None,
        figures=figures_of(entry["figures"]) if "figures" in entry else None,
        **{name: entry[name] for name in _WORDS},
        **{name: strange.get(name, entry[name]) for name in _NUMBERS},
    )


def _to_fault(entry: dict[str, Any]) -> Fault | None:
    """The fault; of a report that an earlier version wrote, which has none, the sentence."""
    return fault_of(entry["fault"], str) if "fault" in entry else stated(entry["sentence"])


def _to_case(case: dict[str, Any]) -> Case:
    return Case(**{**case, "sizes": tuple(case["sizes"].items())})


def _to_layer(entry: dict[str, Any]) -> LayerReport:
    return LayerReport(
        layer=entry["layer"],
        target=entry["target"],
        findings=(),
        seconds=entry["seconds"],
        silent=tuple(entry["silent"]),
        method=entry["method"],
        places=tuple(SourceLine(**place) for place in entry.get("places", ())),
    )

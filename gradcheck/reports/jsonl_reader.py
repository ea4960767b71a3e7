"""Reports in the format jsonl, read back: every field of the type that it must have, and no line against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

from gradcheck.errors import UsageError
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plain import plain, record_of
from gradcheck.records.plain.garbled import GarbledError, parse_line, wrong_type
from gradcheck.records.report import LayerReport, together
from gradcheck.records.run import RunFacts, RunReport
from gradcheck.reports.jsonl import VERSION
from gradcheck.text import printable, shorten

LONGEST_SHOWN = 80  # characters of a value that two lines tell differently


@dataclass(frozen=True)
class Head:
    """A line of the type ``run``."""

    version: int
    gradcheck: str
    facts: RunFacts | None = None


@dataclass(frozen=True)
class Origin:
    """Of what a finding is, beside its case: the fields that the line has for programs alone."""

    id: str
    layer: str
    target: str
    sentence: str


@dataclass(frozen=True)
class Totals:
    """What a line of the type ``layer`` counts."""

    findings: int
    verdict: Verdict


@dataclass(frozen=True)
class Summary:
    """A line of the type ``summary``."""

    layers: int
    findings: int
    verdicts: Mapping[str, int]
    verdict: Verdict
    seconds: float
    finished: bool


Line: TypeAlias = Head | tuple[Finding, Origin] | tuple[LayerReport, Totals] | Summary


def read(lines: Iterable[str]) -> tuple[RunReport, ...]:
    """The reports that were written in the format jsonl; several may follow one another.

    Parameters
    ----------
    lines : iterable of str

    Raises
    ------
    UsageError
        When a line is none of this format, contradicts those above it, or when a summary is missing; the message names
        the line.
    """
    found: list[RunReport] = []
    part: _Part | None = None
    number = 0
    for number, text in enumerate(lines, start=1):
        line = _line(number, text)
        if isinstance(line, Head):
            if part is not None:
                raise UsageError(f"line {number} begins a report before the summary of the one above it")
            part = _Part(line.facts)
            continue
        if part is None:
            raise UsageError(f"line {number} stands in no report: a line of the type run must come first")
        try:
            told = part.add(line)
        except GarbledError as cause:
            raise UsageError(f"line {number} contradicts the lines above it: {cause}") from None
        if told is not None:
            found.append(told)
            part = None
    if part is not None or number == 0:
        raise UsageError(f"the report ends at line {number}, before its summary")
    return tuple(found)


class _Part:
    """A report of which some lines are read: each that comes is held against them.

    Parameters
    ----------
    facts : RunFacts or None
    """

    def __init__(self, facts: RunFacts | None) -> None:
        self._facts = facts
        self._findings: list[Finding] = []  # of the layer whose line is still to come
        self._origin: Origin | None = None
        self._reports: list[LayerReport] = []

    def add(self, line: tuple[Finding, Origin] | tuple[LayerReport, Totals] | Summary) -> RunReport | None:
        """Take in a line; the whole, with the last one.

        Raises
        ------
        GarbledError
            When it contradicts those before it.
        """
        match line:
            case (Finding() as finding, Origin() as origin):
                self._add_finding(finding, origin)
            case (LayerReport() as report, Totals() as totals):
                self._add_layer(report, totals)
            case Summary() as summary:
                return self._whole(summary)
        return None

    def _add_finding(self, finding: Finding, origin: Origin) -> None:
        _agree("id", origin.id, finding.case.id)
        if self._origin is not None:
            _agree("layer", origin.layer, self._origin.layer)
            _agree("target", origin.target, self._origin.target)
        self._origin = origin
        self._findings.append(finding)

    def _add_layer(self, report: LayerReport, totals: Totals) -> None:
        whole = replace(report, findings=tuple(self._findings))
        if self._origin is not None:
            _agree("layer", report.layer, self._origin.layer)
            _agree("target", report.target, self._origin.target)
        _agree("findings", totals.findings, len(self._findings))
        _agree("verdict", totals.verdict.value, whole.verdict.value)
        self._reports.append(whole)
        self._findings, self._origin = [], None

    def _whole(self, summary: Summary) -> RunReport:
        if self._origin is not None:
            raise GarbledError(f"the line of the layer {_shown(self._origin.layer)} is missing")
        total = together(self._reports)
        _agree("layers", summary.layers, len(self._reports))
        _agree("findings", summary.findings, len(total.findings))
        _agree("verdicts", dict(summary.verdicts), dict(Counter(f.verdict.value for f in total.findings)))
        _agree("verdict", summary.verdict.value, total.verdict.value)
        if self._facts and summary.finished:
            _agree("layers", self._facts.layers, len(self._reports))
        facts = replace(self._facts, finished=summary.finished) if self._facts else None
        return RunReport(tuple(self._reports), facts)


def _agree(field: str, told: object, found: object) -> None:
    if told != found:
        raise GarbledError(f"it says {_shown(told)}, the lines above say {_shown(found)}", field)


def _shown(value: object) -> str:
    return printable(shorten(f"{value!r}", LONGEST_SHOWN))


def _line(number: int, text: str) -> Line:
    try:
        return _entry(parse_line(text))
    except GarbledError as cause:
        raise UsageError(f"line {number} is no line of a report: {printable(str(cause))}") from cause


def _entry(entry: Any) -> Line:
    if not isinstance(entry, dict):
        raise wrong_type("an object", entry)
    data = {name: value for name, value in entry.items() if name != "type"}
    match entry.get("type"):
        case "run":
            return _head(data)
        case "finding":
            return _finding(data)
        case "layer":
            return _layer(data)
        case "summary":
            return record_of(Summary, {"finished": True, **data})
        case other:
            raise GarbledError(f"`type` must be run, finding, layer or summary, not {other!r:.80}")


def _head(data: dict[str, Any]) -> Head:
    if data.get("version") != VERSION:
        came = f"{data.get('version')!r:.80}"
        raise GarbledError(f"`version` must be {VERSION}, not {came}; another gradcheck wrote it")
    own, facts = _parted(data, "version", "gradcheck")
    return record_of(Head, {**own, **({"facts": {"finished": True, **facts}} if facts else {})})


def _finding(data: dict[str, Any]) -> tuple[Finding, Origin]:
    origin, rest = _parted({"sentence": "", "diagnosis": "", **data}, *(one.name for one in fields(Origin)))
    strange = rest.pop("nonfinite", {})
    if not isinstance(strange, dict) or any(data.get(name, "") is not None for name in strange):
        raise GarbledError("nonfinite: numbers that are null are needed")
    rest |= strange
    about = record_of(Origin, origin)
    if "fault" not in rest and about.sentence:  # an earlier version wrote it
        rest["fault"] = plain(stated(about.sentence))
    if isinstance(rest.get("counterexample"), dict):
        rest["counterexample"] = _parted({"worst": "", **rest["counterexample"]}, "id")[1]
    return record_of(Finding, rest), about


def _layer(data: dict[str, Any]) -> tuple[LayerReport, Totals]:
    totals, rest = _parted(data, *(one.name for one in fields(Totals)))
    return record_of(LayerReport, {"places": [], **rest, "findings": []}), record_of(Totals, totals)


def _parted(data: dict[str, Any], *names: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of these names, and the others."""
    return {n: v for n, v in data.items() if n in names}, {n: v for n, v in data.items() if n not in names}

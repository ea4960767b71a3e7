"""Replies as plain data, and back again with every part looked at."""

from __future__ import annotations

from typing import Any

from gradcheck.checks.judge import Judgement
from gradcheck.execution.facts import of_found, to_found
from gradcheck.execution.plain import GarbledError, items, number, real, text
from gradcheck.execution.task import Diagnose, Diagnoses, JudgeCase, Loaded, LoadTarget, NoResult, Reply, Result, Task
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict

_NUMBERS = ("max_abs", "max_rel", "floor", "analytic", "numeric", "bound")
_WORDS = ("check", "input", "sentence", "worst")
_KINDS = ("usage", "load", "process")


def packed(reply: Reply) -> dict[str, Any]:
    """A reply as plain data for JSON."""
    return {"seconds": reply.seconds, **_packed(reply.result)}


def unpacked(task: Task, entry: Any) -> Reply:
    """The reply to a task that `packed` made plain.

    Raises
    ------
    GarbledError
        When it is no such reply.
    """
    try:
        return Reply(_result(task, entry), real(entry["seconds"]))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as cause:
        raise GarbledError(f"{type(cause).__name__}: {cause}") from cause


def _packed(result: Result) -> dict[str, Any]:
    match result:
        case NoResult(kind, sentence):
            return {"failure": kind, "sentence": sentence}
        case Judgement(findings, zero, method):
            zeros = None if zero is None else sorted(zero)
            return {"findings": [_of_finding(f) for f in findings], "zero": zeros, "method": method}
        case Diagnoses(sentences):
            return {"told": list(sentences)}
        case Loaded(layers):
            return {"layers": [of_found(found) for found in layers]}


def _result(task: Task, entry: dict[str, Any]) -> Result:
    if "failure" in entry:
        return NoResult(_kind(entry["failure"]), text(entry["sentence"]))
    match task:
        case LoadTarget():
            return Loaded(tuple(map(to_found, items(entry["layers"]))))
        case JudgeCase(case=case):
            findings = tuple(_to_finding(part, case) for part in items(entry["findings"]))
            zero = None if entry["zero"] is None else frozenset(map(text, items(entry["zero"])))
            return Judgement(findings, zero, text(entry["method"]))
        case Diagnose(findings=known):
            sentences = tuple(map(text, items(entry["told"])))
            if len(sentences) != len(known):
                raise GarbledError("one diagnosis is needed for each finding")
            return Diagnoses(sentences)


def _of_finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict.value,
        "notes": list(finding.notes),
        **{name: getattr(finding, name) for name in _WORDS},
        **{name: number(getattr(finding, name)) for name in _NUMBERS},
    }


def _to_finding(entry: dict[str, Any], case: Case) -> Finding:
    read: dict[str, Any] = {name: text(entry[name]) for name in _WORDS}
    read |= {name: None if entry[name] is None else real(entry[name]) for name in _NUMBERS}
    return Finding(verdict=Verdict(entry["verdict"]), case=case, notes=tuple(map(text, items(entry["notes"]))), **read)


def _kind(value: Any) -> str:
    if value not in _KINDS:
        raise GarbledError(f"one of {', '.join(_KINDS)} is needed, not {value!r:.80}")
    return str(value)

"""Replies as plain data, and back again: they come from beside a layer, and then may be anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gradcheck.checks.judge import Judgement
from gradcheck.execution.facts import PlainFacts, facts_of, layer_of
from gradcheck.execution.task import (
    Diagnose,
    Diagnoses,
    JudgeCase,
    Loaded,
    LoadTarget,
    Missed,
    NoResult,
    Reply,
    Result,
    Shrink,
    SmallerPoints,
    Task,
)
from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plain import plain, record_of
from gradcheck.records.plain.garbled import GarbledError
from gradcheck.text import printable, shorten

LONGEST = 5000  # characters of a text that a layer may have a part in
_KINDS = ("usage", "load", "empty", "process")


@dataclass(frozen=True)
class _Layers:
    layers: tuple[PlainFacts, ...]
    missed: tuple[Missed, ...] = ()
    passed_over: tuple[Missed, ...] = ()


@dataclass(frozen=True)
class _Found:
    """A finding as it travels: what is found at one case by itself. The case is that of the task.

    It has no diagnosis, smaller point or figures: these are made of all cases together.
    """

    check: str
    verdict: Verdict
    input: str
    max_abs: float | None
    max_rel: float | None
    floor: float | None
    worst: str
    analytic: float | None
    numeric: float | None
    bound: float | None
    notes: tuple[str, ...]
    fault: Fault | None = None

    def at(self, case: Case) -> Finding:
        """The finding at a case."""
        return Finding(
            self.check,
            self.verdict,
            case,
            self.input,
            self.fault,
            self.max_abs,
            self.max_rel,
            self.floor,
            self.worst,
            self.analytic,
            self.numeric,
            self.bound,
            self.notes,
        )


@dataclass(frozen=True)
class _Judged:
    """What came of a case, as it travels; fields as in `Judgement`."""

    findings: tuple[_Found, ...]
    zero: frozenset[str] | None
    method: str
    calls: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Message:
    """A reply as it travels, with one of the results."""

    seconds: float
    failure: NoResult | None = None
    judgement: _Judged | None = None
    diagnoses: Diagnoses | None = None
    smaller: SmallerPoints | None = None
    loaded: _Layers | None = None


def packed(reply: Reply) -> dict[str, Any]:
    """A reply as plain data for JSON."""
    match reply.result:
        case NoResult() as failure:
            message = _Message(reply.seconds, failure=failure)
        case Judgement(findings, zero, method, calls):
            judged = _Judged(tuple(map(_found, findings)), zero, method, calls)
            message = _Message(reply.seconds, judgement=judged)
        case Diagnoses() as diagnoses:
            message = _Message(reply.seconds, diagnoses=diagnoses)
        case SmallerPoints() as smaller:
            message = _Message(reply.seconds, smaller=smaller)
        case Loaded(layers, missed, others):
            message = _Message(reply.seconds, loaded=_Layers(tuple(map(facts_of, layers)), missed, others))
    return plain(message)


def _found(finding: Finding) -> _Found:
    return _Found(
        finding.check,
        finding.verdict,
        finding.input,
        finding.max_abs,
        finding.max_rel,
        finding.floor,
        finding.worst,
        finding.analytic,
        finding.numeric,
        finding.bound,
        finding.notes,
        finding.fault,
    )


def named(task: Task, entry: Any) -> Reply:
    """The reply to a task from beside its entry's identity: what a layer writes where answers go is no answer.

    Raises
    ------
    GarbledError
        As `unpacked`, and when it is that to another task.
    """
    if not isinstance(entry, dict) or entry.pop("id", None) != task.id:
        raise GarbledError("the answer to another task came")
    return unpacked(task, entry)


def unpacked(task: Task, entry: Any) -> Reply:
    """The reply to a task that `packed` made plain; no text in it drives a terminal, or is without end.

    Raises
    ------
    GarbledError
        When it is no such reply.
    """
    # A layer's target and the names of its inputs are not for people alone: they stay as they are.
    message = record_of(_Message, entry, str if isinstance(task, LoadTarget) else _printed)
    return Reply(_result(task, message), message.seconds)


def _result(task: Task, message: _Message) -> Result:
    if message.failure is not None:
        if message.failure.kind not in _KINDS:
            raise GarbledError(f"failure.kind: one of {', '.join(_KINDS)} is needed, not {message.failure.kind!r:.80}")
        return replace(message.failure, sentence=_printed(message.failure.sentence))
    match task:
        case LoadTarget() if message.loaded is not None:
            layers = (replace(facts, name=_printed(facts.name)) for facts in message.loaded.layers)
            missed, others = map(_told, (message.loaded.missed, message.loaded.passed_over))
            return Loaded(tuple(map(layer_of, layers)), missed, others)
        case JudgeCase() if message.judgement is not None:
            judged = message.judgement
            findings = tuple(found.at(task.case) for found in judged.findings)
            return Judgement(findings, judged.zero, judged.method, judged.calls)
        case Diagnose() if message.diagnoses is not None:
            if len(message.diagnoses.sentences) != len(task.findings):
                raise GarbledError("one diagnosis is needed for each finding")
            return message.diagnoses
        case Shrink() if message.smaller is not None:
            if len(message.smaller.points) != len(task.findings):
                raise GarbledError("one point or none is needed for each finding")
            return message.smaller
    raise GarbledError("the result of another task came")


def _told(missed: tuple[Missed, ...]) -> tuple[Missed, ...]:
    return tuple(replace(one, sentence=_printed(one.sentence)) for one in missed)


def _printed(text: str) -> str:
    return printable(shorten(text, LONGEST))

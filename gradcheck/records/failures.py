"""What failed, in blocks of one cause each, in the order in which a person wants to hear of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.fault import OF_OUTPUTS
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.report import LayerReport, SourceLine

Cause: TypeAlias = tuple[object, ...]
LONGEST_POINT = 500  # characters: some seven lines of a terminal, a third of a block


@dataclass(frozen=True)
class Block:
    """Failures of one cause in a layer: those with one diagnosis, else of one check, one input and one kind.

    Whatever fails with the same diagnosis shares a block.

    Attributes
    ----------
    report
        The layer's.
    finding
        The one that stands for all: that with the smallest point, else the worst.
    rest
        The others, in the order in which they were found.
    """

    report: LayerReport
    finding: Finding
    rest: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """``bprop · x``: the checks, and the inputs if there are any."""
        return " · ".join(part for part in (", ".join(self.checks), ", ".join(self.inputs)) if part)

    @property
    def checks(self) -> tuple[str, ...]:
        """Those that fail, in the order of the report."""
        return tuple(dict.fromkeys(finding.check for finding in self.found))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Those whose derivatives are wrong, in the order of the report."""
        return tuple(dict.fromkeys(finding.input for finding in self.found if finding.input))

    @property
    def found(self) -> tuple[Finding, ...]:
        """All of them, in the order of the report."""
        own = {id(finding) for finding in (self.finding, *self.rest)}
        return tuple(f for f in self.report.findings if id(f) in own) or (self.finding,)

    @property
    def cause(self) -> str:
        """The diagnosis, else what was found."""
        return self.finding.diagnosis or self.finding.sentence

    @property
    def cases(self) -> tuple[Case, ...]:
        """Where it fails, each once, in the order of the report."""
        return tuple(dict.fromkeys(finding.case for finding in self.found))

    @property
    def points(self) -> int:
        """At how many points the check was made."""
        asked = {finding.case for finding in self.report.findings if finding.check == self.finding.check}
        return max(len(asked), len(self.cases))

    @property
    def place(self) -> SourceLine | None:
        """Where to look for the cause."""
        return source_line(self.report, self.finding)

    @property
    def smallest(self) -> Counterexample | None:
        """The smallest point; None where none was looked for, or where nobody would paste it."""
        found = self.finding.counterexample
        return found if found and len(found.text) <= LONGEST_POINT else None

    @property
    def point(self) -> str:
        """The smallest point, ready to paste; empty where there is none."""
        return self.smallest.text if self.smallest else ""

    @property
    def command(self) -> str:
        """The line that makes it again: at the smallest point if there is one, else at the one that was drawn."""
        return self.report.reproduce(replace(self.finding, counterexample=self.smallest))


def cause_of(finding: Finding) -> Cause:
    """What findings have in common that are one thing to a person: verdict, check, input, and what is wrong."""
    return (finding.verdict, finding.check, finding.input, finding.known, finding.diagnosis or _way(finding))


def by_cause(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings, those of one cause together, in the order in which the first of each was found."""
    alike: dict[Cause, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(cause_of(finding), []).append(finding)
    return list(alike.values())


def blocks(reports: Iterable[LayerReport], *, known: bool = False) -> list[Block]:
    """What failed, the worst first.

    Parameters
    ----------
    reports : iterable of LayerReport
    known : bool
        Whether failures that were known count, too.
    """
    found = [
        _block(report, members)
        for report in reports
        for members in _alike(by_cause(f for f in report.failures if known or not f.known))
    ]
    return sorted(found, key=lambda block: max(map(badness, block.found)), reverse=True)


def source_line(report: LayerReport, finding: Finding) -> SourceLine | None:
    """Where to look for the cause of a finding.

    That is the method whose answer is wrong, else `jacobian` for the check of that name, else `bprop` if there is one.
    """
    methods = {place.method: place for place in report.places}
    fault = finding.fault
    own = "" if fault is None else "forward" if fault.kind in OF_OUTPUTS else fault.method
    wanted = (own, finding.check, "bprop", "jacobian")
    return next((methods[method] for method in wanted if method in methods), None)


def badness(finding: Finding) -> tuple[int, float]:
    """How bad a finding is: its verdict, then the size of its error, of which NaN is the worst."""
    size = -1.0 if finding.max_rel is None else finding.max_rel
    return finding.verdict.severity, math.inf if math.isnan(size) else size


def _alike(causes: Iterable[list[Finding]]) -> Iterable[list[Finding]]:
    """The same, those together of which one thing is told, whatever check and input shows it."""
    alike: dict[object, list[Finding]] = {}
    for k, members in enumerate(causes):
        verdict, _, _, known, _ = cause_of(members[0])
        alike.setdefault((verdict, known, members[0].diagnosis) if members[0].diagnosis else k, []).extend(members)
    return alike.values()


def _way(finding: Finding) -> object:
    """The way in which it fails; passes are all alike, and errors where they are the same."""
    if finding.fault is None or finding.verdict is Verdict.PASS:
        return None
    return finding.fault if finding.verdict is Verdict.ERROR else finding.fault.way


def _block(report: LayerReport, members: Sequence[Finding]) -> Block:
    told = max(members, key=lambda finding: (finding.counterexample is not None, badness(finding)))
    return Block(report, told, tuple(finding for finding in members if finding is not told))

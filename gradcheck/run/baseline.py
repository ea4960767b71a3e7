"""Failures that are known: they pass as long as they do not grow worse by a decade.

An entry covers every finding that agrees with what it names; what it leaves out may be anything. Of several entries
that cover a finding the one that names more decides.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from gradcheck.frozen import dataclass
from gradcheck.layers.loading import identity_of
from gradcheck.records.finding import EXPECTED, KNOWN, Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.text import magnitude, printable

DECADE = 10.0

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Known:
    """One entry of a baseline.

    Attributes
    ----------
    layer, check, input, case
        What it covers: names, and the id of a case. Empty ones but the layer's cover any.
    verdict
        The worst that is known.
    size
        How large the error was, as `size_of` tells it; None allows any.
    reason
        Why it is put up with.
    expires
        The last day on which it is.
    line
        Where it stands in its file; 0 for a new one.
    """

    layer: str
    check: str = ""
    input: str = ""
    case: str = ""
    verdict: Verdict = Verdict.FAIL
    size: float | None = None
    reason: str = ""
    expires: dt.date | None = None
    line: int = 0

    @property
    def key(self) -> Key:
        """What it covers."""
        return self.layer, self.check, self.input, self.case

    @property
    def text(self) -> str:
        """What it covers, in words."""
        return printable(" · ".join(part for part in self.key if part))


def size_of(finding: Finding) -> float | None:
    """How large an error is: relative where that is known, else absolute; NaN is larger than anything."""
    size = finding.max_abs if finding.max_rel is None else finding.max_rel
    return math.inf if size is not None and math.isnan(size) else size


def unmarked(report: LayerReport) -> LayerReport:
    """The report without the notes by which an earlier baseline let failures pass."""
    notes = (tuple(note for note in f.notes if not note.startswith(KNOWN)) for f in report.findings)
    found = zip(report.findings, notes, strict=True)
    return replace(report, findings=tuple(replace(finding, notes=kept) for finding, kept in found))


@dataclass(frozen=True)
class Baseline:
    """What is known, and what it is held against.

    Attributes
    ----------
    entries
        No two of them cover the same.
    today
        Entries that expire before it allow nothing.
    threshold
        The mildest verdict that is a failure.
    """

    entries: tuple[Known, ...]
    today: dt.date
    threshold: Verdict = Verdict.ERROR

    def marked(self, report: LayerReport) -> LayerReport:
        """The report with a note on each failure that an entry covers: that it is known, or why it does not pass."""
        if not self.entries:
            return report
        return replace(report, findings=tuple(self.noted(finding, report.target) for finding in report.findings))

    def noted(self, finding: Finding, target: str = "") -> Finding:
        """The finding with that note, if it is a failure of the layer at a target that an entry covers."""
        if not self.entries or not self._fails(finding):
            return finding
        entry = next((self._by_key[key] for key in _keys(finding, target) if key in self._by_key), None)
        return replace(finding, notes=(*finding.notes, _note(finding, entry, self.today))) if entry else finding

    @property
    def expired(self) -> tuple[Known, ...]:
        """The entries that allow nothing any more."""
        return tuple(entry for entry in self.entries if entry.expires and entry.expires < self.today)

    def fixed(self, reports: Iterable[LayerReport]) -> tuple[Known, ...]:
        """The entries that cover findings of this run, but no failure."""
        ran: set[Key] = set()
        failed: set[Key] = set()
        for finding, keys in _with_keys(reports):
            ran.update(keys)
            if self._fails(finding):
                failed.update(keys)
        return tuple(entry for entry in self.entries if entry.key in ran and entry.key not in failed)

    def unmatched(self, reports: Iterable[LayerReport]) -> tuple[Known, ...]:
        """The entries that have not expired and cover no finding of this run, a failure or not."""
        ran = {key for _, keys in _with_keys(reports) for key in keys}
        return tuple(entry for entry in self.entries if entry.key not in ran and entry not in self.expired)

    def updated(self, reports: Iterable[LayerReport]) -> tuple[Known, ...]:
        """The entries after this run: new ones for new failures, sizes as they are now, none for what is fixed.

        Those that cover nothing that was run stay as they are.
        """
        reports = tuple(reports)
        fixed = self.fixed(reports)
        entries = {key: entry for key, entry in self._by_key.items() if entry not in fixed}
        failures: dict[Key, list[Finding]] = {}
        for finding, keys in _with_keys(reports):
            if self._fails(finding):
                failures.setdefault(next((key for key in keys if key in entries), keys[0]), []).append(finding)
        for key, findings in failures.items():
            entries[key] = _measured(entries.get(key), key, findings)
        return tuple(sorted(entries.values(), key=lambda entry: entry.key))

    def _fails(self, finding: Finding) -> bool:
        expected = any(note.startswith(EXPECTED) for note in finding.notes)
        return finding.verdict.severity >= self.threshold.severity and not expected

    @cached_property
    def _by_key(self) -> dict[Key, Known]:
        return {entry.key: entry for entry in self.entries}


def _measured(old: Known | None, key: Key, findings: Sequence[Finding]) -> Known:
    worst = max((finding.verdict for finding in findings), key=lambda verdict: verdict.severity)
    sizes = [size_of(finding) for finding in findings if finding.verdict is worst]
    told = [size for size in sizes if size is not None]
    unbounded = len(told) < len(sizes) or (old is not None and old.size is None)
    return replace(old or Known(*key), verdict=worst, size=None if unbounded else max(told))


def _note(finding: Finding, entry: Known, today: dt.date) -> str:
    reason = f": {entry.reason}" if entry.reason else ""
    if entry.expires and entry.expires < today:
        return f"the baseline's entry expired on {entry.expires}{reason}"
    if _worse(finding, entry):
        was = f"{entry.verdict.value} {magnitude(entry.size)}" if entry.size is not None else entry.verdict.value
        return f"worse than the baseline's {was}{reason}"
    return f"{KNOWN}{reason}"


def _worse(finding: Finding, entry: Known) -> bool:
    """Whether the verdict is worse than the entry's, or the same for an error that has grown by a decade."""
    if finding.verdict is not entry.verdict:
        return finding.verdict.severity > entry.verdict.severity
    size = size_of(finding)
    return entry.size is not None and (size is None or size > DECADE * entry.size)


def _with_keys(reports: Iterable[LayerReport]) -> Iterator[tuple[Finding, list[Key]]]:
    """Each finding with what an entry that covers it may name."""
    for report in reports:
        for finding in report.findings:
            yield finding, _keys(finding, report.target)


def _keys(finding: Finding, target: str) -> list[Key]:
    """What an entry that covers a finding may name, the most first: the target of a layer says more than its name."""
    name = finding.case.layer
    if name == printable(target):  # as it is told where others have its name
        name = target.rpartition(":")[2]
    layers = dict.fromkeys(printable(layer) for layer in (identity_of(target), name) if layer)
    case, check, one = (printable(text) for text in (finding.case.of(name).id, finding.check, finding.input))
    choices = itertools.product((case, ""), (check, ""), (one, ""), layers)
    return [(layer, check, one, case) for case, check, one, layer in choices]

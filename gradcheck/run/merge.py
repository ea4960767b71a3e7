"""Reports of parts of one run, put together: what `gradcheck report` makes of the files of several shards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES
from gradcheck.layers.modules import digest
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding
from gradcheck.records.report import LayerReport, added
from gradcheck.records.run import RunFacts, RunReport
from gradcheck.text import printable

SHOWN = 8  # missing shards that are named: no line of a terminal holds many more


def refuse_missing(parts: Sequence[tuple[str, RunReport]]) -> None:
    """Refuse parts of a run of which others are missing: what these have found is not known.

    Parameters
    ----------
    parts : sequence of (str, RunReport)
        Each with the name of its file.

    Raises
    ------
    UsageError
        For each run of which a part is missing, one a line.
    """
    runs: dict[tuple[str, int], dict[int, str]] = {}
    for name, part in parts:
        if part.facts:
            number, total = part.facts.shard
            runs.setdefault((part.facts.identity, total), {}).setdefault(number, name)
    mistakes = []
    for (_, total), names in runs.items():
        lacking = (number for number in range(1, total + 1) if number not in names)
        missing = [f"{number}/{total}" for number in islice(lacking, SHOWN)]  # the total may be any number
        if missing:
            more = f" and {total - len(names) - SHOWN} more" if total - len(names) > SHOWN else ""
            number, name = next(iter(names.items()))
            told = f"{printable(name)} is shard {number}/{total} of a run of which no file given holds shard"
            mistakes.append(f"{told} {', '.join(missing)}{more}")
    if mistakes:
        raise UsageError("\n".join(mistakes))


def facts_together(parts: Iterable[RunReport], layers: int) -> RunFacts | None:
    """Of which run the parts are when put together, with so many layers; None where one of them does not tell."""
    known = {part.facts for part in parts}
    if None in known or not known:
        return None
    facts = sorted((one for one in known if one), key=lambda one: (one.identity, one.shard))
    identities = [*dict.fromkeys(one.identity for one in facts)]
    identity = identities[0] if len(identities) == 1 else digest("".join(identities).encode("utf-8", "surrogatepass"))
    cases, finished = sum(one.cases for one in facts), all(one.finished for one in facts)
    return RunFacts(identity, layers=layers, cases=cases, finished=finished)


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
        skipped=tuple(_skipped(parts)),
        calls=added(part.calls for part in parts),
        places=tuple(dict.fromkeys(place for part in parts for place in part.places)),
    )


def _skipped(parts: Sequence[LayerReport]) -> Iterator[tuple[str, str]]:
    """What no part found anything of: a shard may lack the cases at which there is something."""
    found = {name for part in parts for f in part.findings for name in (f.case.strategy, f.check)}
    yield from dict.fromkeys(pair for part in parts for pair in part.skipped if pair[0] not in found)


def _place(case: Case) -> tuple[int, float, tuple[tuple[str, int], ...], str, int, str]:
    """What cases are sorted by; strategies that this version does not know, and points written out, come last."""
    known = list(STRATEGIES)
    number = known.index(case.strategy) if case.strategy in known else len(known)
    return number, case.scale, case.sizes, case.dtype, case.seed, case.values

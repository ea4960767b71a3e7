"""The blocks of configurations as jobs, examined one after another and held against what they expect."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.adapters.size_names import refuse_sizes
from gradcheck.config.file import Config, SweepTable
from gradcheck.errors import ConfigError, LoadError, UsageError
from gradcheck.execution.executor import Executor
from gradcheck.execution.task import Address
from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.records.outcome import Outcome
from gradcheck.records.report import LayerReport, counts, qualified, shared_names
from gradcheck.records.run import RunFacts
from gradcheck.run.addresses import Loader
from gradcheck.run.examine import Step, examine_all
from gradcheck.run.jobs import Job, identity_of
from gradcheck.run.shards import Shard
from gradcheck.text import printable


@dataclass(frozen=True)
class SweepEntry:
    """One target of one block.

    Attributes
    ----------
    number
        Of the block, through all configurations, from 1 on.
    block
    target
    jobs
        One for each layer of the target.
    error
        Why it could not be loaded; empty when it could.
    """

    number: int
    block: SweepTable
    target: str
    jobs: tuple[Job, ...] = ()
    error: str = ""


def entries_of(configs: Iterable[Config], loader: Loader) -> tuple[SweepEntry, ...]:
    """All that configurations ask for, in order.

    Raises
    ------
    ConfigError
        When a block names a layer, strategy or check that does not exist.
    """
    configs = tuple(configs)
    loader.prepare((target, block.folder) for config in configs for block in config.blocks for target in block.targets)
    numbers = itertools.count(1)
    blocks = ((config, block) for config in configs for block in config.blocks)
    entries: list[SweepEntry] = []
    for number, (config, block) in enumerate(blocks, start=1):
        try:
            entries += [one for target in block.targets for one in _entries(number, block, target, loader, numbers)]
        except UsageError as cause:
            raise ConfigError(f"{printable(str(config.path))}: {printable(block.title)}: {cause}") from cause
    return tuple(entries)


def kept(entries: Sequence[SweepEntry], *, selects: bool) -> tuple[SweepEntry, ...]:
    """The entries of which there is something to run, where only some cases are asked for; else all of them."""
    return tuple(one for one in entries if not selects or one.error or any(job.tasks for job in one.jobs))


def refuse_unknown_sizes(configs: Iterable[Config], entries: Sequence[SweepEntry]) -> None:
    """Refuse size names that no layer of a block uses and, of a file's defaults, none of its blocks that keep them.

    Parameters
    ----------
    configs : iterable of Config
        Of the whole sweep.
    entries : sequence of SweepEntry
        All that they ask for; blocks with a target that could not be loaded may have such layers.

    Raises
    ------
    ConfigError
        For the first such name, with the nearest one.
    """
    for config in configs:
        kept = [block for block in config.blocks if block.plan.sizes == config.defaults.sizes]
        _refuse_sizes(config, "[defaults]", kept, entries)
        for block in config.blocks:
            if block not in kept:
                _refuse_sizes(config, block.title, [block], entries)


def _refuse_sizes(config: Config, where: str, blocks: Sequence[SweepTable], entries: Sequence[SweepEntry]) -> None:
    own = [entry for entry in entries if any(entry.block is block for block in blocks)]
    if not own or any(entry.error for entry in own):
        return
    try:
        subjects = [job.layer.subject for entry in own for job in entry.jobs]
        refuse_sizes("`sizes`", blocks[0].plan.sizes, subjects)
    except UsageError as cause:
        raise ConfigError(f"{printable(str(config.path))}: {printable(where)}: {cause}") from cause


def _entries(
    number: int, block: SweepTable, target: str, loader: Loader, numbers: Iterator[int]
) -> Iterator[SweepEntry]:
    """The entry of a target, and one for each layer of it that cannot be checked."""
    missed: list[SweepEntry] = []

    def miss(target: str, cause: LoadError) -> None:
        missed.append(SweepEntry(number, block, target, error=str(cause)))

    try:
        subjects = loader.load(target, miss, folder=block.folder)
    except LoadError as cause:
        miss(target, cause)
    else:
        yield SweepEntry(number, block, target, tuple(loader.job(next(numbers), one, block.plan) for one in subjects))
    yield from missed


def run_entries(
    entries: Sequence[SweepEntry],
    executor: Executor,
    *,
    on_case: Callable[[Case], None] | None = None,
    steps: Sequence[Step] = (),
) -> Iterator[Outcome]:
    """Examine what configurations ask for, one outcome for each layer of each entry, in order.

    Parameters
    ----------
    entries : sequence of SweepEntry
    executor : Executor
    on_case, steps
        As for `examine_all`.
    """
    reports = examine_all([job for entry in entries for job in entry.jobs], executor, on_case=on_case, steps=steps)
    layers = [job.layer.subject for entry in entries for job in entry.jobs]
    shared = shared_names((layer.name, layer.target) for layer in layers)
    for entry in entries:
        block = entry.block
        if entry.error:
            nothing = LayerReport(layer=entry.target, target=entry.target, findings=())
            yield Outcome(entry.number, block.title, entry.target, nothing, block.expect, error=entry.error)
        for report in itertools.islice(reports, len(entry.jobs)):
            called = qualified(report) if report.layer in shared else report
            why = mismatch(called, block.expect)
            yield Outcome(entry.number, block.title, called.layer, called, block.expect, why=why)


def mismatch(report: LayerReport, expect: str | tuple[str, ...]) -> str:
    """Why a report is not what was expected; empty when it is.

    Parameters
    ----------
    report : LayerReport
    expect : str or tuple of str
        ``"pass"``: something passed, and nothing is FAIL, ERROR or UNDEFINED. ``"fail"``: something is FAIL.
        ``"undefined"``: something is UNDEFINED, and nothing FAIL or ERROR. Names of inputs: the gradients of these, and
        of no others, were exactly zero at every point, and nothing is FAIL or ERROR.
    """
    if not report.findings:
        return "nothing was checked: the block selects no point of this layer"
    found = {finding.verdict for finding in report.findings}
    if not isinstance(expect, str):
        return _unsilent(report, frozenset(expect))
    required = {"pass": Verdict.PASS, "fail": Verdict.FAIL, "undefined": Verdict.UNDEFINED}[expect]
    forbidden = {
        "pass": {Verdict.UNDEFINED, Verdict.ERROR, Verdict.FAIL},
        "fail": set(),
        "undefined": {Verdict.ERROR, Verdict.FAIL},
    }[expect]
    if required in found and not found & forbidden:
        return ""
    return f"{expect} was expected, but the findings are {counts(report.findings)}"


def _unsilent(report: LayerReport, expected: frozenset[str]) -> str:
    if not report.passed:
        return f"gradients of zero were expected, but the findings are {counts(report.findings)}"
    if frozenset(report.silent) == expected:
        return ""
    silent = ", ".join(report.silent) or "no input"
    return f"a gradient of exactly zero was expected for {', '.join(sorted(expected))}, but it is so for {silent}"


def facts_of(configs: Iterable[Config], entries: Iterable[SweepEntry], shard: Shard) -> RunFacts:
    """What a report tells of a sweep: which it is, and how much of it the part of one shard is.

    Parameters
    ----------
    configs : iterable of Config
        Of the whole.
    entries : iterable of SweepEntry
        Of the part.
    shard : Shard
    """
    blocks = [block for config in configs for block in config.blocks]
    asked = [(block.title, block.targets, block.plan, block.expect) for block in blocks]
    addresses = (Address(target, str(block.folder)) for block in blocks for target in block.targets)
    layers = [entry.jobs for entry in entries]
    return RunFacts(
        identity_of(asked, addresses),
        (shard.number, shard.total),
        sum(len(jobs) or 1 for jobs in layers),
        sum(len(job.tasks) for jobs in layers for job in jobs),
    )


def targets_of_shard(configs: Iterable[Config], shard: Shard) -> list[Config]:
    """The configurations with the targets of one shard.

    A target belongs to one shard with all its cases: what a block expects is said of them together.
    """
    return [replace(config, blocks=tuple(_blocks(config, shard))) for config in configs]


def _blocks(config: Config, shard: Shard) -> Iterator[SweepTable]:
    for block in config.blocks:
        targets = tuple(target for target in block.targets if shard.holds(f"{block.title}: {target}"))
        if targets:
            yield replace(block, targets=targets)

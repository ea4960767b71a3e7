"""The blocks of configurations, run one after another and held against what they expect; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from gradcheck.adapters.contract import Subject
from gradcheck.config.file import Block, Config
from gradcheck.errors import ConfigError, LoadError, UsageError
from gradcheck.records.finding import Verdict
from gradcheck.records.outcome import Outcome
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport, counts
from gradcheck.text import printable


class Load(Protocol):
    """As `gradcheck.layers.loading.load`."""

    def __call__(self, target: str, *, folder: Path | None = None) -> tuple[Subject, ...]:
        """The layers that a target's text names."""


def run_blocks(
    configs: Iterable[Config],
    *,
    examine: Callable[[Subject, Plan], LayerReport],
    load: Load,
    on_block: Callable[[Block], None] | None = None,
) -> Iterator[Outcome]:
    """Run configurations, one outcome for each layer of each block; blocks are numbered through all of them.

    Parameters
    ----------
    configs : iterable of Config
    examine : callable
        As `gradcheck.run.examine.examine`.
    load : callable
        As `gradcheck.layers.loading.load`.
    on_block : callable, optional
        Told of each block before it runs.

    Raises
    ------
    ConfigError
        When a block names a layer, strategy or check that does not exist.
    """
    blocks = ((config, block) for config in configs for block in config.blocks)
    for number, (config, block) in enumerate(blocks, start=1):
        if on_block is not None:
            on_block(block)
        try:
            for target in block.targets:
                yield from _outcomes(number, block, target, examine, load)
        except UsageError as cause:
            raise ConfigError(f"{printable(str(config.path))}: {printable(block.title)}: {cause}") from cause


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


def _outcomes(
    number: int, block: Block, target: str, examine: Callable[[Subject, Plan], LayerReport], load: Load
) -> Iterator[Outcome]:
    try:
        subjects = load(target, folder=block.folder)
    except LoadError as cause:
        nothing = LayerReport(layer=target, target=target, findings=())
        yield Outcome(number, block.title, target, nothing, block.expect, error=str(cause))
        return
    for subject in subjects:
        report = examine(subject, block.plan)
        yield Outcome(number, block.title, report.layer, report, block.expect, why=mismatch(report, block.expect))

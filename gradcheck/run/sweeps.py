"""What sweeps ask for, known ahead, and divided into shards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gradcheck.adapters.contract import Subject
from gradcheck.config.file import Block, Config
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.shards import Shard
from gradcheck.run.sweep import Load, run_blocks


def asked(configs: Iterable[Config], load: Load) -> Iterator[tuple[Subject, Plan]]:
    """What `gradcheck.run.sweep.run_blocks` is going to have examined, in order."""
    noted: list[tuple[Subject, Plan]] = []

    def note(subject: Subject, plan: Plan) -> LayerReport:
        noted.append((subject, plan))
        return LayerReport(subject.name, subject.target, ())

    for _ in run_blocks(configs, examine=note, load=load):
        yield from noted
        noted.clear()


def share(configs: Iterable[Config], shard: Shard) -> list[Config]:
    """The configurations with the targets of one shard.

    A target belongs to one shard with all its cases: what a block expects is said of them together.
    """
    return [replace(config, blocks=tuple(_blocks(config, shard))) for config in configs]


def _blocks(config: Config, shard: Shard) -> Iterator[Block]:
    for block in config.blocks:
        targets = tuple(target for target in block.targets if shard.holds(f"{block.title}: {target}"))
        if targets:
            yield replace(block, targets=targets)

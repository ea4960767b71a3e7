from __future__ import annotations

from pathlib import Path

from gradcheck.adapters.contract import Subject
from gradcheck.config.file import Block, Config
from gradcheck.records.plan import Plan
from gradcheck.run.shards import Shard
from gradcheck.run.sweeps import asked, share

ONE, TWO = Plan(seeds=(1,)), Plan(seeds=(2,))
CONFIGS = [
    Config(Path("a.toml"), blocks=(Block("first", ("x", "y"), ONE), Block("second", ("x",), TWO))),
    Config(Path("b.toml"), blocks=(Block("third", ("z",), ONE),)),
]


def load(target, *, folder=None):
    return tuple(Subject(None, name, ()) for name in (target, target.upper()))


def test_all_that_a_sweep_examines_is_known_in_order():
    found = [(subject.name, plan) for subject, plan in asked(CONFIGS, load)]
    assert found == [
        *[(name, ONE) for name in ("x", "X", "y", "Y")],
        *[(name, TWO) for name in ("x", "X")],
        *[(name, ONE) for name in ("z", "Z")],
    ]


def targets(configs):
    return [(block.title, target) for config in configs for block in config.blocks for target in block.targets]


def test_every_target_of_a_sweep_belongs_to_one_shard():
    parts = [targets(share(CONFIGS, Shard(number, 3))) for number in range(1, 4)]
    assert sorted(sum(parts, [])) == sorted(targets(CONFIGS))  # noqa: RUF017 - three lists
    assert len([part for part in parts if part]) > 1


def test_a_block_without_targets_is_left_out():
    assert all(
        block.targets for number in (1, 2, 3) for config in share(CONFIGS, Shard(number, 3)) for block in config.blocks
    )


def test_one_shard_is_everything():
    assert share(CONFIGS, Shard(1, 1)) == CONFIGS

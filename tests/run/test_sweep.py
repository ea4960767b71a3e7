from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.adapters.contract import Subject
from gradcheck.checks.judge import Judgement
from gradcheck.config.file import Config, SweepTable
from gradcheck.errors import ConfigError
from gradcheck.execution.task import Address, JudgeCase, LayerFacts, Loaded, LoadTarget, NoResult, Reply
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.input import Input
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.addresses import Loader
from gradcheck.run.shards import Shard
from gradcheck.run.sweep import entries_of, mismatch, run_entries, targets_of_shard

INPUTS = (Input("x", ("n",)),)
PARTS = [
    Config(Path("a.toml"), blocks=(SweepTable("first", ("x", "y")), SweepTable("second", ("x",)))),
    Config(Path("b.toml"), blocks=(SweepTable("third", ("z",)),)),
]


def report(*verdicts: str, silent: tuple[str, ...] = (), layer: str = "softmax") -> LayerReport:
    case = Case(layer, "normal")
    findings = tuple(Finding("bprop", Verdict(v), case, input="x") for v in verdicts)
    return LayerReport(layer, layer, findings, silent=silent)


class Answering:
    """Stands for an executor: layers are what a target's text spells out, one called slip is wrong."""

    def __init__(self):
        self.tasks = []

    def submit(self, tasks, *, first=False):
        self.tasks[0:0] = tasks if first else []
        self.tasks += [] if first else tasks

    def discard(self, unwanted):
        raise AssertionError("nothing is enough")

    def next(self):
        task = self.tasks.pop(0)
        return task, Reply(self.result(task))

    def result(self, task):
        match task:
            case LoadTarget(Address("gone.py", folder)):
                return NoResult("load", f"{folder}/gone.py does not exist")
            case LoadTarget(Address("sofmax")):
                return NoResult("usage", "unknown layer 'sofmax'; did you mean 'softmax'?")
            case LoadTarget(Address(target)):
                return Loaded(tuple(LayerFacts(Subject(None, name, INPUTS, target=name)) for name in target.split("+")))
            case JudgeCase(case=case):
                verdict = Verdict.FAIL if case.layer == "slip" else Verdict.PASS
                return Judgement((Finding("bprop", verdict, case, input="x"),))
            case _:
                return NoResult("process", "no diagnosis")

    def close(self):
        pass


def outcomes(*configs, **options):
    executor = Answering()
    return run_entries(entries_of(configs, Loader(executor)), executor, **options)


def run(*blocks: SweepTable, **options):
    return list(outcomes(Config(Path("a.toml"), blocks=blocks), **options))


@pytest.mark.parametrize(
    ("expect", "verdicts", "met"),
    [
        ("pass", ["PASS"], True),
        ("pass", ["PASS", "INCONCLUSIVE"], True),
        ("pass", ["INCONCLUSIVE"], False),
        ("pass", ["PASS", "UNDEFINED"], False),
        ("pass", ["PASS", "ERROR"], False),
        ("pass", ["PASS", "FAIL"], False),
        ("fail", ["PASS", "FAIL"], True),
        ("fail", ["PASS"], False),
        ("fail", ["ERROR"], False),
        ("undefined", ["PASS", "UNDEFINED"], True),
        ("undefined", ["PASS"], False),
        ("undefined", ["UNDEFINED", "FAIL"], False),
        ("undefined", ["UNDEFINED", "ERROR"], False),
    ],
)
def test_what_each_expectation_takes(expect, verdicts, met):
    assert (mismatch(report(*verdicts), expect) == "") is met


@pytest.mark.parametrize("expect", ["pass", "fail", "undefined", ("x",)])
def test_nothing_checked_is_never_as_expected(expect):
    assert mismatch(report(silent=("x",)), expect).startswith("nothing was checked")


@pytest.mark.parametrize(
    ("silent", "verdicts", "met"),
    [
        (("b1", "W1"), ["PASS"], True),
        (("W1",), ["PASS"], False),
        (("W1", "b1", "b2"), ["PASS"], False),
        ((), ["PASS"], False),
        (("W1", "b1"), ["PASS", "FAIL"], False),
        (("W1", "b1"), ["PASS", "ERROR"], False),
    ],
)
def test_zero_gradients_must_be_those_named_and_no_others(silent, verdicts, met):
    assert (mismatch(report(*verdicts, silent=silent), ("W1", "b1")) == "") is met


def test_a_mismatch_says_what_was_expected_and_what_was_found():
    assert mismatch(report("PASS", "FAIL"), "pass") == "pass was expected, but the findings are 1 PASS, 1 FAIL"
    assert mismatch(report("PASS", silent=("b",)), ("W",)) == (
        "a gradient of exactly zero was expected for W, but it is so for b"
    )


def test_every_layer_of_every_target_has_an_outcome():
    outcomes = run(SweepTable("one", ("softmax+tanh", "mlp")), SweepTable("two", ("slip",), expect="fail"))
    assert [(o.block, o.title, o.layer) for o in outcomes] == [
        (1, "one", "softmax"),
        (1, "one", "tanh"),
        (1, "one", "mlp"),
        (2, "two", "slip"),
    ]
    assert all(o.met for o in outcomes)


def test_blocks_are_numbered_through_all_files():
    one = SweepTable("one", ("softmax",))
    configs = [Config(Path("a.toml"), blocks=(one,)), Config(Path("b.toml"), blocks=(one, one))]
    assert [o.block for o in outcomes(*configs)] == [1, 2, 3]


def test_a_mistake_names_the_file_it_stands_in():
    configs = [Config(Path("a.toml"), blocks=(SweepTable("one", ("softmax",)),))]
    configs.append(Config(Path("b.toml"), blocks=(SweepTable("two", ("sofmax",)),)))
    with pytest.raises(ConfigError, match=r"b\.toml: two: unknown layer"):
        list(outcomes(*configs))


def test_an_outcome_against_the_expectation_is_not_met():
    (outcome,) = run(SweepTable("one", ("slip",)))
    assert not outcome.met
    assert outcome.why.startswith("pass was expected")


def test_a_target_that_cannot_be_loaded_is_an_outcome_and_the_others_run():
    gone, softmax = run(SweepTable("one", ("gone.py", "softmax"), folder=Path("folder")))
    assert (gone.layer, gone.error, gone.met) == ("gone.py", f"{Path.cwd()}/folder/gone.py does not exist", False)
    assert softmax.met


def test_even_where_failure_is_expected_a_target_must_load():
    assert not run(SweepTable("one", ("gone.py",), expect="fail"))[0].met


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (SweepTable("one", ("sofmax",)), "a.toml: one: unknown layer 'sofmax'; did you mean 'softmax'?"),
        (
            SweepTable("one", ("softmax",), Plan(inputs=("sevenn",))),
            "a.toml: one: unknown strategy 'sevenn'; did you mean 'ascending'?",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_a_mistake_of_the_file(block, said):
    with pytest.raises(ConfigError) as caught:
        run(block)
    assert str(caught.value) == said


def test_a_mistake_anywhere_is_told_before_anything_runs():
    executor = Answering()
    config = Config(Path("a.toml"), blocks=(SweepTable("one", ("softmax",)), SweepTable("two", ("sofmax",))))
    with pytest.raises(ConfigError, match="two: unknown layer"):
        entries_of([config], Loader(executor))
    assert not any(isinstance(task, JudgeCase) for task in executor.tasks)


def test_all_that_a_sweep_examines_is_known_ahead_in_order():
    one, two = Plan(inputs=("normal",), seeds=(1,)), Plan(inputs=("normal",), seeds=(2,))
    configs = [
        Config(Path("a.toml"), blocks=(SweepTable("first", ("x+X", "y"), one), SweepTable("second", ("x+X",), two))),
        Config(Path("b.toml"), blocks=(SweepTable("third", ("z",), one),)),
    ]
    entries = entries_of(configs, Loader(Answering()))
    asked = [
        (entry.block.title, task.case.layer, task.case.seed)
        for entry in entries
        for job in entry.jobs
        for task in job.tasks
    ]
    assert asked == [
        *[("first", name, 1) for name in ("x", "X", "y")],
        *[("second", name, 2) for name in ("x", "X")],
        ("third", "z", 1),
    ]
    assert [job.number for entry in entries for job in entry.jobs] == [1, 2, 3, 4, 5, 6]


def test_each_case_is_announced_before_it_runs():
    blocks = (SweepTable("one", ("softmax+tanh",)), SweepTable("two", ("mlp",)))
    told: list[str] = []
    found = outcomes(Config(Path("a.toml"), blocks=blocks), on_case=lambda case: told.append(case.layer))
    next(found)
    first = set(told)
    list(found)
    assert len(first) < len(set(told)) == 3


def targets(configs):
    return [(block.title, target) for config in configs for block in config.blocks for target in block.targets]


def test_every_target_of_a_sweep_belongs_to_one_shard():
    parts = [targets(targets_of_shard(PARTS, Shard(number, 3))) for number in range(1, 4)]
    assert sorted(sum(parts, [])) == sorted(targets(PARTS))  # noqa: RUF017 - three lists
    assert len([part for part in parts if part]) > 1


def test_a_block_without_targets_is_left_out():
    assert all(
        block.targets
        for number in (1, 2, 3)
        for config in targets_of_shard(PARTS, Shard(number, 3))
        for block in config.blocks
    )


def test_one_shard_is_everything():
    assert targets_of_shard(PARTS, Shard(1, 1)) == PARTS

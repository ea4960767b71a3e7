from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck.config.file import Block, Config
from gradcheck.errors import ConfigError, LoadError, UsageError
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.sweep import mismatch, run_blocks


def report(*verdicts: str, silent: tuple[str, ...] = (), layer: str = "softmax") -> LayerReport:
    case = Case(layer, "normal")
    findings = tuple(Finding("bprop", Verdict(v), case, input="x") for v in verdicts)
    return LayerReport(layer, layer, findings, silent=silent)


@dataclass(frozen=True)
class Named:
    """As much of a subject as a sweep looks at."""

    name: str


def load(target: str, *, folder: Path | None = None) -> tuple[Named, ...]:
    if target == "gone.py":
        raise LoadError(f"{folder}/gone.py does not exist")
    if target == "sofmax":
        raise UsageError("unknown layer 'sofmax'; did you mean 'softmax'?")
    return tuple(map(Named, target.split("+")))


def examine(subject: Named, plan: Plan) -> LayerReport:
    if "sevenn" in plan.inputs:
        raise UsageError("unknown strategy 'sevenn'")
    return report("FAIL" if subject.name == "slip" else "PASS", layer=subject.name)


def run(*blocks: Block, **options):
    return list(run_blocks([Config(Path("a.toml"), blocks=blocks)], examine=examine, load=load, **options))


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
    outcomes = run(Block("one", ("softmax+tanh", "mlp")), Block("two", ("slip",), expect="fail"))
    assert [(o.block, o.title, o.layer) for o in outcomes] == [
        (1, "one", "softmax"),
        (1, "one", "tanh"),
        (1, "one", "mlp"),
        (2, "two", "slip"),
    ]
    assert all(o.met for o in outcomes)


def test_blocks_are_numbered_through_all_files():
    one = Block("one", ("softmax",))
    configs = [Config(Path("a.toml"), blocks=(one,)), Config(Path("b.toml"), blocks=(one, one))]
    assert [o.block for o in run_blocks(configs, examine=examine, load=load)] == [1, 2, 3]


def test_a_mistake_names_the_file_it_stands_in():
    configs = [Config(Path("a.toml"), blocks=(Block("one", ("softmax",)),))]
    configs.append(Config(Path("b.toml"), blocks=(Block("two", ("sofmax",)),)))
    with pytest.raises(ConfigError, match=r"b\.toml: two: unknown layer"):
        list(run_blocks(configs, examine=examine, load=load))


def test_an_outcome_against_the_expectation_is_not_met():
    (outcome,) = run(Block("one", ("slip",)))
    assert not outcome.met
    assert outcome.why.startswith("pass was expected")


def test_a_target_that_cannot_be_loaded_is_an_outcome_and_the_others_run():
    gone, softmax = run(Block("one", ("gone.py", "softmax"), folder=Path("folder")))
    assert (gone.layer, gone.error, gone.met) == ("gone.py", "folder/gone.py does not exist", False)
    assert softmax.met


def test_even_where_failure_is_expected_a_target_must_load():
    assert not run(Block("one", ("gone.py",), expect="fail"))[0].met


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Block("one", ("sofmax",)), "a.toml: one: unknown layer 'sofmax'; did you mean 'softmax'?"),
        (Block("one", ("softmax",), Plan(inputs=("sevenn",))), "a.toml: one: unknown strategy 'sevenn'"),
    ],
)
def test_a_name_that_does_not_exist_is_a_mistake_of_the_file(block, said):
    with pytest.raises(ConfigError) as caught:
        run(block)
    assert str(caught.value) == said


def test_each_block_is_announced_before_it_runs():
    blocks = (Block("one", ("softmax+tanh",)), Block("two", ("mlp",)))
    told: list[str] = []
    config = Config(Path("a.toml"), blocks=blocks)
    outcomes = run_blocks([config], examine=examine, load=load, on_block=lambda b: told.append(b.title))
    next(outcomes)
    assert told == ["one"]
    list(outcomes)
    assert told == ["one", "two"]

"""A group of options is one declaration: flags, help, default and record come of it, in any order of groups."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import click
import pytest
from click.testing import CliRunner

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.check import check
from gradcheck.cli.collecting import Collecting
from gradcheck.cli.counterexamples import Counterexamples
from gradcheck.cli.execution import Execution
from gradcheck.cli.main import cli
from gradcheck.cli.options import argument, command, flags_given, option
from gradcheck.cli.reporting import Reporting
from gradcheck.cli.search import Search
from gradcheck.cli.selection import Selection
from gradcheck.cli.targets import Targets
from gradcheck.errors import UsageError

GROUPS = (Targets, Selection, Collecting, Counterexamples, Acceptance, Execution, Search, Reporting)


@dataclass(frozen=True)
class Weather:
    """A group that no command has yet: this declaration is all there is to add."""

    places: tuple[str, ...] = argument(default=(), nargs=-1, metavar="[PLACE]...")
    wind: float | None = option("-w", "--wind", type=float, metavar="SPEED", help="How fast it blows.")
    rain: bool = option("--rain", default=False, is_flag=True, help="Whether it is wet.")
    kind: str = option("--kind", default="dry", type=click.Choice(["dry", "humid"]), help="Of air.")
    days: tuple[int, ...] = option("--day", default=(), type=int, multiple=True, help="May be repeated.")

    def __post_init__(self) -> None:
        if self.rain and self.wind is None:
            raise UsageError("`--rain` must stand beside --wind")


def records(*groups, words, without=()):
    """What a command of these groups is given for some words."""
    found = {}

    @command(*groups, without=without)
    def noting(**given):
        found.update(given)
        return 7

    assert noting.main(words, standalone_mode=False) == 7
    return found


def test_the_record_comes_of_the_declaration():
    found = records(Weather, words=["here", "-w", "3", "--rain", "--day", "1", "--day", "2"])
    assert found == {"weather": Weather(("here",), 3.0, rain=True, days=(1, 2))}


def test_what_is_not_given_is_as_declared():
    assert records(Weather, words=["--"]) == {"weather": Weather()}


@pytest.mark.parametrize("group", GROUPS)
def test_the_defaults_of_every_group_are_those_of_its_options(group):
    assert records(group, words=["--"]) == {group.__name__.lower(): group()}


def test_the_help_comes_of_the_declaration():
    @command(Weather)
    def forecast(weather):
        """Say what is coming."""

    told = CliRunner().invoke(forecast, ["--help"]).output
    lines = [
        "Say what is coming.",
        "[PLACE]...",
        "-w, --wind SPEED",
        "How fast it blows.",
        "--rain ",
        "--kind ",
        "--day ",
    ]
    assert [line for line in lines if line not in told] == []
    assert sorted(lines[2:], key=told.index) == lines[2:]


def test_what_must_hold_of_several_options_is_refused_by_the_record():
    with pytest.raises(UsageError, match="must stand beside"):
        records(Weather, words=["--rain"])


def test_a_command_may_leave_options_out():
    assert records(Weather, words=["--rain", "-w", "1"], without={"kind"})["weather"].kind == "dry"
    with pytest.raises(click.NoSuchOption):
        records(Weather, words=["--kind", "humid"], without={"kind"})


def test_the_flags_that_were_given():
    assert flags_given(Execution(jobs=1, memory=5)) == ["--jobs", "--memory-limit"]
    assert flags_given(Execution()) == []


WORDS = "softmax -x --scale 1,10 --no-shrink -j 2 --corpus kept --report junit=a.xml -qq --size n=2 --fail-on undefined"


def test_the_order_of_groups_changes_nothing_but_the_help():
    orders = [*itertools.islice(itertools.permutations(GROUPS), 0, None, 5039), GROUPS[::-1]]
    first, *others = [records(*order, words=WORDS.split()) for order in orders]
    assert all(other == first for other in others)
    assert first["selection"].scales == (1.0, 10.0)
    assert first["execution"] == Execution(jobs=2)


@pytest.mark.parametrize("order", [GROUPS, GROUPS[::-1]])
def test_of_two_mistakes_always_the_same_one_is_told(order):
    with pytest.raises(UsageError, match="--update-baseline"):
        records(*order, words=["--journal", "a", "--resume", "b", "--update-baseline"])


def test_check_has_the_options_of_its_groups():
    flags = {flag for parameter in check.params for flag in parameter.opts}
    assert {"--all", "-k", "--script", "-x", "--baseline", "-j", "--search", "--figures"} <= flags


@pytest.mark.parametrize("name", [name for name in cli.homes if name not in ("list", "help")])
def test_no_two_options_of_a_command_share_a_name(name):
    names = [parameter.name for parameter in cli.get_command(None, name).params]
    flags = [flag for parameter in cli.get_command(None, name).params for flag in parameter.opts]
    assert len(names) == len(set(names))
    assert len(flags) == len(set(flags))


SELECTING = ["check", "sweep", "explain", "prove"]
# What a command has no use for: a sweep's files are its configuration, and it has no layers of a last run of its own.
UNLIKE = {"sweep": {"--config", "--last-failed"}, "explain": {"--last-failed"}, "prove": {"--last-failed"}}


def facts(name):
    """What the help says of each option of a command, by its first flag."""
    command = cli.get_command(None, name)
    context = click.Context(command)
    return {parameter.opts[0]: parameter.get_help_record(context) for parameter in command.params if parameter.opts}


@pytest.mark.parametrize("name", SELECTING)
def test_what_is_selected_is_asked_for_alike(name):
    check_has, has = facts("check"), facts(name)
    drawn, chosen = {"--inputs", "--scale", "--size", "--dtype", "--seed"}, {"--checks", "-k", "--replay"}
    meant = (drawn | chosen | {"--config", "--last-failed"}) - UNLIKE.get(name, set())
    assert {flag: has.get(flag) for flag in meant} == {flag: check_has[flag] for flag in meant}


@pytest.mark.parametrize("name", SELECTING)
def test_an_option_of_two_commands_means_the_same(name):
    said = {"--color": "auto asks", "-o": "to FILE", "--output-format": "written"}  # of a page, a report or a proof
    check_has = facts("check")
    for flag, record in facts(name).items():
        if flag in check_has and flag not in said:
            assert record == check_has[flag], flag


def told(name, columns):
    """The help of a command on a terminal of so many columns."""
    context = click.Context(cli.get_command(None, name), info_name=name, terminal_width=columns)
    return context.get_help()


def test_the_help_of_check_has_sections_and_fits_two_screens():
    lines = told("check", 80).splitlines()
    assert len(lines) <= 100
    assert max(map(len, lines)) <= 80
    heads = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    sections = ["What to check:", "How to draw inputs:", "Failures:", "Reports:", "Running:", "Gates:", "Help:"]
    assert sorted(heads, key=heads.index) == heads
    assert set(sections) <= set(heads)


@pytest.mark.parametrize("said", ["[default: all that suit the layer]", "[default: float64]", "[default: table]"])
def test_the_help_says_what_holds_without_an_option(said):
    assert said in " ".join(told("check", 80).split())


@pytest.mark.parametrize("choice", ["[fail|inconclusive|undefined]", "[auto|always|never]", "float16", "sarif"])
def test_the_help_says_what_may_be_chosen(choice):
    assert choice in told("check", 80)


@pytest.mark.parametrize("name", cli.homes)
def test_the_group_says_of_a_command_what_that_says_itself(name):
    line = cli.homes[name][1].rstrip(".")
    first = cli.get_command(None, name).help.partition("\n\n")[0]
    shared = {word for word in line.lower().split() if len(word) > 3} & set(first.lower().replace(",", "").split())
    assert len(shared) >= 2

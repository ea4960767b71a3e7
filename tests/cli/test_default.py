"""Where the default command's name may be left out, and what is completed there."""

from __future__ import annotations

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from gradcheck.cli.default import DefaultGroup


@pytest.fixture
def group():
    @click.group(cls=DefaultGroup)
    @click.option("--plain", is_flag=True)
    def root(plain):
        pass

    @root.command()
    @click.argument("names", nargs=-1, shell_complete=lambda c, p, i: [n for n in ("tanh", "relu") if n.startswith(i)])
    @click.option("--tol")
    @click.option("-v", count=True)
    def check(names, tol, v):
        click.echo(f"check {names} {tol} {v}")

    @root.command("list")
    def list_():
        click.echo("list")

    return root


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["tanh"], "check ('tanh',) None 0"),
        (["check", "tanh"], "check ('tanh',) None 0"),
        (["--tol", "3", "tanh"], "check ('tanh',) 3 0"),
        (["--tol=3", "tanh"], "check ('tanh',) 3 0"),
        (["-vv", "tanh"], "check ('tanh',) None 2"),
        (["--plain", "tanh"], "check ('tanh',) None 0"),
        (["--plain", "--tol", "3", "tanh"], "check ('tanh',) 3 0"),
        (["list"], "list"),
        (["--plain", "list"], "list"),
        (["check", "list"], "check ('list',) None 0"),
        (["--", "list"], "check ('list',) None 0"),
        (["lst"], "check ('lst',) None 0"),
    ],
)
def test_the_default_command_takes_what_no_command_does(group, words, told):
    done = CliRunner().invoke(group, words)
    assert (done.exit_code, done.output.strip()) == (0, told)


def test_the_help_of_the_group_stays_its_own(group):
    told = CliRunner().invoke(group, ["--help"]).output
    assert "Commands:" in told
    assert "--tol" not in told


def test_an_unknown_option_is_refused(group):
    assert CliRunner().invoke(group, ["--bogus", "tanh"]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "incomplete", "values"),
    [
        ([], "", ["check", "list", "tanh", "relu"]),
        ([], "l", ["list"]),
        ([], "t", ["tanh"]),
        ([], "--t", ["--tol"]),
        ([], "--p", ["--plain"]),
        (["tanh"], "re", ["relu"]),
        (["--tol", "3"], "re", ["relu"]),
        (["list"], "re", []),
    ],
)
def test_completions(group, words, incomplete, values):
    shell = ShellComplete(group, {}, "program", "_PROGRAM_COMPLETE")
    assert [item.value for item in shell.get_completions(words, incomplete)] == values

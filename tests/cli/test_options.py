"""When colours are written."""

from __future__ import annotations

import pytest

from gradcheck.cli.options import colored


@pytest.mark.parametrize(
    ("choice", "terminal", "environ", "wanted"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", True, {"FORCE_COLOR": "0"}, False),
        ("auto", True, {"FORCE_COLOR": "False"}, False),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", False, {"GITHUB_ACTIONS": "true"}, True),
        ("auto", False, {"GITHUB_ACTIONS": "true", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm"}, True),
    ],
)
def test_the_flag_then_the_environment_then_the_terminal(choice, terminal, environ, wanted):
    assert colored(choice, terminal=terminal, environ=environ) is wanted


def test_a_report_in_colour(runner, run):
    assert "\x1b[" in run("softmax --color always")[1]
    assert "\x1b[" not in run("softmax")[1]


def test_the_environment_of_the_process_counts(runner, run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("softmax")[1]


@pytest.mark.parametrize(("flags", "tables"), [("", 1), ("-q", 0), ("-q -v", 1), ("-vv", 1)])
def test_verbosity_is_what_the_flags_add_up_to(runner, run, flags, tables):
    assert run(f"softmax {flags}")[1].count("verdict") == tables

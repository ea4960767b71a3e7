"""`gradcheck help`: every page, laid out on a terminal and as it is in a pipe."""

from __future__ import annotations

import io
import re

import pytest
from click.testing import CliRunner

from gradcheck.cli.help_ import PAGES, complete_topic, topics
from gradcheck.cli.main import cli
from gradcheck.reports.prose import WIDEST, render

ASKED = {"verdicts", "inputs", "checks", "layers", "adapters", "config", "ci", "numerics", "words"}


def test_there_is_a_page_for_each_topic_and_the_list_names_it(run):
    code, out, _ = run("help")
    assert code == 0
    assert set(topics()) >= ASKED
    assert [name for name, summary in topics().items() if not summary or f"  {name} " not in out] == []


@pytest.mark.parametrize("topic", topics())
def test_a_pipe_gets_the_page_as_it_is(run, topic):
    assert run(f"help {topic}") == (0, (PAGES / f"{topic}.md").read_text(encoding="utf-8"), "")


def test_a_command_has_its_options_told(run):
    code, out, _ = run("help sweep")
    assert code == 0
    assert out.startswith("Usage: gradcheck sweep ")


def test_an_unknown_topic_is_refused_with_the_nearest(run):
    code, out, err = run("help vredicts")
    assert (code, out) == (2, "")
    assert "did you mean 'verdicts'?" in err


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("80", 80), ("200", WIDEST)])
def test_a_terminal_gets_it_laid_out(monkeypatch, columns, widest):
    monkeypatch.setenv("COLUMNS", columns)
    stream = io.StringIO()
    render("# A: b\n\n" + "many words " * 40 + "\n\nSee [inputs](inputs.md).\n", stream, color=False)
    lines = stream.getvalue().splitlines()
    assert widest - 12 < max(len(line.rstrip()) for line in lines) <= widest
    assert "See inputs (gradcheck help inputs)." in stream.getvalue()


def test_colour_is_only_where_it_is_wanted():
    streams = [io.StringIO(), io.StringIO()]
    for stream, color in zip(streams, (False, True), strict=True):
        render("# A: b\n\nsome `code`\n", stream, color=color)
    plain, bright = (stream.getvalue() for stream in streams)
    assert "\x1b" not in plain
    assert "\x1b[1m" in bright
    assert not re.search(r"\x1b\[[\d;]*40", bright), "a ground of its own would not suit a light terminal"


def test_topics_and_commands_are_completed():
    context = cli.make_context("gradcheck", ["help"], resilient_parsing=True)
    assert [item.value for item in complete_topic(context, None, "ver")] == ["verdicts"]
    assert [item.value for item in complete_topic(context, None, "swe")] == ["sweep"]
    assert complete_topic(context, None, "xyz") == []


def test_the_group_names_it():
    assert "\n  help " in CliRunner().invoke(cli, ["--help"]).output

from __future__ import annotations

import io
import re

import pytest

from gradcheck.records.report import SourceLine
from gradcheck.reports.github import MOST, render
from gradcheck.reports.interface import RenderOptions
from gradcheck.text import printable
from tests.reports import hostile

# As the runner of GitHub's workflows reads a line.
COMMAND = re.compile(r"^::(?P<command>[a-z-]+)(?: (?P<properties>.*?))?::(?P<message>.*)$")


def commands(*reports):
    """What GitHub makes of the lines written: command, properties and message."""
    stream = io.StringIO()
    render(reports, stream, RenderOptions())
    return [_read(line) for line in stream.getvalue().split("\n")[:-1]]


def _read(line):
    found = COMMAND.match(line)
    assert found, line
    pairs = dict(pair.split("=", 1) for pair in found["properties"].split(","))
    return found["command"], {k: _plain(v) for k, v in pairs.items()}, _plain(found["message"])


def _plain(text):
    for code, sign in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


@pytest.fixture(autouse=True)
def _here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_a_failure_is_shown_where_it_is_written(report, finding):
    failed = report(finding("FAIL", sentence="50% off"), places=(SourceLine("bprop", "sub/a,b.py", 7),))
    ((command, properties, message),) = commands(failed)
    assert command == "error"
    assert properties == {"file": "sub/a,b.py", "line": "7", "title": "FAIL softmax: bprop"}
    assert message.splitlines() == [
        "FAIL softmax · bprop · x: 50% off",
        "sub/a,b.py:7, at normal scale=1",
        "gradcheck softmax --inputs normal --scale 1 --seed 0",
    ]


@pytest.mark.parametrize("places", [(), (SourceLine("bprop", "/elsewhere/a.py", 7),)])
def test_without_a_file_there_is_no_location(report, finding, places):
    ((_, properties, _),) = commands(report(finding("FAIL"), places=places))
    assert set(properties) == {"title"}


def test_what_passes_is_not_told(report, finding):
    assert commands(report(*map(finding, ("PASS", "UNDEFINED", "INCONCLUSIVE")))) == []


def test_a_known_failure_is_not_told(report, finding):
    assert commands(report(finding("FAIL", notes=("known failure",)))) == []


def test_the_worst_come_first_and_the_rest_is_counted(report, finding):
    sizes = [10.0**-k for k in range(MOST + 3)]
    *errors, (last, _, message) = commands(report(*(finding("FAIL", input=str(s), max_rel=s) for s in reversed(sizes))))
    assert [re.search(r"· ([^ ]+): FAIL", told)[1] for _, _, told in errors] == [str(s) for s in sizes[:MOST]]
    assert (last, message) == ("notice", "and 3 failures more; GitHub shows 10 errors a step")


def test_as_many_as_are_shown_need_no_such_line(report, finding):
    told = commands(report(*(finding("FAIL", input=str(k)) for k in range(MOST))))
    assert [command for command, _, _ in told] == ["error"] * MOST


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_no_text_makes_a_command_of_its_own(text):
    told = commands(hostile.report(text))
    assert [command for command, _, _ in told] == ["error", "error"]
    for verdict, (_, properties, message) in zip(("FAIL", "ERROR"), told, strict=True):
        assert properties["title"] == printable(f"{verdict} {text}: {text}")
        assert message.splitlines()[0] == printable(f"{verdict} {text} · {text} · {text}: {text}")
    assert {name for _, properties, _ in told for name in properties} <= {"file", "line", "title"}
    assert not any(set(message) & set("\x1b\x00\x07\r\ud800") for _, _, message in told)

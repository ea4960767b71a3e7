from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import pytest

import gradcheck
from gradcheck.errors import UsageError
from gradcheck.reports import FORMATS, load_format
from gradcheck.reports.interface import SILENT, RenderOptions
from tests import processes


@pytest.mark.parametrize("name", ["table", "jsonl"])
def test_a_layer_is_written_when_it_is_done(name, report, finding):
    stream, form = io.StringIO(), load_format(name)
    form.begin(stream, RenderOptions())
    form.layer(report(finding()), stream, RenderOptions())
    assert "softmax" in stream.getvalue()


@pytest.mark.parametrize("name", ["junit", "sarif", "html", "markdown", "github"])
def test_a_format_of_which_half_is_of_no_use_is_written_at_once(name, report, finding):
    stream, form = io.StringIO(), load_format(name)
    form.begin(stream, RenderOptions())
    form.layer(report(finding("FAIL")), stream, RenderOptions())
    assert not stream.getvalue()
    form.end([report(finding("FAIL"))], stream, RenderOptions())
    assert "softmax" in stream.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_of_every_layer_that_fails(name, report, finding):
    stream = io.StringIO()
    several = [report(finding("FAIL", layer=layer), layer=layer) for layer in ("softmax", "tanh")]
    load_format(name).write(several, stream, RenderOptions())
    assert "softmax" in stream.getvalue()
    assert "tanh" in stream.getvalue()


def test_the_format_that_writes_nothing(report, finding):
    stream = io.StringIO()
    SILENT.write([report(finding("FAIL"))], stream, RenderOptions())
    assert stream.getvalue() == ""


def test_an_unknown_format_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match=r"unknown output format 'tabel'; did you mean 'table'\?"):
        load_format("tabel")


LOADED = """
import sys
from gradcheck.reports import FORMATS, load_format
for name in FORMATS:
    load_format(name)
    print(name, "rich.console" in sys.modules)
"""
SQUEEZED = """
from gradcheck.reports.cells import Cell, Column
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.page import Page
Page(sys.stderr, RenderOptions(width=8)).table([Column("title")], [[Cell("long words")]])
print("squeezed", "rich.console" in sys.modules)
"""


def test_no_format_loads_rich_unless_a_table_is_too_wide():
    done = processes.run([sys.executable, "-c", LOADED + SQUEEZED], text=True)
    assert done.stdout.splitlines() == [*(f"{name} False" for name in FORMATS), "squeezed True"]


PACKAGE = Path(gradcheck.__file__).parent
NEW = '''"""How many findings there are."""

from gradcheck.reports.interface import Format


def render(reports, stream, options):
    stream.write(f"{sum(len(report.findings) for report in reports)} findings\\n")


FORMAT = Format(render)
'''
LAST = '        ("html", "gradcheck.reports.html"),\n'


def run_in(folder, *words):
    """A run of the command line of the package in a folder."""
    command = [sys.executable, "-P", "-m", "gradcheck", "tanh", "--inputs", "normal", *words]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return processes.run(command, cwd=folder, env=environment, text=True)


def test_a_new_format_is_one_file_and_one_line(tmp_path):
    package = shutil.copytree(PACKAGE, tmp_path / "gradcheck", ignore=shutil.ignore_patterns("__pycache__"))
    words = ("--output-format", "count", "--report", "count=there.txt")
    (package / "reports" / "count.py").write_text(NEW)
    done = run_in(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")  # before the line there is no such format
    shelf = package / "reports" / "__init__.py"
    before, after = shelf.read_text("utf-8").split(LAST)
    shelf.write_text(before + LAST + LAST.replace("html", "count") + after, encoding="utf-8")
    done = run_in(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" findings\n")
    assert (tmp_path / "there.txt").read_text() == done.stdout

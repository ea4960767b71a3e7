from __future__ import annotations

import io
import subprocess
import sys

import pytest

from gradcheck.errors import UsageError
from gradcheck.reports import FORMATS, format_named
from gradcheck.reports.interface import SILENT, RenderOptions


@pytest.mark.parametrize("name", ["table", "jsonl"])
def test_a_layer_is_written_when_it_is_done(name, report, finding):
    stream, form = io.StringIO(), format_named(name)
    form.begin(stream, RenderOptions())
    form.layer(report(finding()), stream, RenderOptions())
    assert "softmax" in stream.getvalue()


@pytest.mark.parametrize("name", ["junit", "sarif", "html", "markdown", "github"])
def test_a_format_of_which_half_is_of_no_use_is_written_at_once(name, report, finding):
    stream, form = io.StringIO(), format_named(name)
    form.begin(stream, RenderOptions())
    form.layer(report(finding("FAIL")), stream, RenderOptions())
    assert not stream.getvalue()
    form.end([report(finding("FAIL"))], stream, RenderOptions())
    assert "softmax" in stream.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_of_every_layer_that_fails(name, report, finding):
    stream = io.StringIO()
    several = [report(finding("FAIL", layer=layer), layer=layer) for layer in ("softmax", "tanh")]
    format_named(name).write(several, stream, RenderOptions())
    assert "softmax" in stream.getvalue()
    assert "tanh" in stream.getvalue()


def test_the_format_that_writes_nothing(report, finding):
    stream = io.StringIO()
    SILENT.write([report(finding("FAIL"))], stream, RenderOptions())
    assert stream.getvalue() == ""


def test_an_unknown_format_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match=r"unknown output format 'tabel'; did you mean 'table'\?"):
        format_named("tabel")


WITHOUT_RICH = [(name, "False") for name in FORMATS if name != "table"]


@pytest.mark.parametrize(("name", "loaded"), [("table", "True"), *WITHOUT_RICH])
def test_only_the_table_loads_rich(name, loaded):
    code = f"import sys, gradcheck.reports as r; r.format_named({name!r}); print('rich.console' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == loaded

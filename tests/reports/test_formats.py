from __future__ import annotations

import io
import sys

import pytest

from gradcheck.errors import UsageError
from gradcheck.reports import FORMATS, format_named
from gradcheck.reports.interface import RenderOptions
from tests import processes


@pytest.mark.parametrize("name", ["table", "jsonl", "junit"])
def test_a_format_writes_each_report_before_it_asks_for_the_next(name, report, finding):
    stream = io.StringIO()

    def reports():
        yield report(finding(), layer="softmax")
        assert "softmax" in stream.getvalue()
        yield report(finding(layer="tanh"), layer="tanh")

    format_named(name)(reports(), stream, RenderOptions())
    assert "tanh" in stream.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_of_every_layer_that_fails(name, report, finding):
    stream = io.StringIO()
    several = [report(finding("FAIL", layer=layer), layer=layer) for layer in ("softmax", "tanh")]
    format_named(name)(iter(several), stream, RenderOptions())
    assert "softmax" in stream.getvalue()
    assert "tanh" in stream.getvalue()


def test_an_unknown_format_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match=r"unknown output format 'tabel'; did you mean 'table'\?"):
        format_named("tabel")


WITHOUT_RICH = [(name, "False") for name in FORMATS if name != "table"]


@pytest.mark.parametrize(("name", "loaded"), [("table", "True"), *WITHOUT_RICH])
def test_only_the_table_loads_rich(name, loaded):
    code = f"import sys, gradcheck.reports as r; r.format_named({name!r}); print('rich.console' in sys.modules)"
    assert processes.run([sys.executable, "-c", code], text=True).stdout.strip() == loaded

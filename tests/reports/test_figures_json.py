from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.records.figures import Curve, Entry, Figures, HeatMap
from gradcheck.reports import jsonl
from gradcheck.reports.figures_json import figures_of, plain
from gradcheck.reports.interface import RenderOptions

words, numbers, counts = st.text(max_size=4), st.floats(), st.integers(1, 99)
several = st.lists(numbers, max_size=3).map(tuple)
curves = st.builds(Curve, words, several, several, counts, *[st.none() | numbers] * 4, st.booleans())
pairs, names = st.tuples(counts, counts), st.lists(words, max_size=2).map(tuple)
maps = st.builds(HeatMap, words, pairs, pairs, st.lists(several, max_size=2).map(tuple), names, st.tuples(words, words))
entries = st.builds(Entry, words, words, *[numbers] * 5)
drawings = st.builds(
    Figures, words, names, curves, st.lists(maps, max_size=2).map(tuple), st.lists(entries, max_size=2).map(tuple)
)


@given(drawings)
def test_figures_come_back_from_json(figures):
    text = json.dumps(plain(figures), allow_nan=False)
    assert repr(figures_of(json.loads(text))) == repr(figures)  # NaN differs from itself, its text does not


def test_findings_carry_their_figures_through_lines(report, finding, figures):
    stream = io.StringIO()
    jsonl.FORMAT.write([report(finding("FAIL", figures=figures), finding())], stream, RenderOptions())
    (back,) = jsonl.read(stream.getvalue().splitlines())
    assert [f.figures for f in back.findings] == [figures, None]


@pytest.mark.parametrize("spoiled", [{}, {"claim": "bprop"}, {"curve": None}, {"maps": [{"shape": [1]}]}])
def test_what_is_no_figure_is_refused(spoiled, report, finding, figures):
    stream = io.StringIO()
    jsonl.FORMAT.write([report(finding("FAIL", figures=figures))], stream, RenderOptions())
    lines = stream.getvalue().splitlines()
    entry = json.loads(lines[1])
    entry["figures"] = {**entry["figures"], **spoiled} if spoiled else spoiled
    if spoiled == {"claim": "bprop"}:
        del entry["figures"]["entries"]
    with pytest.raises(UsageError, match=r"line 2 is no line of a report"):
        jsonl.read([lines[0], json.dumps(entry), *lines[2:]])

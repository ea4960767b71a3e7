from __future__ import annotations

import io
from itertools import groupby

import pytest

from gradcheck.records.outcome import Outcome
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.sweep import render_block, render_total


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def outcome(report, finding):
    """One layer of a block; a pass at each scale unless findings are given."""

    def make(layer="softmax", scales=(1.0,), findings=None, **facts):
        found = findings if findings is not None else [finding(scale=s, max_rel=1e-13, layer=layer) for s in scales]
        of_block = {"block": 1, "title": "softmax is right", **facts}
        return Outcome(layer=layer, report=report(*found, layer=layer), **of_block)

    return make


def written(*outcomes, **options):
    stream = io.StringIO()
    for _, block in groupby(outcomes, key=lambda one: one.block):
        render_block(tuple(block), stream, RenderOptions(**options))
    render_total(outcomes, stream, RenderOptions(**options))
    return stream.getvalue()


def test_a_block_is_its_title_its_verdict_and_layers_by_scales(outcome):
    lines = written(outcome(scales=(1.0, 1e3)), outcome("tanh", scales=(1.0,))).splitlines()
    assert lines[:2] == ["softmax is right", "as expected: pass"]
    assert lines[2].split() == ["layer", "scale", "1", "scale", "1e3"]
    assert lines[4].split() == ["softmax", "PASS", "1.0e-13", "PASS", "1.0e-13"]
    assert lines[5].split() == ["tanh", "PASS", "1.0e-13", "-"]
    assert lines[-1] == "1 of 1 block as expected"


def test_a_cell_holds_the_worst_verdict_and_the_worst_error(outcome, finding):
    mixed = [finding(max_rel=3e-2), finding("UNDEFINED", max_rel=None), finding(max_rel=1e-2)]
    assert "UNDEFINED 3.0e-02" in written(outcome(findings=mixed))


def test_dtypes_have_rows_of_their_own(outcome, finding):
    both = [finding(dtype="float32", max_rel=1e-7), finding(max_rel=1e-13)]
    lines = [line.split() for line in written(outcome(findings=both)).splitlines()]
    assert ["softmax", "f32", "PASS", "1.0e-07"] in lines
    assert ["softmax", "f64", "PASS", "1.0e-13"] in lines


def test_blocks_are_counted_by_the_block(outcome):
    text = written(outcome(), outcome("tanh"), outcome(block=2, title="slip", why="fail was expected"))
    assert text.splitlines()[-1] == "1 of 2 blocks as expected"


def test_two_blocks_of_one_title_are_two(outcome):
    assert written(outcome(), outcome(block=2)).splitlines()[-1] == "2 of 2 blocks as expected"


def test_a_mismatch_is_explained_and_its_failures_shown(outcome, finding):
    wrong = finding("FAIL", strategy="ties", sentence="analytic 1, numeric 2")
    text = written(outcome(findings=[wrong], why="pass was expected, but the findings are 1 FAIL"))
    assert "NOT as expected: pass" in text
    assert "MISMATCH softmax: pass was expected, but the findings are 1 FAIL" in text
    assert (
        "\nFAIL softmax · bprop · x: analytic 1, numeric 2\n    at ties scale=1\n    gradcheck softmax --inputs ties"
        in text
    )


def test_failures_that_were_expected_are_not_shown_even_if_something_else_is_wrong(outcome, finding):
    text = written(outcome(findings=[finding("FAIL", sentence="analytic 1")], expect="fail", why="something"))
    assert "MISMATCH softmax: something" in text
    assert "analytic 1" not in text


def test_failures_that_were_expected_are_not_shown(outcome, finding):
    text = written(outcome(findings=[finding("FAIL", sentence="analytic 1")], expect="fail"))
    assert "as expected: fail" in text
    assert "analytic 1" not in text


def test_expected_zeros_are_named(outcome):
    assert "as expected: gradient exactly zero for W1, b1 alone" in written(outcome(expect=("W1", "b1")))


def test_a_target_that_could_not_be_loaded_says_why(outcome):
    text = written(outcome("gone.py:X", findings=[], error="gone.py does not exist"))
    assert "ERROR gone.py:X: gone.py does not exist" in text
    assert text.splitlines()[-1] == "0 of 1 block as expected"


def test_quiet_shows_only_what_is_not_as_expected(outcome):
    text = written(outcome(), outcome(block=2, title="slip", why="fail was expected"), verbosity=-1)
    assert "softmax is right" not in text
    assert "slip" in text


@pytest.mark.parametrize("width", [40, 80, None])
def test_many_scales_go_on_below_and_none_is_lost(outcome, width):
    scales = tuple(10.0**k for k in range(-6, 7))
    lines = written(outcome(scales=scales), width=width).splitlines()
    assert max(map(len, lines)) <= (width or 100)
    assert sum(line.count("PASS 1.0e-13") for line in lines) == len(scales)
    assert sum(line.count("scale ") for line in lines) == len(scales)


def test_a_block_is_written_before_any_other_is_run(outcome):
    stream = io.StringIO()
    render_block([outcome(title="first")], stream, RenderOptions())
    assert "first" in stream.getvalue()

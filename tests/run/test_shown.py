"""A report that is printed, shown in a notebook, pickled."""

from __future__ import annotations

import io
import pickle

import pytest

import gradcheck
from gradcheck.reports import table
from gradcheck.reports.interface import RenderOptions
from tests.reports.reader import Reader


class Tanh:
    def forward(self, x):
        import numpy as np

        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - self.forward(x) ** 2)


class Wrong(Tanh):
    def bprop(self, v, x):
        return v * (1 - self.forward(x))


@pytest.fixture(scope="module")
def right():
    return gradcheck.check(Tanh(), inputs="normal")


@pytest.fixture(scope="module")
def wrong():
    return gradcheck.check(Wrong(), inputs="normal")


def test_printed_it_is_the_table_of_the_command(right, wrong):
    for report in (right, wrong):
        stream = io.StringIO()
        table.FORMAT.write([report], stream, RenderOptions())
        assert f"{report}\n" == stream.getvalue().rstrip("\n") + "\n"
    assert "FAIL bprop · x" in str(wrong)
    assert "FAIL" not in str(right)


def test_by_itself_it_is_one_line(right, wrong):
    assert repr(right).startswith("<LayerReport Tanh: ")
    assert repr(wrong).endswith("1 FAIL>")


def test_a_notebook_shows_the_page_with_the_figures_of_what_fails(right, wrong):
    shown = Reader(wrong._repr_html_())
    ((facts, _),) = shown.all("iframe")
    page = Reader(facts["srcdoc"])
    assert page.texts("h3") == ["FAIL Wrong · bprop · x"]
    assert [facts["class"] for facts, _ in page.all("svg") if "class" in facts] == ["curve", "map"]
    assert "\n" in facts["srcdoc"]  # its script has comments, which end with their lines
    ((facts, _),) = Reader(right._repr_html_()).all("iframe")
    assert Reader(facts["srcdoc"]).texts("h3") == []


def test_a_hostile_name_stays_in_its_frame():
    class Hostile(Tanh):
        name = '"></iframe><script>alert(1)</script>'

    shown = Reader(gradcheck.check(Hostile(), inputs="normal")._repr_html_())
    assert len(shown.all("iframe")) == 1
    assert shown.all("script") == []


def test_pickled_it_leaves_the_layer_behind(wrong):
    again = pickle.loads(pickle.dumps(wrong))  # noqa: S301 - our own
    assert again == wrong
    assert again.subject is None
    assert str(again) == str(wrong)
    assert "<iframe" in again._repr_html_()

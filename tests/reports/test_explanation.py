from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest

from gradcheck.records.explanation import Explanation
from gradcheck.records.fault import stated
from gradcheck.records.figures import Curve, Entry, Figures, HeatMap
from gradcheck.records.finding import Verdict
from gradcheck.records.report import LayerReport
from gradcheck.reports.explanation import render
from gradcheck.reports.interface import RenderOptions

CURVE = Curve("dy[0]/dx[2]", (1e-1, 1e-2, 1e-3), (1e-2, 1e-4, 1e-6), 2, 1.0, 1e-16, 1e-13, 1e-3)
HEAT = HeatMap("x", (2, 2), (1, 1), ((0.5, 2e9), (0.5, 0.5)), ("y[0]", "y[1]"), ("x[0]", "x[1]"))
ENTRY = Entry("y[0]", "x[1]", 0.125, 0.126, 1e-13, 1e-3, 1e10)
FIGURES = Figures("bprop", (), CURVE, (HEAT,), (ENTRY,))


class Stream(io.StringIO):
    def __init__(self, encoding):
        super().__init__()
        self.code = encoding

    @property
    def encoding(self):
        return self.code


@pytest.fixture
def explanation(finding):
    """The page of a failure of `bprop`, with figures."""
    failed = finding("FAIL", sentence="analytic 0.125, numeric 0.126 ± 1.0e-13", sizes=(("n", 2),), worst="x[1]")
    found = (finding("PASS", check="contract", strategy="ties"), failed)
    return Explanation(failed, LayerReport("softmax", "softmax", found, method="central differences"), FIGURES)


def page(explanation, encoding="utf-8", **options):
    stream = Stream(encoding)
    render(explanation, stream, RenderOptions(**options))
    return stream.getvalue()


def test_every_part_is_there(explanation):
    told = page(explanation)
    parts = [
        "FAIL softmax: bprop\n",
        "case        softmax[normal,scale=1,n=2,f64]\n",
        "found       softmax · bprop · normal scale=1 · x[1]: analytic 0.125",
        "diagnosis   none",
        "again       gradcheck softmax --inputs normal --scale 1 --size n=2 --seed 0\n",
        "error of a central difference of dy[0]/dx[2] by its step\n",
        "analytic error 1.0e-03\n",
        "|analytic - numeric| / bound of `bprop` for x, 2 x 2\n",
        "y[0]  . 9\n",
        "both sides at the worst entries of `bprop`\n",
        "   0.125    0.126  1.0e-13  1.0e-03      1.0e+10\n",
        "points      2\n",
        "inputs      ties, normal\n",
        "checks      contract, bprop\n",
        "findings    2 findings: 1 PASS, 1 FAIL\n",
    ]
    places = [told.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_a_diagnosis_is_told(explanation):
    sure = replace(explanation, finding=replace(explanation.finding, diagnosis="the sign is flipped"))
    assert "diagnosis   the sign is flipped\n" in page(sure)


def test_a_pass_needs_no_diagnosis(explanation):
    assert "diagnosis" not in page(replace(explanation, finding=replace(explanation.finding, verdict=Verdict.PASS)))


@pytest.mark.parametrize("color", [True, False])
def test_it_keeps_to_80_columns(explanation, color):
    assert max(map(len, page(explanation).splitlines())) <= 80
    assert ("\x1b[" in page(explanation, color=color)) is color


def test_what_stands_in_colour_stands_without(explanation):
    from rich.text import Text

    coloured = Text.from_ansi(page(explanation, color=True)).plain
    lines = [line for line in page(explanation).splitlines() if "within" not in line and not line.startswith("y[")]
    assert [line for line in lines if line.rstrip() not in coloured] == []
    assert "▀" in coloured
    assert "▀" not in page(explanation)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("color", [True, False])
def test_an_encoding_without_braille_gets_plain_characters(explanation, encoding, color):
    told = page(explanation, encoding, color=color)
    told.encode(encoding)
    assert "?" not in told
    assert "y[0]" in told


def test_texts_of_users_drive_nothing(explanation):
    evil = "[bold]\x1b[31mx[/bold]\x07"
    case = replace(explanation.finding.case, layer=evil)
    finding = replace(explanation.finding, case=case, fault=stated(evil), diagnosis=evil, notes=(evil,))
    figures = Figures(
        evil,
        (evil,),
        replace(CURVE, entry=evil),
        (replace(HEAT, input=evil, rows=(evil, evil), columns=(evil, evil)),),
        (replace(ENTRY, output=evil, input=evil),),
    )
    report = LayerReport(evil, evil, (finding,), method=evil)
    told = page(Explanation(finding, report, figures))
    assert not {"\x1b", "\x07"} & set(told)
    assert told.count("[bold]") == told.count("[/bold]") >= 12


def test_why_there_are_no_figures_is_said(explanation):
    told = page(replace(explanation, figures=None, missing="`forward` raised ValueError"))
    assert "no figures  `forward` raised ValueError\n" in told
    assert "error of a" not in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"floor": None}, "no floor"),
        ({"analytic": math.nan}, "no line for the analytic error"),
        ({"errors": (0.0, 0.0, 0.0)}, "exact at every step"),
        ({"order": 1}, "error of a one-sided difference"),
        ({"infinite": True}, "no finite slope"),
    ],
)
def test_what_a_curve_lacks_is_said(explanation, changes, sentence):
    odd = replace(explanation, figures=replace(FIGURES, curve=replace(CURVE, **changes)))
    assert sentence in page(odd)
    assert sentence not in page(explanation)


def test_folded_entries_are_owned_up_to(explanation):
    folded = replace(FIGURES, maps=(replace(HEAT, shape=(64, 128), fold=(2, 2)),))
    told = page(replace(explanation, figures=folded))
    assert "for x, 64 x 128\neach sign stands for the largest of 2 x 2 entries\n" in told


def test_remarks_are_told(explanation):
    told = page(replace(explanation, figures=replace(FIGURES, remarks=("seen along 4", "a kink"))))
    assert "remark      seen along 4\nremark      a kink\n" in told


def test_points_written_out_have_no_strategy(explanation, finding):
    case = replace(explanation.finding.case, values="x=[0,2.5]", strategy="given")
    found = replace(explanation.finding, case=case)
    told = page(Explanation(found, LayerReport("softmax", "softmax", (found,)), FIGURES))
    assert "points      1, written out\n" in told
    assert "inputs" not in told.split("what was tried")[1]
    assert "--replay 'softmax[x=[0,2.5],f64]'" in told


def test_a_long_id_is_cut_once_and_whole_where_it_is_copied(explanation):
    case = replace(explanation.finding.case, values=f"x=[{'1,' * 400}1]", strategy="given")
    told = page(replace(explanation, finding=replace(explanation.finding, case=case)))
    assert "characters more)" in told.splitlines()[1]
    assert case.id in told

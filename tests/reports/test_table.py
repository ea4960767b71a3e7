from __future__ import annotations

import io
import re
import shlex

import pytest

from gradcheck.records.case import Case
from gradcheck.records.finding import Counterexample
from gradcheck.records.report import SourceLine
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.table import FORMAT


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


def written(*reports, **options):
    stream = io.StringIO()
    FORMAT.write(reports, stream, RenderOptions(**options))
    return stream.getvalue()


def rows(text):
    """The cells of the table's rows, by their titles."""
    lines = text.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("verdict"))
    titles = re.split(r"\s{2,}", lines[start].strip())
    table = lines[start + 2 :]
    cells = (re.split(r"\s{2,}", line.strip()) for line in table)
    return [dict(zip(titles, row, strict=True)) for row in cells if len(row) == len(titles)]


def test_a_row_holds_the_worst_of_what_it_folds(report, finding):
    near = finding(strategy="normal", scale=1.0, max_abs=1e-13, max_rel=2e-12, floor=3e-11)
    far = finding(strategy="ties", scale=1e3, max_abs=2e-13, max_rel=1e-12, floor=1e-11)
    assert rows(written(report(near, far))) == [
        {
            "verdict": "PASS",
            "inputs": "normal, ties",
            "scale": "1, 1e3",
            "check": "bprop",
            "input": "x",
            "max abs": "2.0e-13",
            "max rel": "2.0e-12",
            "floor": "3.0e-11",
        }
    ]


def test_the_verdict_comes_first(report, finding):
    line = written(report(finding("FAIL"))).splitlines()[4]
    assert line.startswith("FAIL ")


@pytest.mark.parametrize(("verbosity", "count"), [(0, 1), (1, 2), (2, 4)])
def test_verbosity_unfolds(report, finding, verbosity, count):
    several = [finding(strategy=s, scale=k) for s in ("normal", "ties") for k in (1.0, 2.0)]
    assert len(rows(written(report(*several), verbosity=verbosity))) == count


@pytest.mark.parametrize(
    ("title", "one", "other"),
    [
        ("dtype", {}, {"dtype": "float32"}),
        ("seed", {}, {"seed": 7}),
        ("size", {"sizes": (("n", 2),)}, {"sizes": (("n", 5),)}),
    ],
)
def test_a_fact_is_a_column_only_where_it_varies(report, finding, title, one, other):
    assert title in rows(written(report(finding(**one), finding(**other))))[0]
    assert title not in rows(written(report(finding(**other), finding(**other))))[0]


def test_the_heading_tells_layer_points_method_and_time(report, finding):
    text = written(
        report(finding(), finding("UNDEFINED"), finding(seed=1), method="central differences", seconds=0.126)
    )
    assert text.splitlines()[0] == "softmax: 2 points, central differences, 0.13 s"


def test_the_heading_tells_how_often_the_layer_was_called_where_more_is_told(report, finding):
    one = report(finding(), calls=(("forward", 1234), ("bprop", 5)))
    assert written(one, verbosity=1).splitlines()[0].endswith(" s, calls: 1234 forward, 5 bprop")
    assert "calls" not in written(one) + written(report(finding()), verbosity=1)


def test_the_heading_tells_another_budget_than_the_usual_one(report, finding):
    quick = "    float64, seed 0, budget quick (of larger Jacobians drawn entries alone"
    assert written(report(finding(budget="quick"))).splitlines()[1].startswith(quick)
    assert written(report(finding(budget="full"))).splitlines()[1] == "    float64, seed 0, budget full"


def test_the_heading_tells_what_the_points_have_in_common_and_what_was_not_run(report, finding):
    sizes = [finding(sizes=(("n", n),), dtype=dtype) for n in range(2, 8) for dtype in ("float64", "float32")]
    skipped = (("critical", "none"), ("boundary", "no edge"), ("laws", "none"))
    lines = written(report(*sizes, skipped=skipped)).splitlines()
    assert lines[1] == "    n=2,3,4,5,..., float64,float32, seed 0; not run: boundary (no edge)"
    lines = written(report(*sizes, skipped=skipped), verbosity=1).splitlines()
    drawn, skipped_too = (
        "    n=2,3,4,5,..., float64,float32, seed 0",
        "; not run: critical, laws (none), boundary (no edge)",
    )
    assert lines[1] == drawn + skipped_too
    assert written(report(finding())).splitlines()[1] == "    float64, seed 0"
    assert "not run" not in written(report(finding("FAIL"), skipped=skipped))


def test_the_configuration_in_use_is_named_first():
    streams = io.StringIO(), io.StringIO()
    for stream, config in zip(streams, ("gradcheck.toml", ""), strict=True):
        FORMAT.begin(stream, RenderOptions(config=config))
    assert [stream.getvalue() for stream in streams] == ["configuration: gradcheck.toml\n", ""]


def test_a_failure_is_a_block_below_the_table(report, finding):
    wrong = [finding("FAIL", strategy=s, diagnosis="the sign is flipped", sentence="off") for s in ("ties", "spike")]
    lines = written(report(finding(), *wrong, places=(SourceLine("bprop", "own.py", 18),))).splitlines()
    at = lines.index("FAIL bprop · x  the sign is flipped")
    assert lines[at + 1 :] == [
        "    own.py:18, at 2 of 3 points: ties, spike",
        "    off",
        "    gradcheck softmax --inputs ties --scale 1 --seed 0",
        "gradcheck explain softmax",
        "",
    ]


def test_verdict_and_cause_are_bright_and_summaries_are_not(report, finding):
    wrong = finding("FAIL", strategy="ties", sentence="off", diagnosis="the sign [b]is[/b] flipped\x1b")
    text = written(report(wrong), report(finding(), layer="tanh"), color=True)
    assert "\x1b[1;31mFAIL bprop · x\x1b[0m  \x1b[1mthe sign [b]is[/b] flipped\\x1b\x1b[0m\n" in text
    assert "\nsoftmax: 1 finding: 1 FAIL\n" in text
    assert text.endswith("\n2 layers, 2 findings: 1 PASS, 1 FAIL\n")


def test_the_place_is_a_link_where_there_are_colours(report, finding):
    wrong = report(finding("FAIL"), places=(SourceLine("bprop", "own.py", 18),))
    assert "own.py\x1b\\own.py:18\x1b]8;;\x1b\\, at normal scale=1\n" in written(wrong, color=True)
    assert "\x1b" not in written(wrong)


def test_a_block_keeps_to_the_width_and_cuts_no_word(report, finding):
    v, told = "v = np.array([0, 0, 0, 0, 1.])", "a factor is missing in every entry that is larger than two"
    point = Counterexample(Case("softmax", "given", values="x=[0,1,2,3,4]"), f"x = np.array([0, 1., 2, 3, 4]); {v}")
    wrong = finding(
        "FAIL", diagnosis=told, sentence="off by much more than the differences allow", counterexample=point
    )
    text = written(report(wrong, target="models/own.py:Softmax"), width=40)
    block = text[text.index("FAIL bprop") :]
    assert max(map(len, block.splitlines())) <= 40
    assert set(f"{told} {point.text.replace(';', '')}".split()) <= set(block.split())
    (again,) = re.findall(r"^    (gradcheck models(?:.*\\\n)*.*)$", block, re.MULTILINE)
    assert shlex.split(again.replace("\\\n", "")) == ["gradcheck", "models/own.py:Softmax", "--replay", point.case.id]


def test_a_point_of_no_usual_run_is_named_to_be_laid_open(report, finding):
    assert "\ngradcheck explain softmax --at 'softmax[normal,scale=2,f64]'\n" in written(
        report(finding("FAIL", scale=2.0))
    )


def test_columns_without_numbers_leave_their_room(report, finding):
    assert "max abs" not in written(report(finding("ERROR", sentence="boom")))
    assert "max abs" in written(report(finding("ERROR", sentence="boom"), finding(max_abs=0.0)))


def test_errors_are_not_laid_open(report, finding):
    assert "gradcheck explain" not in written(report(finding("ERROR", sentence="boom")))
    assert "gradcheck explain" not in written(report(finding("FAIL"), target=""))


def test_what_passed_is_not_told_as_a_failure(report, finding):
    assert "    gradcheck " not in written(report(finding(), finding("INCONCLUSIVE", sentence="noise")))


def test_why_nothing_could_be_compared_is_told_once_for_all_points(report, finding):
    kinks = [finding("UNDEFINED", strategy="critical", scale=s, sentence="a kink") for s in (1.0, 2.0, 3.0)]
    text = written(report(*kinks))
    assert text.count("a kink") == 1
    assert "UNDEFINED softmax · bprop · critical scale=1 · x: a kink (and at 2 more points)" in text


def test_notes_and_missing_signals_are_told(report, finding):
    text = written(report(finding(notes=("sampled",)), finding(notes=("sampled",)), silent=("W1",)))
    assert "softmax: notes: sampled (2 findings)" in text
    assert "softmax: no learning signal: the gradient of W1 is exactly zero" in text


def test_nothing_is_noted_where_nothing_is(report, finding):
    assert "notes" not in written(report(finding()))
    assert "no learning signal" not in written(report(finding()))


def test_several_layers_end_in_one_line_about_all(report, finding):
    text = written(report(finding()), report(finding("FAIL", layer="tanh"), layer="tanh"))
    assert text.splitlines()[-1] == "2 layers, 2 findings: 1 PASS, 1 FAIL"


def test_one_layer_is_not_summed_up_twice(report, finding):
    assert "1 layer" not in written(report(finding()))


def test_a_layer_without_points_has_no_table(report):
    text = written(report())
    assert "verdict" not in text
    assert "softmax: 0 findings: nothing was checked" in text


def test_quiet_keeps_only_summaries_and_some_failures(report, finding):
    text = written(report(finding(), *[finding("FAIL", input=str(k)) for k in range(12)]), verbosity=-1)
    assert "verdict" not in text
    assert text.splitlines()[0] == "softmax: 13 findings: 1 PASS, 12 FAIL"
    assert sum(line.startswith("FAIL ") for line in text.splitlines()) == 10
    assert text.splitlines()[-1] == "    and 2 failures more; without -q all are shown"


def test_loud_shows_every_failure(report, finding):
    text = written(report(*[finding("FAIL", input=str(k), sentence="off") for k in range(12)]))
    assert sum(line.startswith("FAIL bprop · ") for line in text.splitlines()) == 12


def test_a_table_fits_eighty_columns_with_its_usual_words(report, finding):
    numbers = {"max_abs": 1e-13, "max_rel": 1e-13, "floor": 1e-12}
    names = [f"strategy{k}" for k in range(14)]
    usual = [finding(check=c, strategy=s, **numbers) for c in ("jacobian", "agreement") for s in names]
    doubtful = finding("INCONCLUSIVE", strategy="zero_parameters", **numbers)
    lines = written(report(*usual, doubtful), width=80).splitlines()
    end = next(k for k, line in enumerate(lines) if line.startswith("INCONCLUSIVE softmax"))
    table = lines[2:end]
    assert "floor" in table[0]
    assert any(line.startswith("INCONCLUSIVE  zero_parame") for line in table)
    assert max(map(len, table)) <= 80


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_other_encodings_are_served(report, finding, encoding):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    FORMAT.write([report(finding("FAIL", sentence="1 ± 2"), layer="∂x")], stream, RenderOptions())
    stream.flush()
    assert b"FAIL bprop ? x  1 " in raw.getvalue() or b"FAIL bprop \xb7 x  1 \xb1 2" in raw.getvalue()
    assert b"?x: 1 finding" in raw.getvalue()


def test_what_sees_nothing_does_not_hide_what_the_others_see(report, finding):
    seeing, blind = (
        finding(strategy="normal", max_rel=1e-13, floor=1e-12),
        finding(strategy="tiny", max_rel=2.0, floor=1e9),
    )
    (row,) = rows(written(report(seeing, blind)))
    assert (row["max rel"], row["floor"]) == ("1.0e-13", "1.0e-12")
    (row,) = rows(written(report(blind)))
    assert (row["max rel"], row["floor"]) == ("> 1", "> 1")


@pytest.mark.parametrize(("count", "more"), [(200, 0), (201, 1), (450, 250)])
def test_of_very_many_failures_the_rest_is_counted(report, finding, count, more):
    text = written(report(*(finding("FAIL") for _ in range(count)), finding("PASS")), verbosity=2)
    assert len(rows(text)) == count - more + 1
    told = f"and {more} more row{'s' if more != 1 else ''} of failures"
    assert (told in text) is (more > 0)

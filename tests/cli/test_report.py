"""`gradcheck report`: what runs have written, told again."""

from __future__ import annotations

import io
import json
import sys

import pytest

from gradcheck.records.case import Case
from gradcheck.records.finding import Verdict
from gradcheck.run.shards import Shard


@pytest.fixture
def shards(runner, run, tmp_path):
    """Two files: `a.jsonl` with softmax, which fails, and `b.jsonl` with tanh, which passes."""
    runner.answers = {"softmax": Verdict.FAIL}
    run("softmax --output-format jsonl -o a.jsonl")
    run("tanh --output-format jsonl -o b.jsonl")
    return tmp_path


def test_shards_are_told_together(shards, run):
    code, out, _ = run("report a.jsonl b.jsonl")
    assert code == 1
    assert "FAIL bprop · x  " in out
    assert "2 layers, 2 findings: 1 PASS, 1 FAIL" in out


def test_what_passes_passes(shards, run):
    assert run("report b.jsonl")[0] == 0


def test_a_file_named_twice_counts_once(shards, run):
    assert "1 finding: 1 FAIL" in run("report a.jsonl a.jsonl")[1]


def test_any_format_and_any_number_of_reports(shards, run):
    code, out, _ = run("report a.jsonl b.jsonl --output-format junit --report jsonl=c.jsonl --report sarif=d.sarif")
    assert code == 1
    assert out.startswith("<?xml")
    parts = [(shards / name).read_text().splitlines()[1:-1] for name in ("a.jsonl", "b.jsonl", "c.jsonl")]
    assert parts[0] + parts[1] == parts[2]
    assert len(json.loads((shards / "d.sarif").read_text())["runs"][0]["results"]) == 1


def test_stdin_is_a_file_too(shards, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO((shards / "a.jsonl").read_text()))
    code, out, _ = run("report - b.jsonl")
    assert code == 1
    assert "2 layers" in out


@pytest.mark.parametrize(("words", "code"), [("", 0), ("--fail-on inconclusive", 1)])
def test_gates_hold_here_too(shards, run, words, code):
    text = (shards / "a.jsonl").read_text().replace('"FAIL"', '"INCONCLUSIVE"')
    (shards / "a.jsonl").write_text(text)
    assert run(f"report a.jsonl b.jsonl {words}")[0] == code


def test_a_baseline_holds_here_and_is_carried_along(shards, run):
    assert run("report a.jsonl --baseline known.toml --update-baseline")[0] == 0
    assert run("report a.jsonl --baseline known.toml --report jsonl=c.jsonl")[0] == 0
    code, _, err = run("report c.jsonl")  # a note of a baseline that is not at hand lets nothing pass
    assert code == 1
    assert "note: 1 failure passed by a baseline, which counts here only if given, too: --baseline FILE" in err
    assert run("report c.jsonl --baseline known.toml")[0] == 0
    (shards / "other.toml").write_text('[[known]]\nlayer = "relu"\n')
    assert run("report c.jsonl --baseline other.toml")[0] == 1


def test_nothing_found_is_said(runner, run):
    runner.answers = {"softmax": None}
    run("softmax --output-format jsonl -o a.jsonl")
    code, _, err = run("report a.jsonl")
    assert (code, err) == (5, "error: nothing selected: the files hold no finding\n")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda text: text[: len(text) // 2], "b.jsonl: line 2 is no line of a report"),
        (lambda text: text.rsplit("\n", 2)[0] + "\n", "b.jsonl: the report ends at line 3, before its summary"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "b.jsonl: line 1 is no line of a report: "),
        (lambda text: "", "b.jsonl: the report ends at line 0"),
        (lambda text: "hello\n" + text, "b.jsonl: line 1 is no line of a report"),
        (lambda text: text.replace("PASS", "\udcff"), "b.jsonl: 'utf-8' codec can't decode"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_by_name_and_line(shards, run, spoil, sentence):
    path = shards / "b.jsonl"
    path.write_text(spoil(path.read_text()), encoding="utf-8", errors="surrogateescape")
    code, out, err = run("report a.jsonl b.jsonl --report junit=c.xml")
    assert (code, out) == (2, "")
    assert sentence in err
    assert not (shards / "c.xml").exists()


def test_a_newer_version_is_told(shards, run):
    path = shards / "b.jsonl"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    assert "`version` must be 1, not 2; another gradcheck wrote it" in run("report b.jsonl")[2]


@pytest.mark.parametrize(("words", "told"), [("", "FILE..."), ("none.jsonl", "does not exist")])
def test_files_are_required(runner, run, words, told):
    code, _, err = run(f"report {words}")
    assert code == 2
    assert told in err


@pytest.fixture(scope="module")
def kept():
    """The texts of the shards so far: each is run once."""
    return {}


@pytest.fixture
def parts(runner, run, tmp_path, kept):
    """The two shards of a run of two layers, each of which has one of them."""
    one = next(k for k in (1, 2) if Shard(k, 2).holds(Case("softmax", "normal").id))
    assert Shard(3 - one, 2).holds(Case("relu", "normal").id) is True
    for k in (1, 2):
        path = tmp_path / f"part-{k}.jsonl"
        if k not in kept:
            run(f"softmax relu --shard {k}/2 --output-format jsonl -o {path.name}")
            kept[k] = path.read_text()
        path.write_text(kept[k])
    return tmp_path


def test_the_shards_of_a_run_are_told_together(parts, run):
    code, out, err = run("report part-1.jsonl part-2.jsonl --report jsonl=whole.jsonl")
    assert (code, err) == (0, "")
    assert "2 layers, 2 findings: 2 PASS" in out
    heads = [
        json.loads((parts / f).read_text().splitlines()[0]) for f in ("part-1.jsonl", "part-2.jsonl", "whole.jsonl")
    ]
    assert [head["shard"] for head in heads] == [[1, 2], [2, 2], [1, 1]]
    assert [head["cases"] for head in heads] == [1, 1, 2]
    assert len({head["identity"] for head in heads}) == 1
    assert run("report whole.jsonl")[0] == 0


@pytest.mark.parametrize("there", [1, 2])
def test_a_shard_that_is_missing_is_told(parts, run, there):
    code, out, err = run(f"report part-{there}.jsonl --report junit=c.xml")
    assert (code, out) == (2, "")
    missing = f"{3 - there}/2"
    assert err == (
        f"error: part-{there}.jsonl is shard {there}/2 of a run of which no file given holds shard {missing}\n"
    )
    assert not (parts / "c.xml").exists()


def test_the_shard_of_another_run_is_none_of_this_one(parts, run):
    run("softmax tanh --shard 2/2 --output-format jsonl -o part-2.jsonl")
    code, _, err = run("report part-1.jsonl part-2.jsonl")
    assert code == 2
    assert "part-1.jsonl is shard 1/2 of a run of which no file given holds shard 2/2" in err
    assert "part-2.jsonl is shard 2/2 of a run of which no file given holds shard 1/2" in err


@pytest.mark.parametrize(("words", "code"), [("-x", 2), ("", 0)])
def test_a_run_that_was_ended_early_is_not_let_pass(runner, run, words, code):
    runner.answers = {"softmax": Verdict.FAIL, "tanh": Verdict.PASS}
    run(f"softmax tanh {words} --output-format jsonl -o a.jsonl")
    assert run("report a.jsonl")[0] == 1
    run("report a.jsonl --baseline known.toml --update-baseline")
    found, _, err = run("report a.jsonl --baseline known.toml")
    assert found == code
    assert ("a.jsonl: the run ended before all of its cases were run" in err) is bool(code)


def test_a_run_that_was_interrupted_is_not_let_pass(runner, run):
    runner.answers = {"tanh": KeyboardInterrupt()}
    assert run("softmax tanh --output-format jsonl -o a.jsonl")[0] == 130
    code, _, err = run("report a.jsonl")
    assert code == 2
    assert "a.jsonl: the run ended before all of its cases were run" in err


def test_a_file_that_contradicts_itself_is_refused(shards, run):
    path = shards / "a.jsonl"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if '"finding"' not in line))
    code, out, err = run("report a.jsonl b.jsonl")
    assert (code, out) == (2, "")
    assert "a.jsonl: line 2 contradicts the lines above it: findings: it says 1, the lines above say 0" in err

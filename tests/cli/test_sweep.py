"""`gradcheck sweep`: every block as it expects, or an exit code that says not."""

from __future__ import annotations

import re

import pytest

from gradcheck.cli.exits import exit_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.outcome import Outcome
from gradcheck.records.report import LayerReport
from gradcheck.run.gate import sweep_decision


@pytest.fixture
def config(tmp_path):
    """Write a configuration of one block for each pair of a layer and what is expected of it."""

    def written(*blocks, name="sweep.toml"):
        text = "\n".join(f'[[sweep]]\ntitle = "{layer}"\nlayers = ["{layer}"]\nexpect = "{e}"\n' for layer, e in blocks)
        (tmp_path / name).write_text(text)
        return name

    return written


def test_as_expected(runner, run, config):
    runner.answers = {"tanh": Verdict.FAIL}
    code, out, _ = run(f"sweep {config(('softmax', 'pass'), ('tanh', 'fail'))}")
    assert code == 0
    assert "2 of 2 blocks as expected" in out


@pytest.mark.parametrize("expected", [("fail", "fail"), ("pass", "pass")])
def test_swapping_an_expectation_fails(runner, run, config, expected):
    runner.answers = {"tanh": Verdict.FAIL}
    code, out, _ = run(f"sweep {config(*zip(('softmax', 'tanh'), expected, strict=True))}")
    assert code == 1
    assert "1 of 2 blocks as expected" in out


def test_several_files(runner, run, config):
    code, _, _ = run(f"sweep {config(('softmax', 'pass'), name='a.toml')} {config(('tanh', 'pass'), name='b.toml')}")
    assert (code, runner.asked) == (0, ["softmax", "tanh"])


def test_equal_blocks_of_two_files_stay_two(runner, run, config):
    blocks = (("softmax", "pass"),)
    _, out, _ = run(f"sweep {config(*blocks, name='a.toml')} {config(*blocks, name='b.toml')}")
    assert "2 of 2 blocks as expected" in out


def test_what_does_not_load_leaves_the_rest(runner, run, config):
    code, out, _ = run(f"sweep {config(('missing.py', 'pass'), ('softmax', 'pass'))}")
    assert (code, runner.asked) == (3, ["softmax"])
    assert "no such file" in out


def test_a_layer_that_raises_could_not_be_checked(runner, run, config):
    runner.answers = {"softmax": Verdict.ERROR}
    assert run(f"sweep {config(('softmax', 'pass'))}")[0] == 3


def test_an_interrupt_tells_what_is_done(runner, run, config):
    runner.answers = {"tanh": KeyboardInterrupt()}
    code, out, _ = run(f"sweep {config(('softmax', 'pass'), ('tanh', 'pass'))}")
    assert code == 130
    assert "1 of 1 block as expected" in out


def test_a_report_goes_to_a_file(runner, run, config, tmp_path):
    assert run(f"sweep {config(('softmax', 'pass'))} -o report.txt")[:2] == (0, "")
    assert "as expected" in (tmp_path / "report.txt").read_text()


def test_mistakes_of_all_files_are_listed(runner, run, tmp_path):
    (tmp_path / "a.toml").write_text("[[sweep]]\nlayer = ['softmax']\n")
    (tmp_path / "b.toml").write_text("[[sweep\n")
    code, out, err = run("sweep a.toml b.toml")
    assert (code, out, runner.asked) == (2, "", [])
    assert "a.toml:2" in err
    assert "b.toml:1" in err


@pytest.mark.parametrize(
    ("words", "code"), [("sweep missing.toml", 2), ("sweep", 2), ("sweep empty.toml", 5), ("sweep unknown.toml", 2)]
)
def test_nothing_to_run(runner, run, config, tmp_path, words, code):
    (tmp_path / "empty.toml").write_text("")
    config(("sofmax", "pass"), name="unknown.toml")
    assert run(words)[0] == code


@pytest.mark.parametrize(("name", "root"), [("gradcheck.toml", ""), ("pyproject.toml", "tool.gradcheck.")])
def test_the_configuration_found_from_here_is_taken(runner, run, tmp_path, monkeypatch, name, root):
    (tmp_path / name).write_text(f'[[{root}sweep]]\nlayers = ["softmax"]\n')
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    code, out, _ = run("sweep")
    assert (code, runner.asked) == (0, ["softmax"])
    assert "1 of 1 block as expected" in out


def test_without_any_what_is_missing_is_said(runner, run, tmp_path):
    code, out, err = run("sweep")
    assert (code, out) == (2, "")
    assert "name a file, or write a gradcheck.toml here with a [[sweep]]" in err
    (tmp_path / "gradcheck.toml").write_text("[defaults]\nscales = [1, 2]\n")
    code, out, err = run("sweep")
    assert code == 5
    assert "gradcheck.toml has no [[sweep]]" in err


def test_what_is_asked_for_goes_over_what_the_file_says(runner, run, tmp_path):
    (tmp_path / "a.toml").write_text('[[sweep]]\nlayers = ["softmax"]\nscales = [1, 2]\nselect = "ties or zeros"\n')
    assert (
        run("sweep a.toml --scale 3 --inputs ties --checks bprop --dtype float32 --seed 4 --size n=3 -k ties")[0] == 0
    )
    plan = runner.plan
    assert (plan.scales, plan.inputs, plan.checks, plan.dtypes) == ((3.0,), ("ties",), ("bprop",), ("float32",))
    assert (plan.seeds, plan.sizes) == ((4,), ((("n", 3),),))
    assert plan.select == "(ties or zeros) and (ties)"


def test_a_block_of_which_nothing_is_selected_is_left_out(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text('[[sweep]]\nlayers = ["tanh", "softmax"]\ninputs = ["normal", "ties"]\n')
    code, out, _ = run("sweep a.toml -k tanh[ties")
    assert code == 0
    assert "\ntanh " in out
    assert "\nsoftmax " not in out
    assert run("sweep a.toml --replay tanh[x=[1],f64]")[0] == 0
    code, _, err = run("sweep a.toml -k nothing")
    assert code == 5
    assert "no case of a [[sweep]] matches" in err


def outcome(verdict, why="", error=""):
    report = LayerReport("l", "l", (Finding("bprop", verdict, Case("l", "normal")),))
    return Outcome(1, "title", "l", report, why=why, error=error)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 5),
        ([outcome(Verdict.PASS)], 0),
        ([outcome(Verdict.FAIL)], 0),
        ([outcome(Verdict.FAIL, why="pass was expected")], 1),
        ([outcome(Verdict.ERROR, why="pass was expected")], 3),
        ([outcome(Verdict.PASS, error="no such file")], 3),
        ([outcome(Verdict.PASS, error="no such file"), outcome(Verdict.PASS, why="fail was expected")], 1),
    ],
)
def test_the_worst_decides(outcomes, code):
    assert exit_of(sweep_decision(outcomes)) == code


def test_reports_of_a_sweep_hold_what_was_not_expected(runner, run, config, tmp_path):
    runner.answers = {"softmax": Verdict.FAIL, "tanh": Verdict.FAIL}
    name = config(("softmax", "fail"), ("relu", "pass"))
    assert run(f"sweep {name} --report jsonl=a.jsonl")[0] == run("report a.jsonl")[0] == 0
    name = config(("softmax", "fail"), ("tanh", "pass"), ("relu", "fail"), ("missing.py", "pass"))
    assert run(f"sweep {name} --report jsonl=a.jsonl")[0] == 1
    code, out, _ = run("report a.jsonl")
    assert code == 1
    told = [line for line in out.splitlines() if re.match(r"(FAIL|ERROR) (bprop · x|expectation)  ", line)]
    assert [line.partition("  ")[0] for line in told] == ["FAIL bprop · x", "FAIL expectation", "ERROR expectation"]


def sized(defaults="", block="", layers='"softmax"', more=""):
    head = f"[defaults]\nsizes = {{ {defaults} }}\n" if defaults else ""
    own = f"sizes = {{ {block} }}\n" if block else ""
    return f'{head}[[sweep]]\ntitle = "first"\nlayers = [{layers}]\n{own}{more}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (sized(block="m = 3"), "first: `sizes` must name a size of a layer here (n), not 'm'"),
        (sized(block="n = 3, bacth = 2", layers='"mlp"'), "not 'bacth'; did you mean 'batch'?"),
        (sized(defaults="m = 3"), "[defaults]: `sizes` must name a size of a layer here (n), not 'm'"),
    ],
)
def test_a_size_of_no_layer_is_a_mistake(runner, run, tmp_path, text, said):
    (tmp_path / "sweep.toml").write_text(text)
    code, out, err = run("sweep sweep.toml")
    assert (code, out, runner.asked) == (2, "", [])
    assert f"error: sweep.toml: {said}" in err or said in err


@pytest.mark.parametrize(
    "text",
    [
        sized(block="n = 3"),
        sized(block="hidden = 3", layers='"softmax", "mlp"'),
        sized(defaults="hidden = 3", more='[[sweep]]\nlayers = ["mlp"]\n'),
        sized(block="m = 3", layers='"softmax", "missing.py"'),
    ],
)
def test_a_size_of_one_layer_of_a_block_is_none(runner, run, tmp_path, text):
    (tmp_path / "sweep.toml").write_text(text)
    assert run("sweep sweep.toml")[0] in (0, 3)
    assert runner.asked


def test_a_size_may_be_of_a_layer_of_another_shard(runner, run, tmp_path):
    (tmp_path / "sweep.toml").write_text(sized(block="hidden = 3", layers='"softmax", "mlp", "tanh"'))
    assert {run(f"sweep sweep.toml --shard {k}/3")[0] for k in (1, 2, 3)} == {0}
    assert sorted(runner.asked) == ["mlp", "softmax", "tanh"]

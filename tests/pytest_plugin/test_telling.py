from __future__ import annotations

import numpy as np
import pytest

import gradcheck


class Cubic:
    """As in the folder."""

    def forward(self, x):
        return x * x

    def bprop(self, v, x):
        return 3 * v * x


SEVEN = """
class Seven:
    def forward(self, a, b, c, d, e, f, g):
        return a + b + c + d + e + f + g

    def bprop(self, v, *inputs):
        return tuple(k * v for k, _ in enumerate(inputs, start=2))


def test_it(gradcheck):
    gradcheck(Seven(), inputs=["normal"])
"""


def test_a_failure_shows_the_line_of_the_test_and_none_of_ours(run):
    text = str(run("def test_it(gradcheck):\n    gradcheck(Cubic(), inputs=['normal'])").stdout)
    assert ">       gradcheck(Cubic(), inputs=['normal'])" in text
    assert "E       AssertionError: FAIL Cubic · bprop · x: off by a constant factor" in text
    assert "telling.py" not in text
    assert "runner.py" not in text


@pytest.mark.parametrize("call", ["gradcheck(3)", "gradcheck(Cubic(), inputs=['tise'])", "gradcheck(Cubic(), seeds=1)"])
def test_a_wrong_call_shows_none_of_our_lines_either(run, call):
    text = str(run(f"def test_it(gradcheck):\n    {call}").stdout)
    assert f">       {call}" in text
    assert "pytest_plugin" not in text


def test_the_line_below_a_failure_makes_it_again(run):
    result = run("def test_it(gradcheck):\n    gradcheck(Cubic(), inputs=['ties'], dtype='float32', sizes={'n': 3})")
    told = [line.removeprefix("E").strip() for line in result.stdout.lines if line.startswith("E ")]
    (call,) = (line for line in told if line.startswith("gradcheck.check("))
    report = eval(call, {"gradcheck": gradcheck, "layer": Cubic()})  # noqa: S307 - as a person would paste it
    assert [(f.check, f.case.strategy) for f in report.failures] == [("bprop", "ties")]


def test_the_smallest_point_is_told(run):
    result = run("def test_it(gradcheck):\n    gradcheck(Cubic(), inputs=['normal'])")
    (line,) = (line for line in result.stdout.lines if line.startswith("E ") and "x = np.array(" in line)
    point = {}
    exec(line.removeprefix("E").strip(), {"np": np}, point)  # noqa: S102 - as a person would paste it
    assert point["x"].size == 1
    assert Cubic().bprop(point["v"], point["x"]) != point["v"] * 2 * point["x"]


def test_the_command_that_runs_the_test_again_is_told(run):
    result = run("class TestIt:\n    def test_it(self, gradcheck):\n        gradcheck(Cubic(), seed=3)")
    assert "E       with seed 3; pytest test_it.py::TestIt::test_it makes the same points" in str(result.stdout)


def test_the_first_failures_are_told_and_the_section_has_all(run):
    result = run(SEVEN)
    told, section = str(result.stdout).split("Captured gradcheck call")
    assert told.count("FAIL Seven") == 5
    assert "E       and 2 failures more, in the section `gradcheck`" in told
    assert section.split("short test summary")[0].count("\nFAIL bprop · ") == 7


def test_what_passed_has_no_section(run):
    text = str(run("def test_it(gradcheck):\n    gradcheck(Square())", "-rP").stdout)
    assert "Captured" not in text


@pytest.mark.parametrize(("color", "escaped"), [("no", False), ("yes", True)])
def test_the_section_has_the_colours_of_pytest(run, color, escaped):
    result = run("def test_it(gradcheck):\n    gradcheck(Cubic(), inputs=['normal'])", f"--color={color}")
    (row,) = (line for line in result.stdout.lines if "bprop" in line and "max" not in line and "·" not in line)
    assert row.startswith("\x1b[1;31mFAIL") is escaped


def test_a_layer_that_raises_fails_its_test_and_cannot_drive_the_terminal(run):
    result = run("def test_it(gradcheck):\n    gradcheck(Raising())")
    result.assert_outcomes(failed=1)
    assert r"ValueError: no \x1b[31m at " in str(result.stdout)
    assert "\x1b" not in str(result.stdout)


def test_a_test_that_checks_nothing_fails(run):
    result = run("def test_it(gradcheck):\n    gradcheck(Square(), inputs=['critical'])")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *Square: nothing was checked: no strategy applies"])

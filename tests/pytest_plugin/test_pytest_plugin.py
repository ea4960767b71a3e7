from __future__ import annotations

import re

import pytest

TWO = """
@pytest.mark.xdist_group("one")
def test_right(gradcheck):
    assert gradcheck(Square(), inputs=["normal"]).passed

class TestWrong:
    @pytest.mark.parametrize("k", [1, 2])
    @pytest.mark.xdist_group("one")
    def test_wrong(self, gradcheck, k):
        gradcheck(Cubic(), inputs=["normal"])
"""


def seeds(result):
    return sorted(re.findall(r"with seed (\d+);", str(result.stdout)))


@pytest.mark.parametrize(("layer", "code", "outcome"), [("Square", 0, "passed"), ("Cubic", 1, "failed")])
def test_a_right_layer_passes_and_a_wrong_one_fails(run, layer, code, outcome):
    result = run(f"def test_it(gradcheck):\n    gradcheck({layer}())")
    assert result.ret == code
    result.assert_outcomes(**{outcome: 1})


@pytest.mark.parametrize(("layer", "code", "outcome"), [("Square", 1, "failed"), ("Cubic", 0, "xfailed")])
def test_a_wrong_layer_may_be_expected(run, layer, code, outcome):
    mark = "@pytest.mark.xfail(raises=AssertionError, strict=True)"
    result = run(f"{mark}\ndef test_it(gradcheck):\n    gradcheck({layer}())")
    assert result.ret == code
    result.assert_outcomes(**{outcome: 1})


@pytest.mark.parametrize("call", ["gradcheck(Square(), scale=[1])", "gradcheck(Square(), inputs=['tise'])"])
def test_a_mistyped_option_is_no_wrong_layer(run, call):
    mark = "@pytest.mark.xfail(raises=AssertionError)"
    result = run(f"{mark}\ndef test_it(gradcheck):\n    {call}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *UsageError: unknown *; did you mean '*s'[?]"])


def test_a_marker_gives_options_and_a_call_overrides_them(run):
    tests = """
pytestmark = pytest.mark.gradcheck(inputs=["normal"], seed=7, dtype="float32")

@pytest.mark.gradcheck(scales=[2, 4], sizes={"n": 2}, dtype="float64")
class TestIt:
    @pytest.mark.gradcheck(scales=[3])
    def test_it(self, gradcheck):
        (case,) = {f.case for f in gradcheck(Square(), sizes={"n": 4}).findings}
        assert case.id == "Square[normal,scale=3,n=4,f64,seed=7]"
"""
    assert run(tests, "--strict-markers").ret == 0


def test_another_marker_is_not_known(run):
    assert run("@pytest.mark.gradchek\ndef test_it():\n    pass", "--strict-markers").ret == 2


@pytest.mark.parametrize(("option", "code"), [("scales=[1]", 0), ("scale=[1]", 2), ("[1]", 2)])
def test_a_mistyped_option_of_a_marker_stops_the_run_before_it_starts(run, option, code):
    tests = f"@pytest.mark.gradcheck({option})\ndef test_it(gradcheck):\n    pass\ndef test_other():\n    pass"
    result = run(tests)
    assert result.ret == code
    result.assert_outcomes(**({"errors": 1} if code else {"passed": 2}))


def test_a_mistyped_option_is_told_with_the_test_and_the_nearest_name(run):
    result = run("@pytest.mark.gradcheck(scale=[1])\ndef test_it(gradcheck):\n    pass")
    sentence = "test_it.py::test_it: unknown option 'scale' of `gradcheck`; did you mean 'scales'?"
    assert sentence in result.stdout.lines


def test_a_mistyped_option_of_one_parameter_is_told_by_its_test(run):
    marks = "pytest.mark.gradcheck(seeds=1)"
    parameters = f"@pytest.mark.parametrize('k', [1, pytest.param(2, marks={marks})])"
    run(f"{parameters}\ndef test_it(gradcheck, k):\n    pass").assert_outcomes(passed=1, errors=1)


def test_processes_draw_the_same_points(run, folder, alone):
    here = run(TWO)
    here.assert_outcomes(passed=1, failed=2)
    layers = ("--gradcheck-layers", "layers.py:Cubic", "--gradcheck-layers", "relu")
    few = ("-k", "test_it or normal or zeros")  # at zero Cubic is right
    parallel = folder.runpytest_subprocess(*alone, "-p", "xdist", "-n2", "--dist", "loadgroup", *layers, *few)
    parallel.assert_outcomes(passed=1 + 2 + 1, failed=2 + 1)
    assert len(set(seeds(here))) == 2
    assert seeds(parallel) == seeds(here)


def test_another_root_folder_draws_the_same_points(run, folder):
    here = run(TWO)
    folder.mkdir("tests")
    for name in ("layers.py", "test_it.py"):
        (folder.path / name).rename(folder.path / "tests" / name)
    assert seeds(run("", "tests")) == seeds(here)


def test_the_plugin_loads_nothing_that_it_need_not(folder, alone):
    tests = """
import sys
LOADED = {*sys.modules}

def test_start():
    assert not {"numpy", "click", "rich"} & LOADED
    ours = {m for m in LOADED if m.split(".")[0] == "gradcheck"}
    assert ours == {"gradcheck", "gradcheck.version", "gradcheck.pytest_plugin"}

def test_use(gradcheck):
    assert "numpy" in sys.modules
    assert not {"click", "rich"} & set(sys.modules)
"""
    folder.makepyfile(tests)
    folder.runpytest_subprocess(*alone, "--assert=plain").assert_outcomes(passed=2)

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from gradcheck.inputs import STRATEGIES

# A real input of free length without critical values has no edges, and no parameters beside it.
DRAWN = len(STRATEGIES) - len(("boundary", "critical", "zero_parameters"))


def collected(result):
    return [line for line in result.stdout.lines if "::" in line]


@pytest.fixture
def layers(run):
    """Run pytest on the layers of targets, told apart by blanks, and on no other tests."""

    def running(targets, *arguments):
        options = (word for target in targets.split() for word in ("--gradcheck-layers", target))
        return run("", *options, *arguments)

    return running


def test_each_layer_and_strategy_is_a_test(layers):
    ids = collected(layers("layers.py softmax", "--collect-only", "-q"))
    assert {"layers.py::Square[ties]", "layers.py::Cubic[ties]", "softmax::softmax[ties]"} < set(ids)
    assert len(ids) == len(set(ids)) == 4 * DRAWN


def test_a_strategy_that_does_not_apply_is_no_test(layers):
    assert "relu::relu[critical]" in collected(layers("relu", "--collect-only", "-q"))
    assert "tanh::tanh[critical]" not in collected(layers("tanh", "--collect-only", "-q"))


@pytest.mark.parametrize("targets", ["layers.py:Square", "layers:Square", "layers.py:Square layers.py:Square"])
def test_a_target_is_read_as_on_the_command_line(layers, targets):
    result = layers(targets, "-k", "ties and not near")
    assert result.ret == 0
    result.assert_outcomes(passed=1, deselected=DRAWN - 1)


@pytest.mark.parametrize(("expression", "code"), [("Square", 0), ("Cubic and ties", 1), ("Square and nothing", 5)])
def test_the_exit_codes_are_those_of_pytest(layers, expression, code):
    assert layers("layers.py", "-k", expression).ret == code


def test_layers_stand_beside_tests_and_can_be_told_apart(run):
    tests = "def test_it(gradcheck):\n    gradcheck(Square())"
    run(tests, "--gradcheck-layers", "tanh").assert_outcomes(passed=1 + DRAWN)
    run(tests, "--gradcheck-layers", "tanh", "-m", "gradcheck").assert_outcomes(passed=DRAWN, deselected=1)


def test_a_failure_is_told_in_few_lines(layers):
    lines = layers("layers.py", "-k", "Cubic and normal").stdout.lines
    start = next(
        k for k, line in enumerate(lines) if line.startswith("FAIL Cubic · bprop · x: off by a constant factor")
    )
    assert lines[start - 1].strip("_ ") == "Cubic[normal]"
    assert re.fullmatch(r"    layers\.py:\d+, at normal scale=1", lines[start + 1])
    assert lines[start + 2].startswith("    x = np.array(")
    assert lines[start + 3].startswith("    x[0] for v = one-hot [0]: analytic ")
    assert lines[start + 4].startswith("    gradcheck layers.py:Cubic --replay ")
    assert "Captured gradcheck call" in lines[start + 5]


def test_the_failures_can_be_run_again(layers):
    few = layers("layers.py:Square layers.py:Cubic", "-k", "normal or zeros")
    few.assert_outcomes(passed=3, failed=1, deselected=2 * DRAWN - 4)
    layers("layers.py:Square layers.py:Cubic", "--lf").assert_outcomes(failed=1, deselected=2 * DRAWN - 1)


def test_the_place_of_a_layer_is_told(folder, alone):
    items, _ = folder.inline_genitems(*alone, "--gradcheck-layers", "layers.py", "--gradcheck-layers", "softmax")
    places = {item.location[2]: item.location[:2] for item in items}
    lines = (folder.path / "layers.py").read_text().splitlines()
    assert places["Square[normal]"] == ("layers.py", lines.index("    def bprop(self, v, x):"))
    assert places["softmax[normal]"][0].endswith("softmax.py")


def test_markers_may_give_options_and_expect_a_failure(layers, folder):
    folder.makeconftest("""
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.gradcheck(scales=[2, 1e3]))
        if item.name == "Cubic[zeros]":
            item.add_marker(pytest.mark.xfail(strict=True))
        if item.name == "Cubic[normal]":
            item.add_marker(pytest.mark.xfail(strict=True))
""")
    result = layers("layers.py:Cubic", "-k", "zeros or normal or ascending")
    result.assert_outcomes(xfailed=1, failed=2, deselected=DRAWN - 3)
    result.stdout.fnmatch_lines(["FAIL Cubic · bprop · x: *", "*, at all 2 points", "FAIL     ascending  2, 1e3 *"])


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("layer.py", "cannot load 'layer.py': there is no such file; did you mean 'layers.py'?"),
        ("layers.py:Cubik", "layers.py has no 'Cubik'; did you mean 'Cubic'?"),
        ("sotfmax", "unknown layer 'sotfmax'; did you mean 'softmax'?"),
        ("hostile.py", r"cannot load 'hostile.py': ValueError: \x1b[31mno at "),
        ("not\x1ba:target:", r"'not\x1ba:target:' cannot be read: "),
    ],
)
def test_what_cannot_be_loaded_is_an_error_of_collection(layers, folder, target, sentence):
    (folder.path / "hostile.py").write_text("raise ValueError('\\x1b[31mno')")
    result = layers(f"layers.py:Square {target}")
    assert result.ret == 2
    result.assert_outcomes(errors=1)
    assert any(line.startswith(sentence) for line in result.stdout.lines)
    assert "\x1b" not in str(result.stdout)


def test_what_can_be_loaded_may_run_all_the_same(layers):
    result = layers("nothing.py layers.py:Square", "--continue-on-collection-errors")
    result.assert_outcomes(passed=DRAWN, errors=1)


HOSTILE = """
from layers import Cubic
class Named(Cubic):
    name = "\\x1b[31m]]>&<a::b[" + "n" * 1000
named = Named()
"""


def test_a_hostile_name_spoils_no_report(layers, folder):
    (folder.path / "hostile.py").write_text(HOSTILE)
    result = layers("hostile.py:named", "-k", "normal]", "-v", "--junitxml=report.xml")
    result.assert_outcomes(failed=1, deselected=DRAWN - 1)
    assert "\x1b" not in str(result.stdout)
    (case,) = ET.parse(folder.path / "report.xml").iter("testcase")  # noqa: S314 - our own
    assert case.find("failure").text.startswith("FAIL ")


def test_a_fault_of_ours_keeps_its_traceback(layers, monkeypatch):
    def broken(*_):
        raise RuntimeError("a fault")

    monkeypatch.setattr("gradcheck.pytest_plugin.layers.checked", broken)
    result = layers("layers.py:Square", "-k", "normal")
    result.assert_outcomes(failed=1, deselected=DRAWN - 1)
    assert "def broken(*_):" in str(result.stdout)


@pytest.mark.parametrize(("folder_of_run", "shown"), [(".", "layers.py"), ("below", "../layers.py")])
def test_ids_start_at_the_root_folder(folder, alone, folder_of_run, shown, monkeypatch):
    folder.makeini("[pytest]")
    folder.mkdir("below")
    monkeypatch.chdir(folder.path / folder_of_run)
    items, _ = folder.inline_genitems(*alone, "--rootdir", str(folder.path), "--gradcheck-layers", f"{shown}:Square")
    assert items[0].nodeid == "layers.py:Square::Square[normal]"


@pytest.mark.parametrize(("arguments", "registered"), [((), False), (("--gradcheck-layers", "tanh"), True)])
def test_without_targets_nothing_listens(folder, alone, arguments, registered):
    config = folder.parseconfigure(*alone, *arguments)
    assert config.pluginmanager.has_plugin("gradcheck_layers") is registered


def test_a_layer_that_cannot_be_checked_is_a_failure_and_costs_no_other(layers, pytester):
    text = "from layers import Square\nclass Sized(Square):\n    sizes = {'n': 5.0}\nclass Good(Square):\n    pass\n"
    pytester.makepyfile(odd=text)
    result = layers("odd.py")
    result.assert_outcomes(passed=DRAWN, failed=1)
    result.stdout.fnmatch_lines(["*`sizes` of Sized must give 'n' a whole length of at least 0, not 5.0*"])

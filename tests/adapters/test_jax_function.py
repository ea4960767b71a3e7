"""Functions of jax: right ones pass in double, wrong ones are caught."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import gradcheck
from gradcheck import Verdict
from gradcheck.defects.shrink.script import script
from gradcheck.errors import LoadError
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from tests import processes

# Looked for, not imported: of several processes that collect these tests, one runs them.
pytestmark = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax")

HERE = Path(__file__).parent / "jax_layers"
RIGHT, WRONG = HERE / "right.py", HERE / "wrong.py"
FEW = ("normal", "zeros")


def loaded(path, name):
    (subject,) = gradcheck.load(f"{path}:{name}")
    return subject


@cache  # what takes long is to compile, which each loading does anew
def examined(path, name, *inputs, **plan):
    return examine(loaded(path, name), Plan(inputs or FEW, **plan))


@pytest.mark.parametrize("name", ["swish", "leaky", "cubed", "embedding"])
def test_right_ones_pass_in_double(name):
    report = examined(RIGHT, name)
    assert not report.failures
    ordinary = [one for one in report.findings if one.check == "bprop" and one.case.strategy == "normal"]
    assert ordinary
    assert all(one.floor < 1e-9 for one in ordinary)


@pytest.mark.parametrize(("name", "input"), [("swish", "x"), ("leaky", "x"), ("cubed", "x"), ("embedding", "params.w")])
def test_wrong_ones_fail_for_their_input(name, input):
    wrong = {(one.check, one.input) for one in examined(WRONG, name).failures}
    assert ("bprop", input) in wrong
    assert {one for _, one in wrong} <= {input, ""}


def test_a_rule_for_tangents_is_judged_forwards_and_backwards():
    assert {one.check for one in examined(RIGHT, "leaky").findings} >= {"bprop", "jvp", "agreement"}
    assert {one.check for one in examined(WRONG, "leaky").failures} >= {"bprop", "jvp"}
    assert "jvp" not in {one.check for one in examined(RIGHT, "swish").findings}


def test_arrays_in_a_nesting_are_inputs_by_their_names_and_whole_ones_are_labels():
    subject = loaded(RIGHT, "embedding")
    assert [(one.name, one.shape, one.differentiable) for one in subject.inputs] == [
        ("params.b", (3,), True),
        ("params.w", (4, 3), True),
        ("i", (6,), False),
    ]
    assert subject.inputs[2].classes == 4


def test_a_backward_that_is_detached_shows_in_second_order():
    wrong = examined(WRONG, "detached", "normal", checks=("bprop", "agreement", "order2")).failures
    assert {(one.fault.method, one.input) for one in wrong} == {("double_bprop", "x")}
    assert not examined(RIGHT, "swish", "normal", checks=("order2",)).failures


def test_a_function_that_asks_for_values_is_not_compiled():
    report = examined(RIGHT, "branching", "normal", checks=("contract", "bprop"))
    assert Verdict.PASS in {one.verdict for one in report.findings if one.check == "bprop"}
    assert not [one for one in report.failures if one.verdict is Verdict.ERROR]


def test_an_argument_that_is_not_differentiated_needs_a_case():
    with pytest.raises(LoadError, match=r"power needs f, n, of its `nondiff_argnums`: write `@gradcheck\.case"):
        loaded(RIGHT, "power")


def test_what_a_case_calls_is_not_checked_by_itself():
    names = [one.name for one in gradcheck.load(str(RIGHT))]
    assert names == ["swish", "leaky", "cubed", "embedding", "branching"]


def test_its_numbers_have_64_bits_from_the_import_on():
    lines = f"""
import sys, gradcheck
(subject,) = gradcheck.load({f"{RIGHT}:leaky"!r})
tenth = subject.layer.call.fun.__globals__["TENTH"]
assert str(tenth.dtype) == "float64", tenth.dtype
"""
    answer = processes.run([sys.executable, "-c", lines], cwd=HERE.parents[2], text=True)
    assert answer.returncode == 0, answer.stderr


def test_the_environment_is_left_as_it_was(monkeypatch):
    monkeypatch.delenv("JAX_ENABLE_X64", raising=False)
    loaded(RIGHT, "swish")
    assert "JAX_ENABLE_X64" not in os.environ
    monkeypatch.setenv("JAX_ENABLE_X64", "0")
    loaded(RIGHT, "swish")
    assert os.environ["JAX_ENABLE_X64"] == "0"


def test_failures_point_at_the_rule():
    report = examined(WRONG, "swish")
    lines = {place.method: place for place in report.places}
    assert Path(lines["bprop"].file).name == "wrong.py"
    assert "def swish_bwd" in WRONG.read_text().splitlines()[lines["bprop"].line - 1]


def test_a_script_makes_the_layer_as_gradcheck_does():
    subject = loaded(WRONG, "swish")
    failure = next(one for one in examined(WRONG, "swish").failures if one.check == "bprop")
    with pytest.raises(AssertionError):
        exec(script(subject, failure), {})  # noqa: S102 - our own
    mended = script(subject, failure).replace(str(WRONG), str(RIGHT))
    exec(mended, {})  # noqa: S102


def test_a_numpy_run_imports_no_jax():
    lines = "import sys, gradcheck; gradcheck.load('softmax'); assert 'jax' not in sys.modules"
    assert processes.run([sys.executable, "-c", lines], cwd=HERE.parents[2], text=True).returncode == 0
    loaded(RIGHT, "swish")
    assert sys.modules["jax"]

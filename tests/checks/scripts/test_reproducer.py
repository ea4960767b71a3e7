from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Input
from gradcheck.checks.scripts.reproducer import Reproducer
from gradcheck.records.fault import Fault, FaultKind

TWO = Input("x", ("n",)), Input("t", ("n",), "labels", classes=3), Input("np", ("n",))


@pytest.fixture
def scene(wrong, failure):
    def make(layer=None, values="x=[1,0]", **kind):
        subject = layer or wrong()
        return Reproducer(failure(subject, values, **kind), lambda: subject)

    return make


@pytest.fixture
def of_two(wrong, scene):
    layer = wrong(*TWO, forward=lambda x, t, y: x * y + t, bprop=lambda v, x, t, y: (v * 3, v * x))
    return scene(layer, "x=[1],t=[2],np=[5]")


def test_the_lines_make_the_inputs(of_two):
    assert of_two.given() == ["x = np.array([1.])", "t = np.array([2])", "x2 = np.array([5.])"]


def test_bfloat16_needs_its_package(wrong, scene):
    pytest.importorskip("ml_dtypes")
    bfloat = scene()
    lines = bfloat.given([np.array([1.0]).astype("bfloat16")])
    space, raised = bfloat.run(lines)
    assert raised is None
    assert space["x"].dtype.name == "bfloat16"


def test_calls_are_written_as_python(of_two):
    assert of_two.call("forward") == "layer.forward(x, t, x2)"
    assert of_two.call("bprop", "2 * v", x="x + h") == "layer.bprop(2 * v, x + h, t, x2)"
    assert of_two.call_all("forward", "np.flip({})") == "layer.forward(np.flip(x), t, np.flip(x2))"
    assert of_two.cast("np.longdouble") == ["x = x.astype(np.longdouble)", "x2 = x2.astype(np.longdouble)"]
    assert of_two.cast("") == []


def test_of_several_gradients_one_is_meant(of_two, scene):
    assert of_two.places == (0,)
    assert of_two.part("g", 2) == "g[1]"
    assert scene().part("g", 0) == "g"
    assert [read("f") for read in of_two.answers("bprop")] == ["f[0]"]
    assert [read("f") for read in of_two.answers("forward")] == ["f"]


def test_the_method_is_the_one_that_the_finding_names(wrong, scene):
    layer = wrong(forward=lambda x: np.sin(x) + np.nan)
    assert scene(layer, check="contract", input="", fault=Fault.of(FaultKind.NAN_OUTPUT, "forward")).method == "forward"
    assert scene().method == "bprop"


@pytest.mark.parametrize(
    ("lines", "shows"),
    [
        (["assert layer.forward(x) is None"], True),
        (["assert True"], False),
        (["1 / 0"], False),
        (["raise SystemExit(1)"], False),
        (["this is no Python"], False),
    ],
)
def test_only_a_failed_assertion_shows_anything(scene, lines, shows):
    assert scene().shows(["x = np.array([1.])", *lines]) is shows


def test_the_layers_own_error_shows_where_the_finding_is_about_one(wrong, scene):
    layer = wrong(bprop=lambda v, x: 1 / 0)
    one = scene(
        layer, check="contract", input="", fault=Fault.of(FaultKind.RAISED, "bprop", exception="ZeroDivisionError")
    )
    assert one.shows([*one.given(), "v = np.ones(2)", one.call("bprop")])


def test_lines_print_nothing_and_leave_what_they_made(scene, capsys):
    space, raised = scene().run(["print('noise')", "a = np.log(np.zeros(1))"])
    assert raised is None
    assert space["a"] == -np.inf
    assert capsys.readouterr() == ("", "")


def test_each_trial_has_a_layer_of_its_own(wrong, failure):
    made = []

    def fresh():
        made.append(wrong())
        return made[-1]

    one = Reproducer(failure(wrong(), "x=[1]"), fresh)
    one.run([])
    one.run([])
    assert len(made) == 2


def test_ctrl_c_is_not_held_back(scene):
    with pytest.raises(KeyboardInterrupt):
        scene().run(["raise KeyboardInterrupt"])

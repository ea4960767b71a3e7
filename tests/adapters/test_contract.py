from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.blame import blame
from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Layer, law, subject_of
from gradcheck.errors import LoadError
from gradcheck.records.input import Input

X = np.array([1.0, -2.0])


class Double:
    def forward(self, x):
        return 2 * x

    def bprop(self, v, x):
        return 2 * v


class Named(Layer):
    name = "twice"
    inputs = (Input("x", ("n",)), Input("t", (), "labels", classes=2))
    critical = (0, 6)

    @property
    def sizes(self):
        return {"n": 2}

    def forward(self, x, t):
        return 2 * x

    def jacobian(self, x, t):
        return 2 * np.eye(x.size)

    @law
    def doubles(self, x, t):
        return x + x, 2 * x


def test_a_plain_object_is_a_layer():
    subject = subject_of(Double())
    assert subject.name == "Double"
    assert subject.inputs == (Input("x", ("n",)),)
    assert (subject.has_bprop, subject.has_jacobian) == (True, False)
    assert subject.differentiable == (0,)
    assert subject.laws == ()


def test_the_facts_of_a_layer_are_read():
    subject = subject_of(Named, target="twice.py")
    assert subject.name == "twice"
    assert subject.inputs == Named.inputs
    assert subject.critical == (0.0, 6.0)
    assert subject.sizes == {"n": 2}
    assert subject.laws == ("doubles",)
    assert subject.target == "twice.py"
    assert subject.differentiable == (0,)
    assert (subject.has_bprop, subject.has_jacobian) == (False, True)


def test_a_subject_is_its_own_subject():
    subject = subject_of(Double())
    assert subject_of(subject) is subject


def test_a_name_is_given_where_the_layer_has_none():
    assert subject_of(Double(), name="mine").name == "mine"
    assert subject_of(Named(), name="mine").name == "twice"


def test_what_a_name_holds_cannot_reach_a_terminal():
    layer = Double()
    layer.name = "red\x1b[31m\nnext"
    assert subject_of(layer).name == "red\\x1b[31m next"


def test_each_required_argument_of_forward_is_an_input():
    class Several:
        def forward(self, x, w, *, axis=-1, scale=1.0):
            return x

        def bprop(self, v, x, w):
            return v, v

    assert [one.name for one in subject_of(Several()).inputs] == ["x", "w"]


class NoForward:
    def bprop(self, v, x):
        return v


class NoDerivative:
    def forward(self, x):
        return x


class ForwardIsNoMethod(Double):
    forward = None


class NeedsArguments(Double):
    def __init__(self, size):
        self.size = size


class NoArguments(Double):
    def forward(self, *arrays):
        return arrays[0]


class NoInputs(Double):
    inputs = ("x",)


class Twins(Double):
    inputs = (Input("x", ("n",)), Input("x", ("n",)))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (NoForward(), r"^NoForward is no layer: it has no method `forward\(\*inputs\)`$"),
        (ForwardIsNoMethod(), r"^ForwardIsNoMethod is no layer: it has no method `forward"),
        (NoDerivative(), r"^NoDerivative is no layer: it has neither `bprop\(v, \*inputs\)` nor `jacobian"),
        (
            NeedsArguments,
            r"^NeedsArguments needs size: write `needs_arguments = NeedsArguments\(size=\.\.\.\)` in the file",
        ),
        (NoArguments(), r"^NoArguments must declare `inputs`: its `forward` names no arguments$"),
        (NoInputs(), r"^`inputs` of NoInputs must hold gradcheck\.Input records, .*, not 'x'$"),
        (Twins(), r"^`inputs` of Twins must have different names, not x, x$"),
        (3, r"^int is no layer"),
    ],
)
def test_what_is_no_layer_is_refused(layer, message):
    with pytest.raises(LoadError, match=message):
        subject_of(layer)


def test_a_forward_that_cannot_be_read_must_declare_its_inputs():
    class Builtin(Double):
        forward = staticmethod(max)

    with pytest.raises(LoadError, match=r"the arguments of its `forward` cannot be read|names no arguments"):
        subject_of(Builtin())


class Greedy:
    """Spoils what it is given."""

    def forward(self, x):
        x[:] = 0
        return x

    def bprop(self, v, x):
        v[:] = x[:] = 0
        return v

    def jacobian(self, x):
        x[:] = 0
        return x


def test_calls_hand_out_copies():
    x, v = X.copy(), np.ones(2)
    subject = subject_of(Greedy())
    subject.forward([x])
    subject.bprop(v, [x])
    subject.jacobian([x])
    assert (x == X).all()
    assert (v == 1).all()


def test_a_bare_call_does_not():
    x = X.copy()
    subject_of(Greedy()).call("forward", [x])
    assert not x.any()


def test_calls_return_what_the_layer_returns():
    subject = subject_of(Double())
    assert subject.forward([X]).tolist() == [2, -4]
    assert subject.bprop(np.ones(2), [X]).tolist() == [2, 2]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), GeneratorExit(), MemoryError()])
def test_whatever_a_layer_raises_becomes_a_call_error(error):
    class Raising(Double):
        def forward(self, x):
            raise error

    message = rf"^`forward` raised {type(error).__name__}: .* at .*test_contract\.py:\d+$"
    with pytest.raises(Breach, match=message) as caught:
        subject_of(Raising()).forward([X])
    assert caught.value.__cause__ is error


def test_an_interrupt_passes():
    class Interrupted(Double):
        def forward(self, x):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        subject_of(Interrupted()).forward([X])


class UnprintableError(Exception):
    def __str__(self):
        raise ValueError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("plain"), "ValueError: plain"),
        (ValueError("two\nlines\x1b[0m"), "ValueError: two lines\\x1b[0m"),
        (UnprintableError(), "UnprintableError: (its text cannot be printed)"),
        (ValueError("x" * 1000), "characters more)"),
    ],
)
def test_blame_is_one_printable_line(error, text):
    line = blame(error)
    assert text in line
    assert "\n" not in line
    assert len(line) < 400


def test_laws_stay_what_they_were():
    assert Named().doubles(X, 0)[0].tolist() == [2, -4]
    assert not hasattr(Double.forward, "is_law")


def test_the_public_names_are_these_ones():
    assert gradcheck.Layer is Layer
    assert gradcheck.law is law
    with pytest.raises(AttributeError, match="has no attribute 'layer'"):
        gradcheck.layer  # noqa: B018


def test_an_accuracy_is_a_fact_of_the_layer():
    assert subject_of(Double()).accuracy == 0
    assert subject_of(type("Model", (Double,), {"accuracy": lambda self: 0.97})()).accuracy == 0
    assert subject_of(type("Solved", (Double,), {"accuracy": 1e-7})()).accuracy == 1e-7


@pytest.mark.parametrize("accuracy", [-1e-7, 1.0, True, "1e-7", None, float("nan")])
def test_what_is_no_accuracy_is_refused(accuracy):
    with pytest.raises(LoadError, match=r"`accuracy` of .* must be a relative error, at least 0 and below 1, not "):
        subject_of(type("Solved", (Double,), {"accuracy": accuracy})())

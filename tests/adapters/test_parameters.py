"""Layer objects that keep parameters beside their gradients: right ones are clean, each wrong twin fails."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.contract import subject_of
from gradcheck.records.input import Input


def drawn(*shape):
    return np.random.default_rng(0).standard_normal(shape)


class Attributes:
    """Affine; `self.dW` beside `self.W`, made by `backward`."""

    factor = 1.0

    def __init__(self):
        self.W, self.b, self.rate = drawn(5, 3), drawn(3), 0.1

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = self.factor * dout.sum(axis=0)
        return dout @ self.W.T


class Lists:
    """The parameters and the gradients in lists, the latter filled in place."""

    factor = 1.0

    def __init__(self):
        self.params = [drawn(4, 2)]
        self.grads = [np.zeros((4, 2))]

    def forward(self, x):
        (W,) = self.params
        self.x = x
        return np.tanh(x @ W)

    def backward(self, dout):
        (W,) = self.params
        dy = dout * (1 - np.tanh(self.x @ W) ** 2)
        self.grads[0][...] = self.factor * self.x.T @ dy
        return dy @ W.T


class Dictionaries:
    """Dictionaries, the gradients added up as over a sequence."""

    factor = 1.0

    def __init__(self):
        self.params = {"gain": drawn(3), "W": drawn(2, 3)}
        self.grads = {"gain": np.zeros(3), "W": np.zeros((2, 3))}

    def forward(self, x):
        self.x, self.h = x, x @ self.params["W"]
        return self.h * self.params["gain"]

    def backward(self, dout):
        dh = dout * self.params["gain"]
        self.grads["gain"] += self.factor * (dout * self.h).sum(axis=0)
        self.grads["W"] += self.x.T @ dh
        return dh @ self.params["W"].T


class Shared:
    """Two layers inside that hold the arrays as well."""

    factor = 1.0

    class Inner:
        def __init__(self, w):
            self.w = w

        def forward(self, x):
            return x * self.w

    def __init__(self):
        self.params = {"w": drawn(5)}
        self.layers = [self.Inner(self.params["w"]), self.Inner(self.params["w"])]
        self.grads = {}

    def forward(self, x):
        self.x = x
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        w = self.params["w"]
        self.grads["dw"] = self.factor * 2 * dout * self.x * w
        return dout * w**2


STYLES = {Attributes: {"W": (5, 3), "b": (3,)}, Lists: {"params0": (4, 2)}, Shared: {"w": (5,)}}
STYLES |= {Dictionaries: {"gain": (3,), "W": (2, 3)}}


@pytest.mark.parametrize("style", STYLES)
def test_parameters_are_inputs_of_their_shapes(style):
    x, *parameters = subject_of(style).inputs
    assert parameters == [Input(name, shape) for name, shape in STYLES[style].items()]
    longest = max(STYLES[style].values(), key=len)
    assert x == Input("x", (5,) if style is Shared else ("batch", longest[0]))


@pytest.mark.parametrize("style", STYLES)
def test_a_right_one_is_clean_and_a_wrong_twin_fails(style):
    report = gradcheck.check(style, inputs=["normal", "ties", "zeros"])
    assert report.passed, str(report)
    wrong = gradcheck.check(type("Wrong", (style,), {"factor": 1.001}), inputs=["normal"])
    assert "bprop" in {f.check for f in wrong.failures}


def test_an_object_is_left_as_it_was():
    layer = Attributes()
    array, values = layer.W, layer.W.copy()
    subject = subject_of(layer)
    subject.bprop(np.ones((2, 3)), [np.ones((2, 5)), np.ones((5, 3)), np.ones(3)])
    assert layer.W is array
    assert np.array_equal(array, values)


class Normalised:
    """A batch of rows, with a gain and an offset for each column."""

    def __init__(self):
        self.gamma, self.beta, self.dgamma = drawn(4), drawn(4), None

    def forward(self, x):
        self.std = np.sqrt(x.var(axis=0) + 1e-5)
        self.z = (x - x.mean(axis=0)) / self.std
        return self.gamma * self.z + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.z).sum(axis=0), dout.sum(axis=0)
        dz = dout * self.gamma
        return (dz - dz.mean(axis=0) - self.z * (dz * self.z).mean(axis=0)) / self.std


class Filters:
    """A valid correlation of images, (batch, c, h, w), with filters (f, c, 2, 3)."""

    def __init__(self):
        self.W = drawn(2, 3, 2, 3)

    def _windows(self, x):
        return np.lib.stride_tricks.sliding_window_view(x, (2, 3), axis=(2, 3))

    def forward(self, x):
        self.x = x
        return np.einsum("bcijhw,fchw->bfij", self._windows(x), self.W)

    def backward(self, dout):
        self.dW = np.einsum("bcijhw,bfij->fchw", self._windows(self.x), dout)
        around = np.pad(dout, ((0, 0), (0, 0), (1, 1), (2, 2)))
        return np.einsum("bfijhw,fchw->bcij", self._windows(around), self.W[:, :, ::-1, ::-1])


@pytest.mark.parametrize(("style", "shape"), [(Normalised, ("batch", 4)), (Filters, ("batch", 3, 4, 5))])
def test_the_shape_of_an_input_is_the_first_that_suits_the_parameters(style, shape):
    assert subject_of(style).inputs[0] == Input("x", shape)
    report = gradcheck.check(style, inputs=["normal"])
    assert report.passed, str(report)


class Clock(Attributes):
    """`dt` is no gradient of `t`: it holds numbers from the start."""

    def __init__(self):
        super().__init__()
        self.t, self.dt = np.ones(3), np.full(3, 0.1)


class Transposed(Attributes):
    """Keeps a view of its matrix, which would stay behind where that is exchanged."""

    def __init__(self):
        super().__init__()
        self.across = self.W.T

    def forward(self, x):
        self.x = x
        return x @ self.across.T + self.b


class Tuples(Attributes):
    """Keeps its matrix in a tuple too."""

    def __init__(self):
        super().__init__()
        self.both = (self.W, self.rate)

    def forward(self, x):
        self.x = x
        return x @ self.both[0] + self.b


@pytest.mark.parametrize(("style", "names"), [(Clock, "xWb"), (Transposed, "xb"), (Tuples, "xb")])
def test_what_cannot_be_exchanged_is_left_alone(style, names):
    Given = type("Given", (style,), {"inputs": {"x": "batch 5"}})
    assert [one.name for one in subject_of(Given).inputs] == list(names)
    report = gradcheck.check(Given, inputs=["normal"])
    assert report.passed, str(report)


def test_what_forward_keeps_is_no_parameter():
    class Squares(Attributes):
        def __init__(self):
            self.x = self.dx = self.y = self.dy = np.ones(5)

        def forward(self, x):
            self.x = x
            self.y = x**2
            return self.y

        def backward(self, dout):
            self.dy = dout
            return 2 * self.x * dout

    assert [one.name for one in subject_of(Squares).inputs] == ["x"]
    assert gradcheck.check(Squares, inputs="normal").passed


def test_a_gradient_that_is_forgotten_is_told():
    class Forgets(Dictionaries):
        def __init__(self):
            super().__init__()
            self.grads = {"W": np.zeros((2, 3))}

        def backward(self, dout):
            self.grads["W"] += self.x.T @ (dout * self.params["gain"])
            return (dout * self.params["gain"]) @ self.params["W"].T

    report = gradcheck.check(Forgets, inputs="normal")
    assert [(f.check, f.input) for f in report.failures] == [("contract", "gain")]

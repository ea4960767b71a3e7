"""Layers as people have them: of each style a right one is clean and a wrong twin fails, or the remedy is told.

The styles stand in one file, as they would in a user's; its name is all that a command is given.
"""

from __future__ import annotations

import sys
import textwrap

import pytest

from gradcheck.adapters.contract import Subject
from gradcheck.cli.main import main
from gradcheck.layers.loading import PassedOver, Unusable, load_each
from gradcheck.records.plan import Plan
from gradcheck.reports.failures import failure_lines
from gradcheck.run.examine import examine

CHECKED = """
    import numpy as np
    import gradcheck
    from gradcheck import Input

    FACTOR = 1.0

    class KeepsMask:                                    # backward after forward
        def forward(self, x):
            self.mask = x > 0
            return np.where(self.mask, x, 0.1 * x)
        def backward(self, grad_output):
            return FACTOR * np.where(self.mask, grad_output, 0.1 * grad_output)

    class BpropAfterwards:
        def forward(self, x):
            self.y = np.tanh(x)
            return self.y
        def bprop(self, dy):
            return FACTOR * dy * (1 - self.y**2)

    class BackwardOfInputs:
        def forward(self, x, scale):
            return x * scale
        def backward(self, dy, x, scale):
            return dy * scale, FACTOR * dy * x

    class Dense:                                        # parameters beside their gradients
        def __init__(self, n_in, n_out):
            rng = np.random.default_rng(1)
            self.weight, self.bias = rng.standard_normal((n_in, n_out)), rng.standard_normal(n_out)
        def forward(self, x):
            self.kept = x
            return x @ self.weight + self.bias
        def backward(self, dy):
            self.grad_weight = FACTOR * self.kept.T @ dy
            self.grad_bias = dy.sum(axis=0)
            return dy @ self.weight.T

    dense = Dense(4, 2)

    class Scale:                                        # dictionaries
        def __init__(self):
            self.params, self.grads = {"gain": np.full(3, 1.5)}, {}
        def forward(self, x):
            self.kept = x
            return x * self.params["gain"]
        def backward(self, dy):
            self.grads["gain"] = FACTOR * dy * self.kept
            return dy * self.params["gain"]
        inputs = {"x": "3"}

    class NamedGradients:
        inputs = {"a": "n", "b": "n"}
        def forward(self, a, b):
            return a * b
        def bprop(self, v, a, b):
            return {"a": v * b, "b": FACTOR * v * a}

    class ListOfGradients(NamedGradients):
        def bprop(self, v, a, b):
            return [v * b, FACTOR * v * a]

    class NoneForTargets:
        inputs = (Input("z", ("n",)), Input("t", ("n",), differentiable=False))
        def forward(self, z, t):
            return float(np.sum((z - t) ** 2))
        def bprop(self, v, z, t):
            return FACTOR * 2 * v * (z - t), None

    class TwoOutputs:
        outputs = ("square", "cube")
        def forward(self, x):
            return x**2, x**3
        def bprop(self, v, x):
            return 2 * v[0] * x + FACTOR * 3 * v[1] * x**2

    def scale_forward(x, w):
        return x * w, (x, w)

    def scale_backward(dout, cache):
        x, w = cache
        return dout * w, FACTOR * dout * x

    scale = gradcheck.cached(scale_forward, scale_backward)
    energy = gradcheck.pair(lambda x: np.sum(np.cos(x)), lambda x: -FACTOR * np.sin(x))

    def least_squares(x):
        return np.sum(x**2), FACTOR * 2 * x

    squares = gradcheck.value_and_grads(least_squares)

    @gradcheck.case
    def by_example():
        return Dense(3, 5), (np.zeros((2, 3)),)
"""

TOLD = """
    import numpy as np

    class NeedsSizes:
        def __init__(self, rows, columns): pass
        def forward(self, x): return x
        def bprop(self, v, x): return v

    class OnlyForward:
        def forward(self, x): return x

    class OnlyBackward:
        def backward(self, dy): return dy

    class _Hidden:
        def forward(self, x): return x
        def bprop(self, v, x): return v

    class BackwardOfOther:
        def forward(self, x): return x
        def backward(self, a, b, c): return a

    class ReturnsCache:
        def forward(self, x): return x, {"x": x}
        def bprop(self, v, x): return v

    class ReturnsGradient:
        def forward(self, x): return np.sum(x), np.ones_like(x)
        def bprop(self, v, x): return v * np.ones_like(x)

    class ReturnsDictionary:
        def forward(self, x): return {"y": x}
        def bprop(self, v, x): return v["y"]

    class ReturnsTwo:
        def forward(self, x): return x, 2 * x
        def bprop(self, v, x): return v[0] + 2 * v[1]

    class ReturnsNumbers:
        def forward(self, x): return [float(value) for value in x]
        def bprop(self, v, x): return v

    class OnlyTheFirst:
        def forward(self, x, w): return x * w
        def bprop(self, v, x, w): return v * w

    class Matrices:
        def forward(self, x, w): return np.sum(x @ w, axis=1)
        def bprop(self, v, x, w): return v[:, None] * w.sum(axis=1), np.outer(v @ x, np.ones(len(w.T)))

    class Labels:
        def forward(self, scores, labels): return -scores[np.arange(len(labels)), labels]
        def bprop(self, v, scores, labels): return v

    class WholeNumbers:
        def forward(self, x): return 3 * x
        def bprop(self, v, x): return np.full(x.shape, 3)

    class Dropout:
        def forward(self, x):
            self.mask = np.random.default_rng().random(x.shape)
            return x * self.mask
        def bprop(self, v, x): return v * self.mask

    def gelu_fwd(x): return x, x
    def gelu_bwd(dout, cache): return dout
    def log1pexp(x): return x
    def log1pexp_grad(x): return x
    def objective(w):
        grads = w
        return w.sum(), grads
"""

SENTENCES = {
    "NeedsSizes": "write `needs_sizes = NeedsSizes(rows=..., columns=...)` in the file, or a `@gradcheck.case`",
    "OnlyForward": "neither `bprop(v, *inputs)`, `backward(dout)` nor `jacobian(*inputs)`",
    "OnlyBackward": "no `forward(*inputs)`",
    "_Hidden": "`gradcheck styles.py:_Hidden` checks it",
    "BackwardOfOther": "`backward` of BackwardOfOther must take v, or v and the inputs (x)",
    "ReturnsCache": "`gradcheck.cached(forward, backward)`",
    "ReturnsGradient": "`gradcheck.value_and_grads(f)`",
    "ReturnsDictionary": "`outputs = ('y', 'z')`",
    "ReturnsTwo": "`outputs = ('y', 'z')`",
    "ReturnsNumbers": "np.asarray",
    "OnlyTheFirst": "`Input(name, shape, differentiable=False)`",
    "Matrices": "write `inputs = {'x': 'n d', 'w': 'n d'}`",
    "Labels": "Input('labels', ('n',), domain='labels', classes='c')",
    "WholeNumbers": "whole numbers",
    "Dropout": "seed the generator inside of `forward`",
    "gelu_fwd": "`gelu = gradcheck.cached(gelu_fwd, gelu_bwd)`",
    "log1pexp": "`my_log1pexp = gradcheck.pair(log1pexp, log1pexp_grad)`",
    "objective": "`my_objective = gradcheck.value_and_grads(objective)`",
}
STYLES = ("KeepsMask", "BpropAfterwards", "BackwardOfInputs", "dense", "Scale", "NamedGradients", "ListOfGradients")
STYLES += ("NoneForTargets", "TwoOutputs", "scale", "energy", "squares", "by_example")


def found_in(folder, text):
    """What a file of that text holds, by name."""
    (folder / "styles.py").write_text(textwrap.dedent(text))
    return {one.target.rpartition(":")[2]: one for one in load_each("styles.py")}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in, that Python forgets."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("factor", "passed"), [("1.0", True), ("1.001", False)])
def test_every_style_is_judged(here, factor, passed):
    found = found_in(here, CHECKED.replace("FACTOR = 1.0", f"FACTOR = {factor}"))
    assert tuple(found) == STYLES
    inputs = ("normal", "ties") if passed else ("normal",)
    verdicts = {name: examine(one, Plan(inputs=inputs)).passed for name, one in found.items()}
    assert verdicts == dict.fromkeys(STYLES, passed)


def told(one):
    """What is said of a thing of a file."""
    if isinstance(one, Unusable):
        return str(one.error)
    if isinstance(one, PassedOver):
        return one.reason
    assert isinstance(one, Subject)
    report = examine(one, Plan(inputs=("normal",)))
    return " ".join(failure_lines(report))


def test_every_other_style_is_told_its_remedy(here):
    found = found_in(here, TOLD)
    assert set(found) == set(SENTENCES)
    unsaid = {name: said for name, one in found.items() if SENTENCES[name] not in (said := told(one))}
    assert unsaid == {}


def test_what_is_checked_costs_nobody_his_place(here, capsys):
    (here / "styles.py").write_text(textwrap.dedent(TOLD))
    main(["styles.py", "--inputs", "normal", "--no-shrink", "--checks", "contract"])
    out, err = capsys.readouterr()
    for name in SENTENCES:
        assert name in out + err

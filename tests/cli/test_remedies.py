"""A call that fails for how a layer is written names what to write; the same layer so written passes."""

from __future__ import annotations

import re

import pytest

from gradcheck.cli.main import main

LAYERS = """
import numpy as np
from gradcheck import Input


class Attend:  # matrices, of which nothing is declared
    def forward(self, q, k):
        return q @ k.T

    def bprop(self, v, q, k):
        return v @ k, v.T @ q


class Pick:  # labels, of which nothing is declared
    def forward(self, x, t):
        return x[np.arange(len(t)), t]

    def bprop(self, v, x, t):
        d = np.zeros(x.shape)
        d[np.arange(len(t)), t] = v
        return d


class Root:  # a domain that is not declared
    def forward(self, x):
        return np.sqrt(x)

    def bprop(self, v, x):
        return v / (2 * np.sqrt(x))


class Strict:  # ... and that it insists on
    def forward(self, x):
        if (x <= 0).any():
            raise ValueError("x is to be above 0")
        return 1 / x

    def bprop(self, v, x):
        return -v / x**2


class Stats:  # a gradient of another shape, where the shapes are only assumed
    def forward(self, x, gain):
        return gain * (x - x.mean(0))

    def bprop(self, v, x, gain):
        d = v * gain
        return d - d.mean(0), (v * (x - x.mean(0))).sum(0)


class Turned:
    def forward(self, x):
        return x**3

    def bprop(self, x, v):
        return 3 * v * x**2


class Short:
    def forward(self, x, y):
        return x * y

    def bprop(self, v, x):
        return v * x


class Alone:
    def forward(self, x):
        return x**3

    def bprop(self, x):
        return 3 * x**2


class Named:
    def forward(self, x):
        return x**3

    def bprop(self, *, v, x):
        return 3 * v * x**2


class Cache:
    inputs = {"x": "n d", "w": "d m"}

    def forward(self, x, w):
        return x @ w, (x, w)

    def bprop(self, v, x, w):
        return v @ w.T, x.T @ v


class Both:
    inputs = {"x": "n"}

    def forward(self, x):
        return np.sum(x**2), 2 * x

    def bprop(self, v, x):
        return 2 * v * x


class Dict:
    inputs = {"x": "n"}

    def forward(self, x):
        return {"a": x**2, "b": x**3}

    def bprop(self, v, x):
        return v["a"] * 2 * x + v["b"] * 3 * x**2


class First:
    inputs = {"x": "n d", "w": "d m"}

    def forward(self, x, w):
        return x @ w

    def bprop(self, v, x, w):
        return v @ w.T


class Parcel:
    inputs = (Input("i", ("n",), domain="labels", classes="c"), Input("w", ("c", "d")))

    def forward(self, i, w):
        return w[i]

    def bprop(self, v, i, w):
        d = np.zeros(w.shape)
        np.add.at(d, i, v)
        return (d,)


class Whole:
    def forward(self, x):
        return np.maximum(x, 0)

    def bprop(self, v, x):
        return (x > 0).astype(int)


class Silent:
    def forward(self, x):
        return x**2

    def bprop(self, v, x):
        self.dx = 2 * v * x
"""


def declared(inputs):
    """The change that declares the inputs of a layer."""
    return "\n    def forward", f"\n    inputs = {inputs}\n\n    def forward"


LABELS = "Input('t', ('n',), domain='labels', classes='c')"
POSITIVE = "Input('x', ('n',), domain='positive')"
# What is to be written, by the layer; and the change that makes the layer pass, where it is one of a line.
TABLE = {
    "Attend": (("`inputs = {'q': 'n d', 'k': 'n d'}`",), declared("{'q': 'n d', 'k': 'm d'}")),
    "Pick": ((LABELS,), declared(f"(Input('x', ('n', 'c')), {LABELS})")),
    "Root": ((f"`inputs = ({POSITIVE},)`",), declared(f"({POSITIVE},)")),
    "Strict": ((f"`{POSITIVE}`",), declared(f"({POSITIVE},)")),
    "Stats": (("`inputs = {'x': 'n d', 'gain': 'n d'}`",), declared("{'x': 'n d', 'gain': 'd'}")),
    "Turned": (("called with the cotangent and then each input", "`def bprop(self, v, x)`"), ("x, v):", "v, x):")),
    "Short": (("`def bprop(self, v, x, y)`",), None),
    "Alone": (("`def bprop(self, v, x)`",), None),
    "Named": (("`def bprop(self, v, x)`",), ("*, v", "v")),
    "Cache": (("gradcheck.cached(forward, backward)",), (", (x, w)", "")),
    "Both": (("gradcheck.value_and_grads(f)",), (", 2 * x\n", "\n")),
    "Dict": (("`outputs = (",), None),
    "First": (("one gradient for each differentiable input", "differentiable=False"), ("w.T\n", "w.T, x.T @ v\n")),
    "Parcel": (("the array itself is returned, not a tuple of one",), ("(d,)", "d")),
    "Whole": (("array of whole numbers",), ("(x > 0).astype(int)", "v * (x > 0)")),
    "Silent": (("a `return` is missing",), ("self.dx =", "return")),
}


def printed(capsys, folder, text):
    """What is told of each layer of a file, by its name, and the exit code."""
    (folder / "own.py").write_text(text)
    code = main([str(folder / "own.py"), "--inputs", "uniform", "-q", "--no-shrink", "--color", "never"])
    out = capsys.readouterr().out
    parts = re.split(r"^(\w+): \d+ findings?: ", out, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)), code


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is told of each layer, from one run."""
    known = {}

    def telling(capsys):
        if not known:
            known.update(printed(capsys, tmp_path_factory.mktemp("remedies"), LAYERS)[0])
        return known

    return telling


@pytest.mark.parametrize("name", TABLE)
def test_what_is_to_be_written_is_told(told, capsys, name):
    text = " ".join(told(capsys)[name].split())
    assert re.search("FAIL|ERROR", text)
    assert [words for words in TABLE[name][0] if words not in text] == []


def test_a_layer_so_written_passes(tmp_path, capsys):
    changed = LAYERS
    names = [name for name, (_, change) in TABLE.items() if change]
    for name in names:
        head, found, rest = changed.partition(f"class {name}:")
        own, after, others = rest.partition("\n\nclass ")
        changed = head + found + own.replace(*TABLE[name][1], 1) + after + others
    found, _ = printed(capsys, tmp_path, changed)
    wrong = {name: found[name] for name in names if re.search("^(FAIL|ERROR) ", found[name], re.MULTILINE)}
    assert wrong == {}


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("def forward(self, x): ...\n    def backprop(self, v, x): ...", "`bprop = backprop`"),
        ("def forward(self, x): ...\n    def gradient(self, v, x): ...", "`bprop = gradient`"),
        ("def __call__(self, x): ...\n    def bprop(self, v, x): ...", "`forward = __call__`"),
        (
            "def __init__(self, width): ...\n    def forward(self, x): ...\n    def bprop(self, v, x): ...",
            "Own(width=...)",
        ),
    ],
)
def test_a_class_that_is_no_layer_yet_is_told_the_line(tmp_path, capsys, method, words):
    (tmp_path / "own.py").write_text(f"class Own:\n    {method}\n")
    assert main([f"{tmp_path / 'own.py'}:Own"]) == 3
    assert words in capsys.readouterr().err


def test_nothing_is_advised_where_the_arguments_are_right(told, capsys):
    for name in ("Attend", "Whole", "Silent", "First"):
        assert "is called with the cotangent" not in told(capsys)[name]

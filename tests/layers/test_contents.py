"""What a file holds: whatever looks like a layer is checked, or its reason names what to write."""

from __future__ import annotations

import textwrap
from types import ModuleType

import pytest

from gradcheck.layers.contents import contents_of


@pytest.fixture
def told(tmp_path):
    """The layers of a text, and the reasons for what is passed over."""

    def of(text):
        path = tmp_path / "mine.py"
        path.write_text(textwrap.dedent(text))
        module = ModuleType("mine")
        module.__file__ = str(path)
        exec(compile(path.read_text(), str(path), "exec"), vars(module))  # noqa: S102
        found = contents_of(module, "mine.py")
        return list(found.layers), found.others

    return of


LAYER = """
class {name}{base}:
    def __init__(self{arguments}): pass
    def forward(self, x): return x
    def bprop(self, v, x): return v
"""
CASE = "\nimport gradcheck\n@gradcheck.case\ndef mine(): return A(1), ()"


def layer(name, base="", arguments=""):
    return LAYER.format(name=name, base=f"({base})" if base else "", arguments=arguments)


@pytest.mark.parametrize(
    ("text", "layers", "others"),
    [
        (layer("A") + layer("B"), ["A", "B"], {}),
        (layer("Base", arguments=", a") + layer("Double", "Base"), ["Double"], {}),
        (layer("Base", arguments=", a") + "one = Base(1)", ["one"], {}),
        (layer("Alone", arguments=", a"), ["Alone"], {}),
        (layer("Base") + layer("Double", "Base"), ["Base", "Double"], {}),
        (layer("A", arguments=", a") + CASE, ["mine"], {}),
        (layer("A") + "    inputs = {'x': 'n'}" + CASE, ["A", "mine"], {}),
        (layer("_Own"), [], {"_Own": "`gradcheck mine.py:_Own` checks it"}),
        (
            "class Idle:\n    def forward(self, x): return x",
            [],
            {"Idle": "it has `forward`, but neither `bprop(v, *inputs)`, `backward(dout)` nor `jacobian(*inputs)`"},
        ),
        (
            "class Half:\n    def backward(self, dout): return dout",
            [],
            {"Half": "it has `backward`, but no `forward(*inputs)`"},
        ),
        ("import types\nmod = types.ModuleType('mod')\nmod.forward = mod.backward = len" + layer("A"), ["A"], {}),
        ("class Plain:\n    pass\nx = 3\ndef make(): return Plain()", [], {}),
        (
            "import abc\nclass A(abc.ABC):\n    forward = len\n    @abc.abstractmethod\n    def bprop(self): 0",
            [],
            {},
        ),
        ("class Odd:\n    def __getattr__(self, name): raise OSError\nodd = Odd()" + layer("A"), ["A"], {}),
    ],
)
def test_classes_and_objects(text, layers, others, told):
    assert told(text) == (layers, others)


def functions(first, second, *, more=""):
    return f"def {first}: return 1\ndef {second}: return 2\n{more}"


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        ("relu_forward(x)", "relu_backward(dout, cache)", "relu = gradcheck.cached(relu_forward, relu_backward)"),
        ("forward_relu(x)", "backward_relu(d, kept)", "relu = gradcheck.cached(forward_relu, backward_relu)"),
        (
            "relu_fwd(x, w)",
            "relu_bwd(v, x, w)",
            "relu = types.SimpleNamespace(forward=relu_fwd, bprop=relu_bwd)",
        ),
        ("f(x)", "f_vjp(v, x)", "my_f = types.SimpleNamespace(forward=f, bprop=f_vjp)"),
        ("f(x)", "f_grad(x)", "my_f = gradcheck.pair(f, f_grad)"),
        ("f(x)", "grad_f(x)", "my_f = gradcheck.pair(f, grad_f)"),
        ("sigmoid(x)", "sigmoid_prime(x)", "my_sigmoid = gradcheck.pair(sigmoid, sigmoid_prime)"),
    ],
)
def test_functions_that_belong_together_get_the_line_that_checks_them(first, second, line, told):
    name = first.partition("(")[0]
    assert told(functions(first, second)) == ([], {name: f"write `{line}` in the file"})


def test_functions_that_a_layer_is_made_of_get_none(told):
    relu = functions("relu_forward(x)", "relu_backward(dout, cache)")
    paired = relu + "import gradcheck\nrelu = gradcheck.cached(relu_forward, relu_backward)"
    assert told(paired) == (["relu"], {})
    by_example = (
        relu + "import gradcheck\n@gradcheck.case\ndef mine(): return gradcheck.cached(relu_forward, relu_backward), ()"
    )
    assert told(by_example) == (["mine"], {})


@pytest.mark.parametrize(("returned", "seen"), [("x, grad", True), ("x, dx", True), ("x, y", False), ("x", False)])
def test_a_loss_that_returns_its_gradient_gets_its_line(returned, seen, told):
    text = f"def loss(x):\n    y = grad = dx = x\n    return {returned}"
    line = {"loss": "write `my_loss = gradcheck.value_and_grads(loss)` in the file"}
    assert told(text) == ([], line if seen else {})

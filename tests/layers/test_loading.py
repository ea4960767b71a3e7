"""Targets that load, each beside one that does not and the sentence it gets."""

from __future__ import annotations

import sys
import textwrap

import pytest

import gradcheck
from gradcheck.errors import LoadError, UsageError
from gradcheck.layers.loading import Unusable, identity_of, is_name, load, load_each

GOOD = """
    import gradcheck

    class Twice(gradcheck.Layer):
        inputs = (gradcheck.Input("x", ("n",)),)
        def forward(self, x): return 2 * x
        def bprop(self, v, x): return 2 * v

    class Square:
        def forward(self, x): return x * x
        def jacobian(self, x): return None

    class Factor:
        def __init__(self, factor): self.factor = factor
        def forward(self, x): return self.factor * x
        def bprop(self, v, x): return self.factor * v

    class _Hidden(Square): pass
    class Idle:
        def forward(self, x): return x

    thrice = Factor(3)
    also_thrice = thrice
    number = 5
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file of layers and work in its folder; Python forgets the folder and its modules afterwards."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.chdir(tmp_path)

    def written(text, name="mine.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    yield written
    for name in [n for n, m in sys.modules.items() if str(getattr(m, "__file__", "")).startswith(str(tmp_path))]:
        del sys.modules[name]


def test_a_shipped_layer_by_name():
    (softmax,) = load("softmax")
    assert (softmax.name, softmax.target) == ("softmax", "softmax")


def test_a_composed_shipped_layer_by_name():
    assert [subject.name for subject in load("mlp")] == ["mlp"]


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(UsageError, match=r"unknown layer 'sofmax'; did you mean 'softmax'\?"):
        load("sofmax")


def test_a_name_like_no_other_gets_the_forms():
    with pytest.raises(UsageError, match=r"unknown layer 'qqqqqq'; .*path/file\.py:Name"):
        load("qqqqqq")


def test_gradcheck_load_is_this():
    assert gradcheck.load is load


@pytest.mark.parametrize("mark", [":", "::"])
def test_a_class_in_a_file(write, mark):
    write(GOOD)
    (twice,) = load(f"mine.py{mark}Twice")
    assert (twice.name, twice.target) == ("Twice", "mine.py:Twice")
    assert twice.forward([3.0]) == 6.0


def test_an_object_in_a_file(write):
    write(GOOD)
    (thrice,) = load("mine.py:thrice")
    assert (thrice.name, thrice.forward([2.0])) == ("thrice", 6.0)


def test_every_layer_of_a_file_in_order(write):
    write(GOOD)
    assert [subject.target for subject in load("mine.py")] == ["mine.py:Twice", "mine.py:Square", "mine.py:thrice"]


def test_an_imported_class_is_not_of_the_file(write):
    write(GOOD)
    write("from mine import Twice, Square\nclass Own(Square): pass", "other.py")
    assert [subject.name for subject in load("other.py")] == ["Own"]


def test_a_module_by_name(write):
    write(GOOD, "layers_of_mine.py")
    (twice,) = load("layers_of_mine:Twice")
    assert twice.target == "layers_of_mine:Twice"


def test_a_file_is_read_anew(write):
    write("class A:\n    def forward(self, x): return x + 1\n    def bprop(self, v, x): return v\n")
    assert load("mine.py:A")[0].forward([1.0]) == 2.0
    write("class A:\n    def forward(self, x): return x - 1\n    def bprop(self, v, x): return v\n")
    assert load("mine.py:A")[0].forward([1.0]) == 0.0


def test_a_file_may_hold_dataclasses(write):
    write("""
        from __future__ import annotations
        from dataclasses import dataclass

        @dataclass(frozen=True)
        class Scaled:
            factor: float = 2.0
            def forward(self, x): return self.factor * x
            def bprop(self, v, x): return self.factor * v
    """)
    assert load("mine.py")[0].forward([1.0]) == 2.0


def test_siblings_are_found_but_shadow_nothing(write, monkeypatch):
    write("value = 7", "beside_mine.py")
    write("raise RuntimeError('not the real one')", "statistics.py")
    monkeypatch.delitem(sys.modules, "statistics", raising=False)
    write("""
        import statistics
        import beside_mine
        class A:
            def forward(self, x): return x * beside_mine.value
            def bprop(self, v, x): return v * statistics.mean([7])
    """)
    assert load("mine.py:A")[0].forward([1.0]) == 7.0


def test_a_folder_to_start_from(write, tmp_path):
    write(GOOD, "deep/mine.py")
    (twice,) = load("mine.py:Twice", folder=tmp_path / "deep")
    assert load(twice.target)[0].name == "Twice"
    with pytest.raises(LoadError, match="no such file"):
        load("mine.py:Twice")


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("mime.py", r"cannot load 'mime\.py': there is no such file; did you mean 'mine\.py'\?"),
        ("mine.py:Twise", r"mine\.py has no 'Twise'; did you mean 'Twice'\?"),
        ("mine.py:number", r"cannot load 'mine\.py:number': number is no layer: it has no method `forward"),
        ("numpy:sinc", r"sinc is no layer: a function alone .* write `my_sinc = gradcheck\.pair\(sinc, gradient\)`"),
        ("mine.py:Idle", r"Idle is no layer: it has neither `bprop.*\(defined at .*mine\.py:19\)"),
        (
            "mine.py:Factor",
            r"Factor needs factor: write `factor = Factor\(factor=\.\.\.\)`.*\(defined at .*mine\.py:13\)",
        ),
        ("no_such_module_of_mine:A", r"cannot load 'no_such_module_of_mine': ModuleNotFoundError: No module named"),
    ],
)
def test_what_is_not_there_is_named(write, target, sentence):
    write(GOOD)
    with pytest.raises(LoadError, match=sentence) as error:
        load(target)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("target", ["a:b:c", "mine.py:", ":Name", "a/b:Name", "C:"])
def test_what_is_no_target_is_refused(target):
    with pytest.raises(UsageError, match=r"path/file\.py:Name"):
        load(target)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\nx = 1 / 0", r"ZeroDivisionError: division by zero at .*mine\.py:2"),
        ("x = 1\ndef f(:\n", r"SyntaxError: .* at .*mine\.py:2"),
        ("import sys\nsys.exit(0)", r"SystemExit: 0 at .*mine\.py:2"),
        ("\nimport no_such_module_at_all", r"ModuleNotFoundError: .* at .*mine\.py:2"),
        ("import gradcheck\ngradcheck.Input('x', ('n',), domain='reel')", r"ValueError: .* at .*mine\.py:2"),
        ("class E(Exception):\n    def __str__(self): raise self\nraise E", r"E: \(its text cannot be printed\)"),
        ("class E(BaseException): pass\nraise E('\\x1b[31mred')", r"E: \\x1b\[31mred at .*mine\.py:2"),
        ("x = 1", r"mine\.py holds no layer: none of its classes"),
        ("x = '\0'", r"cannot load 'mine\.py': \w+Error: .*null bytes"),
        ("x = '\udcff'", r"SyntaxError: .*utf-8.*mine\.py"),
    ],
)
def test_what_a_file_raises_is_one_sentence_with_its_line(write, tmp_path, text, sentence):
    write("")
    (tmp_path / "mine.py").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(LoadError, match=sentence) as error:
        load("mine.py")
    assert "\n" not in str(error.value)


def test_an_error_in_a_sibling_is_placed_there(write):
    write("\n\nraise ValueError('here')", "helper_of_mine.py")
    write("import helper_of_mine")
    with pytest.raises(LoadError, match=r"ValueError: here at .*helper_of_mine\.py:3"):
        load("mine.py")


def test_an_interrupt_is_not_swallowed(write):
    write("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load("mine.py")


def test_a_failed_file_leaves_no_module(write):
    before = set(sys.modules)
    write("raise ValueError")
    with pytest.raises(LoadError):
        load("mine.py")
    assert set(sys.modules) == before
    write(GOOD)
    load("mine.py")
    assert set(sys.modules) > before


def test_names_and_places_are_told_apart():
    assert is_name("softmax")
    assert not any(map(is_name, ["a.py", "a.py:B", "a:B"]))


def test_an_unusable_layer_costs_no_other_of_its_file_its_place(write):
    write(GOOD + "\n    class Sized(Square):\n        sizes = {'n': 5.0}\n")
    *found, last, _, _ = load_each("mine.py")
    assert not any(isinstance(one, Unusable) for one in found)
    assert last.target == "mine.py:Sized"
    assert "`sizes` of Sized" in str(last.error)
    with pytest.raises(LoadError, match="`sizes` of Sized"):
        load("mine.py")


@pytest.mark.parametrize("target", ["a/one.py:One", "./a/one.py::One", "a/../a/one.py:One", "{here}/a/one.py:One"])
def test_a_layer_is_the_same_however_its_file_is_typed(write, tmp_path, target):
    write("", "a/one.py")
    assert identity_of(target.format(here=tmp_path)) == "a/one.py:One"


@pytest.mark.parametrize("target", ["softmax", "package.module:One", "b/one.py:One", ""])
def test_others_are_others(target):
    assert identity_of(target) == target


def test_an_empty_text_names_no_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("raise SystemExit")
    with pytest.raises(UsageError, match="unknown layer ''"):
        load("")

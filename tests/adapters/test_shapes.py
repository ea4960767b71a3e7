"""Shapes by the least writing: a dictionary of texts, or the annotations that are there anyway."""

from types import SimpleNamespace
from typing import Annotated

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError
from gradcheck.records.input import Input


class Float:
    """As jaxtyping's: what stands in the brackets is kept as `dim_str`."""

    def __class_getitem__(cls, item):
        return SimpleNamespace(__name__=cls.__name__, dim_str=item[1])


class Int(Float):
    pass


class Affine:
    inputs = {"x": "batch n", "W": "n m", "b": ("m",)}
    bias = 1.0

    def forward(self, x, W, b):
        return x @ W + b

    def bprop(self, v, x, W, b):
        return v @ W.T, x.T @ v, self.bias * v.sum(axis=0)


def test_a_dictionary_gives_shapes():
    shapes = (("batch", "n"), ("n", "m"), ("m",))
    assert subject_of(Affine).inputs == tuple(map(Input, "xWb", shapes))
    assert gradcheck.check(Affine, inputs="normal").passed
    wrong = gradcheck.check(type("Wrong", (Affine,), {"bias": 1.01}), inputs="normal")
    assert {(f.check, f.input) for f in wrong.failures} >= {("bprop", "b")}


def test_a_dictionary_may_hold_more():
    class Picky(Affine):
        inputs = {"x": "3 2*n", "t": Input("other", ("n",), "unit", differentiable=False), "s": ""}

    assert subject_of(Picky).inputs == (
        Input("x", (3, "2*n")),
        Input("t", ("n",), "unit", differentiable=False),
        Input("s", ()),
    )


def of(annotate):
    """The inputs of a layer whose `forward` has these annotations for x."""

    def forward(x, y):
        return x

    forward.__annotations__ = {"x": annotate}
    return subject_of(SimpleNamespace(forward=forward, bprop=lambda v, x, y: (v, v))).inputs


@pytest.mark.parametrize(
    ("annotation", "shape"),
    [
        ('Float[Array, "batch n"]', ("batch", "n")),
        ('jt.Float[np.ndarray, "batch 3"]', ("batch", 3)),
        ('Float[Array, "*batch n"]', ("batch", "n")),
        ('Float[Array, "... n"]', ("batch", "n")),
        ('Float[Array, "#n _ k=4"]', ("n", "axis1", 4)),
        ('Float[Array, ""]', ()),
        (Float["Array", "4*h"], ("4*h",)),
        (Annotated[np.ndarray, "batch n"], ("batch", "n")),
        ("np.ndarray", ("n",)),
        ("not (a] type", ("n",)),
        (np.ndarray, ("n",)),
    ],
)
def test_annotations_are_read(annotation, shape):
    assert of(annotation) == (Input("x", shape), Input("y", ("n",)))


@pytest.mark.parametrize("annotation", ['Int[Array, "batch"]', Int["Array", "batch"]])
def test_integers_are_labels(annotation):
    assert of(annotation)[0] == Input("x", ("batch",), "labels", classes="classes")


def test_what_cannot_be_read_is_told_with_the_line_to_write():
    with pytest.raises(LoadError, match=r"^the annotation of `x` of .*'n\+1'; declare `inputs = \{'x': 'batch n'\}`$"):
        of('Float[Array, "n+1"]')


def test_what_is_declared_comes_before_what_is_annotated():
    class Both:
        inputs = {"x": "n n"}

        def forward(self, x: Annotated[np.ndarray, "k"]):
            return x

        def bprop(self, v, x):
            return v

    assert subject_of(Both).inputs == (Input("x", ("n", "n")),)

from __future__ import annotations

import functools
import inspect

import pytest

from gradcheck.adapters.arguments import takes


class Layer:
    def none(self): ...

    def two(self, v, x): ...

    def preset(self, v, x=1, *, scale=2): ...

    def needed(self, v, *, scale): ...

    def many(self, v, *inputs): ...

    def named(self, v, **options): ...

    def presets(self=None, v=1): ...

    @classmethod
    def of_class(cls, v): ...

    @staticmethod
    def of_none(v, x): ...

    @functools.cache  # noqa: B019 - for what it makes of a method
    def cached(self, v): ...

    @functools.wraps(two)
    def wrapped(self, *arguments): ...

    def __call__(self, v): ...


def loose(*arguments): ...


FUNCTIONS = [
    *(getattr(Layer(), name) for name in vars(Layer) if not name.startswith("__")),
    Layer.two,
    Layer(),
    Layer,
    functools.partial(Layer().two, 1),
    lambda v, x=0: v,
    loose,
    print,
    len,
]


def can_be_bound(function, count):
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_function_takes_is_what_its_signature_says(function):
    found = [takes(function, count) for count in range(5)]
    assert found == [can_be_bound(function, count) for count in range(5)]


def test_some_take_fewer_and_some_more():
    assert [takes(Layer().two, count) for count in range(4)] == [False, False, True, False]
    assert [takes(Layer().preset, count) for count in range(4)] == [False, True, True, False]


def test_what_has_no_signature_may_take_anything():
    with pytest.raises(ValueError, match="signature"):
        inspect.signature(type)
    assert takes(type, 7)

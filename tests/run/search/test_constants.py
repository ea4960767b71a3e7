"""The numbers that a layer is written with, wherever its code finds them."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import Input, Layer
from gradcheck.run.search.constants import MOST, constants_of

EDGE = 41.25
SETTINGS = {"edge": 42.5}
TABLE = np.array([1.5, 43.25])
helpers = SimpleNamespace(edge=44.75)


def helper(x):
    return x > 45.5


def layer(forward, **attributes):
    """An instance of a new class with this `forward`, and instance attributes."""
    made = type("Planted", (), {"forward": forward})()
    vars(made).update(attributes)
    return made


def literal(self, x):
    return x > 37.25


def folded(self, x):
    return x > 1234 / 10


def negative(self, x):
    return x < -37.25


def small(self, x):
    return x > 7


def in_tuple(self, x):
    return x in (3.5, 37.25)


def in_lambda(self, x):
    return any(map(lambda y: y > 37.25, x))  # noqa: C417 - the number stands in a function inside


def from_global(self, x):
    return x > EDGE


def from_dict(self, x):
    return x > SETTINGS["edge"]


def from_array(self, x):
    return x > TABLE[1]


def from_object(self, x):
    return x > helpers.edge


def from_helper(self, x):
    return helper(x)


def from_default(self, x, edge=46.5):
    return x > edge


def from_keyword(self, x, *, edge=46.75):
    return x > edge


@pytest.mark.parametrize(
    ("forward", "number"),
    [
        (literal, 37.25),
        (folded, 123.4),
        (negative, 37.25),
        (small, 7),
        (in_tuple, 37.25),
        (in_lambda, 37.25),
        (from_global, 41.25),
        (from_dict, 42.5),
        (from_array, 43.25),
        (from_object, 44.75),
        (from_helper, 45.5),
        (from_default, 46.5),
        (from_keyword, 46.75),
        (functools.partial(from_keyword, edge=47.5), 47.5),
        (staticmethod(literal), 37.25),
        (classmethod(literal), 37.25),
        (property(literal), 37.25),
    ],
    ids=lambda value: value if isinstance(value, int | float) else getattr(value, "__name__", type(value).__name__),
)
def test_a_number_that_the_code_uses_is_found(forward, number):
    assert number in constants_of(layer(forward))


def test_a_layer_without_the_number_does_not_have_it():
    assert constants_of(layer(lambda self, x: x)) == ()


def test_attributes_are_found_and_those_of_attributes():
    inner = SimpleNamespace(edge=48.5, names=["a"], switch=True)
    assert constants_of(layer(lambda self, x: x, limit=np.float32(12.5), inner=inner)) == (12.5, 48.5)


def test_a_closure_is_looked_into():
    def made(edge):
        return layer(lambda self, x: x > edge)

    assert constants_of(made(-49.5)) == (49.5,)


def test_an_empty_closure_is_no_obstacle():
    def made():
        made = layer(lambda self, x: later if x > 50.5 else x)
        if made is None:
            later = 1
        return made

    assert constants_of(made()) == (50.5,)


def test_slots_class_attributes_and_bases_are_found():
    class Base:
        edge = 51.5

    @dataclass(slots=True)
    class Slotted(Base):
        limit: float

    assert constants_of(Slotted(52.5)) == (52.5, 51.5)


def test_a_class_is_looked_into_and_what_a_decorator_wraps():
    class Inner:
        edge = 51.5

    @functools.lru_cache
    def wrapped():
        return Inner, 53.5

    assert set(constants_of(layer(lambda self, x: wrapped()))) == {51.5, 53.5}


def test_code_without_a_source_has_constants():
    space: dict[str, object] = {}
    exec("class Made:\n    def forward(self, x):\n        return x > 54.5", space)  # noqa: S102 - no file holds it
    assert constants_of(space["Made"]()) == (54.5,)


def test_data_and_what_is_no_ordinary_number_is_left_out():
    kept = {
        "weights": np.arange(100.0) + 0.5,
        "many": list(range(100)),
        "flag": True,
        "nothing": math.nan,
        "endless": math.inf,
        "huge": 10**400,
        "complex": 3j,
        "text": "37.25",
        "inputs": (Input("x", (17,)),),
        "zero": 0.0,
    }
    assert constants_of(layer(lambda self, x: x, **kept)) == ()


def test_libraries_are_not_looked_into():
    def forward(self, x):
        return np.convolve(x, np.ones(2), "valid")

    assert constants_of(layer(forward)) == (2,)


def test_the_nearest_come_first_and_there_are_not_too_many():
    def forward(self, x):
        return x > 37.25

    attributes = {f"a{k}": [k + 0.5 for k in range(16 * k, 16 * k + 16)] for k in range(10)}
    found = constants_of(layer(forward, limit=99.25, **attributes))
    assert found[0] == 99.25
    assert len(found) == MOST == len(set(found))


def test_the_base_for_layers_has_no_numbers_of_its_own():
    class Mine(Layer):
        """Nothing."""

    assert constants_of(Mine()) == ()


def test_an_object_that_objects_is_passed_over():
    class Hostile:
        @property
        def __dict__(self):
            raise RuntimeError("no")

    def forward(self, x):
        return x > 37.25

    assert constants_of(layer(forward, hostile=Hostile())) == (37.25,)


def test_what_holds_itself_ends():
    endless: list[object] = [37.25]
    endless.append(endless)
    assert constants_of(layer(lambda self, x: x, endless=endless)) == (37.25,)

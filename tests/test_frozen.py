"""Our frozen dataclasses do what the standard ones do, and refuse what they refuse."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import ClassVar, get_type_hints

import pytest

from gradcheck import frozen


class Facts:
    """A class before it is decorated."""

    kind: ClassVar[str] = "facts"
    name: str
    size: int = 3
    parts: list[int] = dataclasses.field(default_factory=list, compare=False)
    seen: dict[str, int] = dataclasses.field(default_factory=dict, init=False, repr=False, compare=False)
    last: float = dataclasses.field(default=0.5, kw_only=True)

    def __post_init__(self):
        self.seen["made"] = self.size


def made(decorator):
    """The class as a decorator makes it, under its own name."""
    body = {name: copy.copy(thing) for name, thing in vars(Facts).items() if name not in ("__dict__", "__weakref__")}
    return decorator(frozen=True)(type("Facts", (), {**body, "__qualname__": "Facts"}))


DECORATORS = (frozen.dataclass, dataclasses.dataclass)
OURS, STANDARD = made(frozen.dataclass), made(dataclasses.dataclass)
CALLS = (
    lambda kind: kind("a"),
    lambda kind: kind("a", 4, [1], last=2.0),
    lambda kind: kind(size=0, name="b"),
    lambda kind: dataclasses.replace(kind("a", parts=[1]), size=7),
    lambda kind: copy.copy(kind("c")),
)
REFUSED = (
    lambda kind: kind(),
    lambda kind: kind("a", 1, [], 2.0),
    lambda kind: kind("a", 1, [], {}, 2.0),  # as many as there are fields
    lambda kind: kind("a", name="b"),
    lambda kind: kind("a", other=1),
    lambda kind: kind("a", seen={}),
    lambda kind: setattr(kind("a"), "size", 1),
    lambda kind: setattr(kind("a"), "other", 1),
    lambda kind: delattr(kind("a"), "size"),
    lambda kind: hash(kind(["not hashable"])),
)


@pytest.mark.parametrize("call", CALLS)
def test_what_is_made_is_the_same(call) -> None:
    ours, standard = call(OURS), call(STANDARD)
    assert repr(ours) == repr(standard)
    assert list(vars(ours).items()) == list(vars(standard).items())
    assert hash(ours) == hash(standard)
    assert dataclasses.asdict(ours) == dataclasses.asdict(standard)


def test_fields_have_the_types_that_are_written():
    told = [(one.name, one.type) for one in dataclasses.fields(OURS)]
    assert told == [(one.name, one.type) for one in dataclasses.fields(STANDARD)]
    assert told[0] == ("name", "str")
    assert OURS.__annotations__ == STANDARD.__annotations__
    assert get_type_hints(OURS) == get_type_hints(STANDARD)


@pytest.mark.parametrize("call", REFUSED)
def test_what_is_refused_is_the_same(call) -> None:
    with pytest.raises((TypeError, AttributeError)) as standard:
        call(STANDARD)
    with pytest.raises(standard.type):
        call(OURS)


def test_equality_is_that_of_the_compared_fields_of_one_class() -> None:
    assert OURS("a", parts=[1]) == OURS("a", parts=[2])
    assert OURS("a") != OURS("b")
    assert OURS("a") != STANDARD("a")


def test_without_eq_and_repr_an_instance_is_like_itself_alone() -> None:
    kind = made(lambda **flags: frozen.dataclass(**flags, eq=False, repr=False))
    one = kind("a")
    assert {one: 1}[one] == 1
    assert one != kind("a")
    assert repr(one).startswith("<")


def test_one_that_is_not_frozen_may_change_and_is_no_key():
    ours, standard = (made(lambda frozen, decorate=decorate: decorate(frozen=False)) for decorate in DECORATORS)
    for one in (ours("a"), standard("a")):
        one.size = 7
        one.other = 8
        assert vars(one)["size"] == 7
        with pytest.raises(TypeError, match="unhashable"):
            hash(one)
    assert ours("a") == ours("a") != ours("b")


def test_fields_can_be_matched_and_records_pickled() -> None:
    from gradcheck.records.case import Case

    case = Case("softmax", "ties", sizes=(("n", 5),))
    assert pickle.loads(pickle.dumps(case)) == case  # noqa: S301 - our own
    match case:
        case Case("softmax", strategy):
            assert strategy == "ties"
        case _:
            pytest.fail("no match")


def test_a_standard_class_may_inherit_ours() -> None:
    kind = dataclasses.dataclass(frozen=True)(
        type("More", (OURS,), {"__annotations__": {"more": "int"}, "more": dataclasses.field(default=1, kw_only=True)})
    )
    assert kind("a", 2, more=5) == kind("a", 2, more=5) != kind("a", 2)

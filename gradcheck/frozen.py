"""Dataclasses, most of them frozen, that are made in a tenth of the time: for those that every run needs.

The standard decorator writes the text of six methods for each class and has it compiled: a millisecond, and a run makes
a hundred classes. Here they share methods that read the fields. A type checker sees the standard decorator, and what
reads fields, as `dataclasses.replace` does, sees a dataclass.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

CLASS_VARIABLE = ("ClassVar", "typing.ClassVar")  # how the annotation of one begins

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - for others to import
else:

    def dataclass(*, frozen: bool, eq: bool = True, repr: bool = True) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, for classes that inherit no fields."""

        def made(cls: type) -> type:
            cls = _with_fields(cls)
            cls.__dataclass_params__.frozen = frozen  # as the standard decorator asks of what one of its own inherits
            cls.__init__ = _initialiser(cls)
            if frozen:
                cls.__setattr__, cls.__delattr__ = _set, _delete
            if repr:
                cls.__repr__ = _repr
            if eq:
                cls.__eq__, cls.__hash__ = _comparison(cls, hashable=frozen)
            return cls

        return made


def _with_fields(cls: type) -> type:
    """The class as the standard decorator makes it, without methods.

    That looks at the text of each annotation three times over for those of the class itself; here they stand apart.
    """
    texts = cls.__annotations__
    own = {name: ClassVar if str(text).startswith(CLASS_VARIABLE) else object for name, text in texts.items()}
    cls.__annotations__ = own
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    made.__annotations__ = texts
    for one in dataclasses.fields(made):
        one.type = texts[one.name]
    return made


def _initialiser(cls: type) -> Callable[..., None]:
    """The `__init__` of a class."""
    fields = dataclasses.fields(cls)
    settable = {f.name: f for f in fields if f.init}
    in_order = tuple(name for name, f in settable.items() if not f.kw_only)
    factories = {f.name: f.default_factory for f in fields if f.default_factory is not dataclasses.MISSING}
    needed = {name for name, f in settable.items() if f.default is dataclasses.MISSING} - factories.keys()
    blank = {f.name: f.default for f in fields}  # in this order, whatever is given
    whole = len(blank) if len(in_order) == len(blank) else None
    afterwards = getattr(cls, "__post_init__", None)

    def initialise(self: Any, /, *args: Any, **named: Any) -> None:
        space = vars(self)
        given = dict(zip(in_order, args))  # noqa: B905 - others may be named, or have defaults
        if named or len(args) != whole:
            given.update(named)
            if len(given) < len(args) + len(named) or not (needed.issubset(given) and settable.keys() >= given.keys()):
                _refuse(cls, in_order, args, named, needed, settable.keys())
            space.update(blank)
        space.update(given)
        for name, make in factories.items():
            if space[name] is dataclasses.MISSING:
                space[name] = make()
        if afterwards:
            afterwards(self)

    return initialise


def _refuse(
    cls: type, in_order: tuple[str, ...], args: tuple[Any, ...], named: dict[str, Any], needed: set[str], known: Any
) -> None:
    """Say what is wrong with the arguments of a call that are not those of the fields, as Python does."""
    by_place = set(in_order[: len(args)])
    for told, names in (
        ("got several values for", named.keys() & by_place),
        ("got an unexpected argument", named.keys() - known),
        ("is missing", needed - named.keys() - by_place),
    ):
        if names:
            raise TypeError(f"{cls.__qualname__}() {told} {', '.join(sorted(names))}")
    raise TypeError(f"{cls.__qualname__}() takes {len(in_order)} arguments in order, not {len(args)}")


def _set(self: Any, name: str, value: Any) -> None:  # noqa: ARG001 - as Python calls it
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> None:  # noqa: ARG001 - as Python calls it
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _repr(self: Any) -> str:
    told = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(told)})"


def _comparison(cls: type, *, hashable: bool) -> tuple[Callable[[Any, Any], Any], Callable[[Any], int] | None]:
    """The `__eq__` and the `__hash__` of a class."""
    names = [f.name for f in dataclasses.fields(cls) if f.compare]

    def compared(self: Any) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in names])

    def equal(self: Any, other: Any) -> Any:
        return compared(self) == compared(other) if type(self) is type(other) else NotImplemented

    return equal, (lambda self: hash(compared(self))) if hashable else None

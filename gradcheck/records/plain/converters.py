"""How values of any type stand in plain data, worked out from the type."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from gradcheck.errors import nearest
from gradcheck.records import figures
from gradcheck.records.plain.garbled import GarbledError, wrong_type
from gradcheck.records.plain.scalars import MARKED, SCALARS, Form, Text, is_one_of


@cache
def form_of(hint: Any) -> Form:
    """The form of the values of a type, as `get_type_hints` gives it.

    Raises
    ------
    TypeError
        For a type that records do not use.
    """
    if hint in SCALARS:
        return SCALARS[hint]
    if get_origin(hint) in _GENERIC:
        return _GENERIC[get_origin(hint)](get_args(hint))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _enumeration(hint)
    if is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"no plain data stand for {hint}")


def _union(hints: tuple[Any, ...]) -> Form:
    """One of several types; None and one other is that other wherever it is not None."""
    others = [hint for hint in hints if hint is not NoneType]
    if len(others) == 1 and len(hints) == 2:
        return _optional(form_of(others[0]))
    forms = [MARKED if hint is float and len(others) > 1 else form_of(hint) for hint in others]
    nothing = len(others) < len(hints)

    def write(value: Any) -> Any:
        if value is None and nothing:
            return None
        form = next((form for form in forms if form.holds(value)), None)
        if form is None:
            raise TypeError(f"no plain data stand for {value!r:.80}")
        return form.write(value)

    def read(data: Any, text: Text) -> Any:
        if data is None and nothing:
            return None
        form = next((form for form in forms if form.fits(data)), None)
        if form is None:
            raise wrong_type(" or ".join(getattr(hint, "__name__", str(hint)) for hint in others), data)
        return form.read(data, text)

    return Form(
        write,
        read,
        lambda value: (value is None and nothing) or any(form.holds(value) for form in forms),
        lambda data: (data is None and nothing) or any(form.fits(data) for form in forms),
    )


def _optional(form: Form) -> Form:
    """None, or a value of one form; plain data that are wrong for it are told as that form tells them."""
    write, read = form.write, form.read
    return Form(
        lambda value: None if value is None else write(value),
        lambda data, text: None if data is None else read(data, text),
        lambda value: value is None or form.holds(value),
        lambda data: data is None or form.fits(data),
    )


def _tuple(hints: tuple[Any, ...]) -> Form:
    """A list of any length, or of one that the type tells; an object for names with values."""
    if hints[-1] is not ...:
        forms = tuple(map(form_of, hints))
        return _list(lambda count: forms if count == len(forms) else None, list, tuple, f"a list of {len(forms)}")
    pair = get_args(hints[0])
    if get_origin(hints[0]) is tuple and len(pair) == 2 and pair[0] is str:
        return _object(form_of(pair[1]), lambda named: tuple(named.items()))
    item = form_of(hints[0])
    return _list(lambda count: (item,) * count, list, tuple)


def _set(hints: tuple[Any, ...]) -> Form:
    item = form_of(hints[0])
    return _list(lambda count: (item,) * count, sorted, frozenset)


def _list(
    forms_of: Callable[[int], tuple[Form, ...] | None],
    ordered: Callable[[Any], list[Any]],
    made: Callable[[Any], Any],
    what: str = "a list",
) -> Form:
    """Values one after another, each of the form that their number tells, or of none."""

    def write(values: Any) -> list[Any]:
        forms = forms_of(len(values)) or ()
        return [form.write(value) for form, value in zip(forms, ordered(values), strict=True)]

    def read(data: Any, text: Text) -> Any:
        forms = forms_of(len(data)) if isinstance(data, list) else None
        if forms is None:
            raise wrong_type(what, data)
        values: list[Any] = []
        try:
            for form, part in zip(forms, data, strict=True):
                values.append(form.read(part, text))
        except GarbledError as cause:
            raise cause.within(f"[{len(values)}]") from None
        return made(values)

    return Form(write, read, is_one_of(tuple, list, frozenset), is_one_of(list))


def _table(hints: tuple[Any, ...]) -> Form:
    return _object(form_of(hints[1]), dict)


def _object(item: Form, made: Callable[[Any], Any]) -> Form:
    def read(data: Any, text: Text) -> Any:
        if not isinstance(data, dict):
            raise wrong_type("an object", data)
        return made({text(name): _read_at(name, item, part, text) for name, part in data.items()})

    def write(value: Any) -> Any:
        return {str(name): item.write(part) for name, part in dict(value).items()}

    return Form(write, read, is_one_of(tuple, Mapping), is_one_of(dict))


def _read_at(step: str, form: Form, data: Any, text: Text) -> Any:
    try:
        return form.read(data, text)
    except GarbledError as cause:
        raise cause.within(step) from None


def _enumeration(kind: type[enum.Enum]) -> Form:
    values = {member.value: member for member in kind}

    def read(data: Any, _: Text) -> enum.Enum:
        if not isinstance(data, str) or data not in values:
            raise wrong_type(f"one of {', '.join(values)}", data)
        return values[data]

    return Form(lambda member: member.value, read, is_one_of(kind), lambda data: data in values)


def _record(kind: Any) -> Form:
    # Some modules import others for their types alone, to start sooner: what is named so must be known here.
    hints = get_type_hints(kind, localns=vars(figures))
    named = [field.name for field in fields(kind)]
    optional = {name for name in named if _is_optional_record(hints[name])}

    @cache
    def forms() -> dict[str, Form]:
        """Those of the fields, made when they are needed: a record may hold another one of its kind."""
        return {name: form_of(hints[name]) for name in named}

    def write(record: Any) -> dict[str, Any]:
        data = {}
        for name, form in forms().items():
            value = getattr(record, name)
            if value is not None or name not in optional:
                data[name] = form.write(value)
        return data

    def read(data: Any, text: Text) -> Any:
        known = forms()
        _refuse_other_fields(data, known, optional)
        values, name = {}, ""
        try:
            for name, part in data.items():
                values[name] = known[name].read(part, text)
        except GarbledError as cause:
            raise cause.within(name) from None
        try:
            return kind(**values)
        except ValueError as cause:
            raise GarbledError(str(cause)) from cause

    return Form(write, read, is_one_of(kind), is_one_of(dict))


def _refuse_other_fields(data: Any, known: Mapping[str, Form], optional: Collection[str]) -> None:
    """Refuse what is no object of these fields, or lacks one that is not optional."""
    if not isinstance(data, dict):
        raise wrong_type("an object", data)
    if data.keys() == known.keys():
        return
    for name in data:
        if name not in known:
            raise GarbledError(f"unknown field {name!r:.80}{nearest(name, known)}")
    for name in known:
        if name not in data and name not in optional:
            raise GarbledError("is missing", name)


def _is_optional_record(hint: Any) -> bool:
    arguments = get_args(hint)
    return NoneType in arguments and any(map(is_dataclass, arguments))


_GENERIC: dict[Any, Callable[[tuple[Any, ...]], Form]] = {
    Union: _union,
    UnionType: _union,
    tuple: _tuple,
    frozenset: _set,
    Mapping: _table,
}

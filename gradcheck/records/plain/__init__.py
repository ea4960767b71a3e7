"""Records as plain data for JSON, and back with every part looked at: the one codec of reports, journals and messages.

A record is an object of its fields, where an optional record that is missing is left out. How the others stand follows
from their types: a number that JSON lacks (NaN, the infinities) is a text, an enumeration its value, a tuple a list, a
tuple of names with values an object, a set a sorted list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from gradcheck.records.plain.converters import form_of
from gradcheck.records.plain.scalars import Text

Record = TypeVar("Record")


def plain(record: Any) -> dict[str, Any]:
    """A record as plain data."""
    kind: Any = type(record)
    data: dict[str, Any] = form_of(kind).write(record)
    return data


def record_of(kind: Callable[..., Record], data: Any, text: Text = str) -> Record:
    """The record that `plain` made plain.

    Parameters
    ----------
    kind : type
        The class of the record, a frozen dataclass.
    data : object
        Whatever came.
    text : callable
        What is made of each text: `gradcheck.text.printable`, say, where it comes from beside a layer.

    Raises
    ------
    GarbledError
        When it is no such record: a field is missing, unknown or of another type, or the class refuses them together.
    """
    record: Record = form_of(kind).read(data, text)
    return record

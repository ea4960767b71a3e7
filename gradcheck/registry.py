"""Passive name tables: what a shelf offers, by the names that people type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from gradcheck.errors import UsageError, nearest

Item = TypeVar("Item")


class Registry(Mapping[str, Item], Generic[Item]):
    """An ordered, read-only table of names.

    Parameters
    ----------
    kind : str
        What the items are, in the singular, for messages: ``"layer"``.
    items : iterable of (name, item)
        In the order in which they are listed.
    """

    def __init__(self, kind: str, items: Iterable[tuple[str, Item]]) -> None:
        self.kind = kind
        self._items = dict(items)

    def __getitem__(self, name: str) -> Item:
        """The item of that name.

        Raises
        ------
        UsageError
            When no item has the name; the message suggests the nearest one.
        """
        if name not in self._items:
            raise UsageError(f"unknown {self.kind} {name!r}{nearest(name, self._items)}")
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

"""The files that a layer is made of, read here to be sent to where it runs."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from gradcheck.errors import LoadError
from gradcheck.execution.task import Address
from gradcheck.layers.importing import package_of
from gradcheck.layers.loading import file_of, load
from gradcheck.text import printable


class Sources:
    """Reads files, each once: all cases of a run see the same."""

    def __init__(self) -> None:
        self._read: dict[Path, bytes] = {}
        self._found: dict[Address, dict[str, bytes]] = {}

    def of(self, address: Address) -> dict[str, bytes]:
        """The file of a layer and those beside it that it imports, by their whole paths; none for a package's layer.

        Raises
        ------
        LoadError
            As `gradcheck.layers.loading.load` where there is no such file, and for one that cannot be read.
        """
        if address not in self._found:
            file = file_of(address.target)
            self._found[address] = self._together(address, file) if file else {}
        return self._found[address]

    def _together(self, address: Address, file: str) -> dict[str, bytes]:
        first = Path(os.path.abspath(Path(address.folder, file)))  # noqa: PTH100 - links stay as they are
        if not first.is_file():
            load(address.target, folder=Path(address.folder) if address.folder else None)
        found: dict[str, bytes] = {}
        pending = [first, *_package(first)]
        while pending:
            path = pending.pop()
            if str(path) not in found:
                found[str(path)] = data = self._data(path)
                pending += _beside(first.parent, data)
        return found

    def _data(self, path: Path) -> bytes:
        if path not in self._read:
            try:
                self._read[path] = path.read_bytes()
            except OSError as cause:
                raise LoadError(f"cannot read {printable(str(path))!r}: {cause.strerror}") from cause
        return self._read[path]


def _package(file: Path) -> list[Path]:
    """All files of the package that a file is part of, for imports by dots; none where it stands alone."""
    inside = package_of(file)
    return sorted(file.parents[inside.count(".")].rglob("*.py")) if inside else []


def _beside(folder: Path, source: bytes) -> Iterator[Path]:
    """The files of a folder that a source imports: modules, and packages as a whole."""
    for name in _imported(source):
        paths = (folder / f"{name}.py", *(folder / name).rglob("*.py"))
        yield from (path for path in paths if path.is_file())


def _imported(source: bytes) -> set[str]:
    """The first part of every name that a source imports; none where it cannot be parsed."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()  # what is wrong with it is found where it runs
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names

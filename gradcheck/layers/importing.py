"""A user's file as a module: read anew, alone or inside its package, with what lies beside it in reach."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType

from gradcheck.errors import LoadError, nearest

ROOTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")  # what lies in the first folder of a project
X64 = "JAX_ENABLE_X64"
SOURCES = "src"  # where a project may keep its packages


def module_of(path: Path, origin: str) -> ModuleType:
    """A new module made from a file, under a name of its own.

    Parameters
    ----------
    path : Path
    origin : str
        The path as somebody typed it.

    Raises
    ------
    LoadError
        When there is no such file; what the file itself raises is passed on.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - each case of a layer asks: texts take less time
        beside = (str(Path(origin).with_name(p.name)) for p in path.parent.glob("*.py"))
        raise LoadError(f"cannot load {origin!r}: there is no such file{nearest(origin, beside)}")
    file, package, folder = _home_of(os.path.abspath(path))  # noqa: PTH100
    reach(folder)
    stem = re.sub(r"\W", "_", path.stem)
    name = next(n for k in itertools.count(1) if (n := f"_gradcheck_{stem}_{k}") not in sys.modules)
    module = ModuleType(name)
    module.__file__ = file
    module.__package__ = package
    # Dataclasses and pickling look a class's module up by name, while the file still runs.
    sys.modules[name] = module
    try:
        # Not through the loader: its cached bytecode misses an edit of equal length within one second.
        with jax_in_double():
            exec(_compiled(path.read_bytes(), file), vars(module))  # noqa: S102
    except BaseException:
        del sys.modules[name]
        raise
    return module


@lru_cache(maxsize=8)  # files whose layers take turns in a process: each of their cases loads its own anew
def _compiled(source: bytes, file: str) -> CodeType:
    return compile(source, file, "exec", dont_inherit=True)


@lru_cache(maxsize=64)
def _home_of(whole: str) -> tuple[str, str, str]:
    """A file without links on the way to it, the dotted name of its package, and the folder that is imported from."""
    path = Path(whole).resolve()
    package = _package_of(path)
    folder = path.parents[package.count(".") + 1] if package else Path(whole).parent
    return str(path), package, str(folder)


def package_of(path: Path) -> str:
    """The dotted name of the package that a file is part of; empty where it stands alone."""
    return _package_of(path.resolve())


def _package_of(whole: Path) -> str:
    names: list[str] = []
    for folder in whole.parents:
        if not (folder / "__init__.py").is_file():
            break
        names.insert(0, folder.name)
    return ".".join(names)


def reach(folder: Path | str) -> None:
    """Put a folder, the project that it is part of, and that project's sources within reach of imports.

    At the end of the path: in front of it, a file called html.py would replace the standard library's.
    """
    for place in _places_of(os.path.abspath(folder)):  # noqa: PTH100 - each case of a layer asks: texts take less time
        if place not in sys.path:
            sys.path.append(place)


@lru_cache(maxsize=64)
def _places_of(whole: str) -> tuple[str, ...]:
    """A folder, the first one of its project, and the sources of both, those that there are."""
    folder = Path(whole).resolve()
    root = next((one for one in (folder, *folder.parents) if _is_root(str(one))), folder)
    return tuple(str(place) for place in (folder, root, folder / SOURCES, root / SOURCES) if place.is_dir())


def _is_root(folder: str) -> bool:
    return any(os.path.exists(f"{folder}{os.sep}{name}") for name in ROOTS)  # noqa: PTH110


@contextmanager
def jax_in_double() -> Iterator[None]:
    """While a module is imported: the arrays that it makes with jax are of 64 bits, if jax is new to this process.

    jax asks the environment once, when it is imported. What a person has set there stays.
    """
    if X64 in os.environ:
        yield
        return
    os.environ[X64] = "1"
    try:
        yield
    finally:
        os.environ.pop(X64, None)

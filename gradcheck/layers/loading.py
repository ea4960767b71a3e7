"""From a target's text to layers: ``softmax``, ``path/file.py:Name``, ``path/file.py``, ``package.module:Name``."""

from __future__ import annotations

import importlib
import inspect
import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.adapters.examples import Example
from gradcheck.adapters.kinds import kind_of
from gradcheck.errors import LoadError, UsageError, nearest
from gradcheck.files import seen_from_here
from gradcheck.interrupt import may_be_pressed
from gradcheck.layers import LAYERS
from gradcheck.text import printable, shorten

_FILE = re.compile(r"(?P<path>.+\.py)(::?(?P<name>[^:/\\]+))?", re.DOTALL)
_MODULE = re.compile(r"(?P<module>\w+(\.\w+)*)::?(?P<name>\w+)")
_FORMS = "a target is a layer that `gradcheck list` names, path/file.py:Name, or package.module:Name"


@dataclass(frozen=True)
class Unusable:
    """A layer of a file that cannot be checked.

    Attributes
    ----------
    target
    error
        Why not.
    """

    target: str
    error: LoadError


def load(target: str, *, folder: Path | None = None) -> tuple[Subject, ...]:
    """The layers that a target names, all of which must be usable.

    Raises
    ------
    UsageError, LoadError
        As `load_each`, and for the first layer that keeps the contract not at all.
    """
    return tuple(_usable(found) for found in load_each(target, folder=folder))


def load_each(target: str, *, folder: Path | None = None) -> tuple[Subject | Unusable, ...]:
    """The layers that a target names; of several in a file one that is unusable costs no other its place.

    Parameters
    ----------
    target : str
        The name of a shipped layer; ``path/file.py:Name`` or ``package.module:Name`` for a class or an object;
        ``path/file.py`` for every layer in a file, in the order of their definition. ``::`` may stand for ``:``.
    folder : Path, optional
        What a relative path starts from; the working folder unless given.

    Raises
    ------
    UsageError
        When the text is no target, or the name of no shipped layer.
    LoadError
        When the file or module is missing, raises while it is imported, or holds no such layer.

    Notes
    -----
    A file is read anew by every call. The modules beside it can be imported, but never stand in for one that Python
    finds elsewhere. In a file without a name, private names and abstract classes are passed over, and so is a class of
    which the file holds an object.
    """
    if is_name(target):
        return (_shipped(target),)
    if match := _FILE.fullmatch(target):
        path = (folder or Path()) / match["path"]
        origin = match["path"] if folder is None else seen_from_here(path)
        with _explained(origin):
            module = _file_module(path, origin)
    elif match := _MODULE.fullmatch(target):
        origin = match["module"]
        _reachable(folder or Path())
        with _explained(origin):
            module = importlib.import_module(origin)
    else:
        raise UsageError(f"{target!r} cannot be read: {_FORMS}")
    return tuple(_subject(origin, name, layer) for name, layer in _chosen(module, origin, match["name"]).items())


def _usable(found: Subject | Unusable) -> Subject:
    if isinstance(found, Unusable):
        raise found.error
    return found


def is_name(target: str) -> bool:
    """Whether a target can only be the name of a shipped layer: it points at no file and no module."""
    return ":" not in target and not target.endswith(".py")


def file_of(target: str) -> str:
    """The path of the file that a target names layers of, as it stands there; empty where it names none."""
    match = _FILE.fullmatch(target)
    return match["path"] if match else ""


def identity_of(target: str) -> str:
    """A layer by its target, however that was typed: with the file as it is seen from the working folder."""
    file = file_of(target)
    if not file:
        return target
    path = Path(file)
    seen = seen_from_here(path) if path.is_absolute() else os.path.normpath(path)
    return Path(seen).as_posix() + target.removeprefix(file).replace("::", ":")


def unknown_layer(name: str, known: Iterable[str]) -> UsageError:
    """What to raise for a name that is none of `known`; it suggests the nearest one."""
    return UsageError(f"unknown layer {name!r}{nearest(name, known) or '; ' + _FORMS}")


def _shipped(name: str) -> Subject:
    if name not in LAYERS:
        raise unknown_layer(name, LAYERS)
    module, _, attribute = LAYERS[name].partition(":")
    return subject_of(getattr(importlib.import_module(module), attribute), name=name, target=name)


def _reachable(folder: Path) -> None:
    # At the end of the path: in front of it, a file called html.py would replace the standard library's.
    place = str(folder.resolve())
    if place not in sys.path:
        sys.path.append(place)


def _file_module(path: Path, origin: str) -> ModuleType:
    """A new module made from a file, under a name of its own."""
    if not path.is_file():
        beside = (str(Path(origin).with_name(p.name)) for p in path.parent.glob("*.py"))
        raise LoadError(f"cannot load {origin!r}: there is no such file{nearest(origin, beside)}")
    _reachable(path.parent)
    stem = re.sub(r"\W", "_", path.stem)
    name = next(n for k in itertools.count(1) if (n := f"_gradcheck_{stem}_{k}") not in sys.modules)
    module = ModuleType(name)
    module.__file__ = str(path.resolve())
    # Dataclasses and pickling look a class's module up by name, while the file still runs.
    sys.modules[name] = module
    try:
        # Not through the loader: its cached bytecode misses an edit of equal length within one second.
        exec(compile(path.read_bytes(), module.__file__, "exec", dont_inherit=True), vars(module))  # noqa: S102
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextmanager
def _explained(origin: str) -> Iterator[None]:
    """Whatever the user's code raises, as a `LoadError` of one sentence with file and line."""
    try:
        yield
    except LoadError:
        raise
    except BaseException as cause:
        if isinstance(cause, KeyboardInterrupt) and may_be_pressed():
            raise
        raise LoadError(f"cannot load {origin!r}: {_described(cause)}") from cause


def _described(cause: BaseException) -> str:
    try:
        text = cause.msg if isinstance(cause, SyntaxError) else str(cause)
    except Exception:  # noqa: BLE001 - the exception is the user's, and so is its __str__
        text = "(its text cannot be printed)"
    return printable(shorten(f"{type(cause).__name__}: {text}{_where(cause)}"))


def _where(cause: BaseException) -> str:
    """The file and line to look at: the innermost one that is no library's, or else the innermost one."""
    if isinstance(cause, SyntaxError) and cause.filename:
        return f" at {cause.filename}:{cause.lineno}"
    libraries = (f"{Path(__file__).parents[1]}{os.sep}", f"{Path(inspect.__file__).parent}{os.sep}", "<")
    import traceback  # only for failures: start-up

    frames = [f for f in traceback.extract_tb(cause.__traceback__) if not f.filename.startswith(libraries)]
    own = [f for f in frames if "site-packages" not in f.filename] or frames
    return f" at {own[-1].filename}:{own[-1].lineno}" if own else ""


def _chosen(module: ModuleType, origin: str, name: str | None) -> dict[str, Any]:
    """The layer of that name, or every layer of the module."""
    with _explained(origin):
        layers = _layers_of(module)
        if name is None:
            if layers:
                return layers
            raise LoadError(
                f"{origin} holds no layer: none of its classes and objects has `forward` and `bprop` or `jacobian`"
            )
        if not hasattr(module, name):
            raise LoadError(f"{origin} has no {name!r}{nearest(name, layers)}")
        return {name: getattr(module, name)}


def _layers_of(module: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, thing in vars(module).items():
        if not name.startswith("_") and _is_layer(thing) and all(thing is not other for other in found.values()):
            found[name] = thing
    made = {type(thing) for thing in found.values()}
    return {name: thing for name, thing in found.items() if not inspect.isclass(thing) or _stands(thing, module, made)}


def _stands(one: type, module: ModuleType, made: set[type]) -> bool:
    """Whether a class is a layer of its module by itself: defined there, complete, and not made into an object."""
    return one.__module__ == module.__name__ and not inspect.isabstract(one) and one not in made


def _is_layer(thing: Any) -> bool:
    """Whether it is an example, or of a kind that is checked without being named."""
    kind = kind_of(thing)
    return isinstance(thing, Example) or (kind is not None and not kind.by_name)


def _subject(origin: str, name: str, layer: Any) -> Subject | Unusable:
    target = f"{origin}:{name}"
    try:
        with _explained(target):
            try:
                return subject_of(layer, name=name, target=target)
            except LoadError as cause:
                raise LoadError(f"cannot load {target!r}: {cause}{_definition(layer)}") from cause
    except LoadError as cause:
        return Unusable(target, cause)


def _definition(thing: Any) -> str:
    with suppress(TypeError, OSError):
        return f" (defined at {inspect.getsourcefile(thing)}:{inspect.getsourcelines(thing)[1]})"
    return ""

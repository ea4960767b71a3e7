"""From a target's text to layers: ``softmax``, ``path/file.py:Name``, ``path/file.py``, ``package.module:Name``."""

from __future__ import annotations

import importlib
import inspect
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.adapters.example import Example
from gradcheck.errors import LoadError, NoLayerError, UsageError, nearest
from gradcheck.files import seen_from_here
from gradcheck.frozen import dataclass
from gradcheck.layers import LAYERS
from gradcheck.layers.explaining import explained
from gradcheck.text import printable

# Compiled when first used, as the name of a shipped layer does without: start-up.
_FILE = r"(?s:(?P<path>.+\.py)(::?(?P<name>[^:/\\]+))?)"
_MODULE = r"(?P<module>\w+(\.\w+)*)::?(?P<name>\w+)|(?P<whole>\w+(\.\w+)+)"
_FORMS = (
    "a target is a layer that `gradcheck list` names, path/file.py:Name, path/file.py, a folder, or package.module:Name"
)


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


@dataclass(frozen=True)
class PassedOver:
    """Something in a file that looks like a layer and is not checked.

    Attributes
    ----------
    target
    reason
        Why not, with the line to write where there is one.
    """

    target: str
    reason: str


Found = Subject | Unusable | PassedOver


def load(target: str, *, folder: Path | None = None) -> tuple[Subject, ...]:
    """The layers that a target names, all of which must be usable.

    Raises
    ------
    UsageError, LoadError
        As `load_each`, and for the first layer that keeps the contract not at all.
    """
    found = load_each(target, folder=folder)
    return tuple(_usable(one) for one in found if not isinstance(one, PassedOver))


def load_each(target: str, *, folder: Path | None = None) -> tuple[Found, ...]:
    """The layers that a target names; of several in a file one that is unusable costs no other its place.

    Parameters
    ----------
    target : str
        The name of a shipped layer; ``path/file.py:Name`` or ``package.module:Name`` for a class, an object or a
        function; ``path/file.py`` or ``package.module`` for every layer there, in the order of their definition; a
        folder or a pattern such as ``src/**/*.py`` for those of all files. ``::`` may stand for ``:``.
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
    start = folder or Path()
    if target in LAYERS or is_name(target, start):
        return (_shipped(target),)
    from gradcheck.layers.folders import files_of, is_many  # not for shipped layers: start-up
    from gradcheck.layers.importing import module_of, reach

    if is_many(target, start):
        return tuple(one for file in files_of(target, start) for one in _each_of(file, folder))
    if match := re.fullmatch(_FILE, target):
        path = start / match["path"]
        origin = match["path"] if folder is None else seen_from_here(path)
        with explained(origin):
            module = module_of(path, origin)
    elif match := re.fullmatch(_MODULE, target):
        origin = match["module"] or match["whole"]
        reach(start)
        with explained(origin):
            module = importlib.import_module(origin)
    else:
        raise UsageError(f"{target!r} cannot be read: {_FORMS}")
    return tuple(_chosen(module, origin, match["name"]))


def _each_of(file: str, folder: Path | None) -> tuple[Found, ...]:
    """What one of several files holds; one that cannot be loaded, or holds no layer, costs no other its place."""
    try:
        return load_each(file, folder=folder)
    except NoLayerError as cause:
        return (PassedOver(file, str(cause)),)
    except LoadError as cause:
        return (Unusable(file, cause),)


def _usable(found: Subject | Unusable) -> Subject:
    if isinstance(found, Unusable):
        raise found.error
    return found


def is_name(target: str, folder: Path = Path()) -> bool:
    """Whether a target can only be the name of a shipped layer: it points at no file, no folder and no module."""
    if any(sign in target for sign in (":", "/", "*", "?", os.sep)):
        return False
    if not target:
        return True  # of none: a folder is named by its path, the one at hand by a point
    if "." in target and (re.fullmatch(_MODULE, target) or target.endswith(".py")):
        return False
    return not (folder / target).is_dir()


def file_of(target: str) -> str:
    """The path of the file that a target names layers of, as it stands there; empty where it names none."""
    match = re.fullmatch(_FILE, target)
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
    """What to raise for a name that is none of `known`; it suggests the nearest file here, or else the nearest name."""
    files = {path.stem: path.name for path in sorted(Path().glob("*.py"))}
    if name in files:
        return UsageError(f"unknown layer {name!r}; did you mean {files[name]!r}?")
    near = nearest(name, [*files.values()]) or nearest(name, known)
    return UsageError(f"unknown layer {name!r}{near or '; ' + _FORMS}")


def _shipped(name: str) -> Subject:
    if name not in LAYERS:
        raise unknown_layer(name, LAYERS)
    module, _, attribute = LAYERS[name].partition(":")
    return subject_of(getattr(importlib.import_module(module), attribute), name=name, target=name)


def _chosen(module: ModuleType, origin: str, name: str | None) -> Iterator[Found]:
    """The layer of that name, or every layer of the module and what is passed over there."""
    from gradcheck.layers.contents import contents_of

    chosen: dict[str, Any] = {}
    others: dict[str, str] = {}
    with explained(origin):
        if name is not None and hasattr(module, name):
            chosen = {name: getattr(module, name)}
        else:
            contents = contents_of(module, origin)
            chosen, others = contents.layers, contents.others
            if name is not None:
                raise LoadError(f"{origin} has no {name!r}{nearest(name, [*chosen, *others])}")
            if not chosen:
                raise NoLayerError(f"{origin} holds no layer: {_none(others)}")
    yield from (_subject(origin, own, layer) for own, layer in chosen.items())
    yield from (PassedOver(f"{origin}:{own}", reason) for own, reason in others.items())


def _none(others: Mapping[str, str]) -> str:
    """Why a module holds no layer."""
    told = "; ".join(f"{printable(name)}: {reason}" for name, reason in others.items())
    return told or "none of its classes and objects has `forward` and `bprop`, `backward` or `jacobian`"


def _subject(origin: str, name: str, layer: Any) -> Subject | Unusable:
    target = f"{origin}:{name}"
    try:
        with explained(target):
            try:
                return subject_of(layer, name=name, target=target)
            except LoadError as cause:
                raise LoadError(f"cannot load {target!r}: {cause}{_definition(layer)}") from cause
    except LoadError as cause:
        return Unusable(target, cause)


def _definition(thing: Any) -> str:
    source = thing.function if isinstance(thing, Example) else thing
    with suppress(TypeError, OSError):
        return f" (defined at {inspect.getsourcefile(source)}:{inspect.getsourcelines(source)[1]})"
    return ""

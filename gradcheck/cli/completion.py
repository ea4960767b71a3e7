"""What the tab key offers for values: names of strategies, checks and dtypes, formats, layers and those of a file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def names_among(known: Callable[[], Iterable[str]]) -> Completer:
    """What completes the last of several names between commas; `known` is asked when the key is pressed."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
        from click.shell_completion import CompletionItem  # only when the key is pressed: start-up

        before, comma, last = incomplete.rpartition(",")
        given = before.split(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in known() if _begins(name, last, given)]

    return complete


def strategies() -> Iterable[str]:
    """Those that draw inputs."""
    from gradcheck.inputs import STRATEGIES  # with numpy

    return STRATEGIES


def checks() -> Iterable[str]:
    """What may be checked."""
    from gradcheck.checks import CHECKS  # with numpy

    return CHECKS


def complete_report(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The formats of ``FORMAT=FILE``, each up to the file."""
    from click.shell_completion import CompletionItem

    from gradcheck.reports import FORMATS

    return [CompletionItem(f"{name}=") for name in FORMATS if name.startswith(incomplete)]


def complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shipped layers that start so, the classes of a file whose name is complete, or else files.

    bash takes the colon for a word of its own: then what is to be completed is the name behind it alone.
    """
    from click.shell_completion import CompletionItem

    from gradcheck.layers import LAYERS

    given = [word for word in (ctx.params.get(param.name or "") or ()) if word] if ctx else []
    if incomplete.strip(":") == "" and incomplete and given:
        return [CompletionItem(name) for name in _classes(given[-1])]
    if given[-1:] in ([":"], ["::"]) and len(given) > 1:
        return [CompletionItem(name) for name in _classes(given[-2]) if name.startswith(incomplete)]
    file, colon, name = incomplete.partition(":")
    if colon:
        return [CompletionItem(f"{file}:{one}") for one in _classes(file) if one.startswith(name.lstrip(":"))]
    layers = [CompletionItem(name) for name in LAYERS if name.startswith(incomplete)]
    return layers or [CompletionItem(incomplete, type="file")]


def _begins(name: str, text: str, given: Iterable[str]) -> bool:
    return name.startswith(text) and name not in given


def _classes(file: str) -> Iterator[str]:
    """The classes of a file that have a `forward`, or a base that may have it; the file is read and not run."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError):
        return
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
            if "forward" in methods or node.bases:
                yield node.name

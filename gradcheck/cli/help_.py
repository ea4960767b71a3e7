"""``gradcheck help``: the pages that explain what the options and the reports speak of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.cli.exits import Exit
from gradcheck.cli.output import wants_color
from gradcheck.errors import UsageError, nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PAGES = Path(__file__).parents[1] / "help"


def topics() -> dict[str, str]:
    """What there is a page on, with what the first line of each says."""
    found = {}
    for path in sorted(PAGES.glob("*.md")):
        with path.open(encoding="utf-8") as page:
            found[path.stem] = page.readline().lstrip("# ").rstrip("\n").partition(": ")[2]
    return found


def complete_topic(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The pages and the commands that start so."""
    from click.shell_completion import CompletionItem

    known = [*topics(), *_commands(ctx)]
    return [CompletionItem(name) for name in known if name.startswith(incomplete)]


@click.command("help")
@click.argument("topic", default="", metavar="[TOPIC]", shell_complete=complete_topic)
@click.pass_context
def help_(context: click.Context, topic: str) -> int:
    """Show a page of the manual, or the options of a command; without a TOPIC list the pages.

    In a terminal a page is laid out; in a pipe or a file it is the Markdown that it is written in.
    """
    pages, commands = topics(), _commands(context)
    if not topic:
        _list(pages)
    elif topic in pages:
        _show(PAGES / f"{topic}.md")
    elif topic in commands:
        command = commands[topic]
        with command.make_context(topic, [], parent=context.parent, resilient_parsing=True) as inner:
            click.echo(command.get_help(inner))
    else:
        near = nearest(topic, [*pages, *commands])
        raise UsageError(f"`TOPIC` must be a page ({', '.join(pages)}) or a command, not {topic!r}{near}")
    return Exit.PASSED


def _commands(context: click.Context) -> dict[str, click.Command]:
    root = context.find_root().command
    if not isinstance(root, click.Group):
        return {}
    found = ((name, root.get_command(context, name)) for name in root.list_commands(context))
    return {name: command for name, command in found if command is not None}


def _list(pages: dict[str, str]) -> None:
    width = max(map(len, pages))
    click.echo("gradcheck help TOPIC shows a page of these;\ngradcheck help COMMAND the options of a command.\n")
    for name, summary in pages.items():
        click.echo(f"  {name.ljust(width)}  {summary}")


def _show(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from gradcheck.reports.prose import render

    render(text, sys.stdout, color=wants_color("auto", terminal=True))

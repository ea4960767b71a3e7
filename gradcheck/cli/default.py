"""A click group in which the usual command may go unnamed, and which imports a command when that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class DefaultGroup(click.Group):
    """Commands of which one, `default`, is meant wherever none is named: ``gradcheck softmax``, ``gradcheck -x tanh``.

    A layer that is called like a command is reached by ``gradcheck check list`` or ``gradcheck -- list``.

    Parameters
    ----------
    homes : mapping of str to (str, str)
        For each command that is imported late where it is, ``module:name``, and the line that the help has of it.
    facts
        What else `click.Group` takes.
    """

    default = "check"

    def __init__(self, *, homes: Mapping[str, tuple[str, str]] | None = None, **facts: Any) -> None:
        super().__init__(**facts)
        self.homes = homes or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, none of which is imported for it."""
        return [*self.homes, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, which is imported now; None where there is none."""
        if cmd_name not in self.homes:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.homes[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the name and the line of each command."""
        if not self.homes:
            super().format_commands(ctx, formatter)
            return
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.homes.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name where it was left out, then read on as usual."""
        place = self._place(ctx, args)
        return super().parse_args(ctx, args if place is None else [*args[:place], self.default, *args[place:]])

    def _place(self, ctx: click.Context, args: list[str]) -> int | None:
        """Where the default command's name belongs; None when a command is named or none is wanted."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        for place, word in enumerate(args):
            if word == "--" or (word.startswith("-") and word not in own):
                return place
            if not word.startswith("-"):
                return place if self.get_command(ctx, word) is None else None
        return None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what the default command would complete."""
        items = super().shell_complete(ctx, incomplete)
        command = self.get_command(ctx, self.default)
        if command is None:
            return items
        inner = command.make_context(self.default, [], parent=ctx, resilient_parsing=True)
        if incomplete.startswith("-"):
            return [*items, *command.shell_complete(inner, incomplete)]
        arguments = (p for p in command.params if isinstance(p, click.Argument))
        return [*items, *(item for argument in arguments for item in argument.shell_complete(inner, incomplete))]

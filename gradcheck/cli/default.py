"""A click group in which the name of the usual command may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class DefaultGroup(click.Group):
    """Commands of which one, `default`, is meant wherever none is named: ``gradcheck softmax``, ``gradcheck -x tanh``.

    A layer that is called like a command is reached by ``gradcheck check list`` or ``gradcheck -- list``.
    """

    default = "check"

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

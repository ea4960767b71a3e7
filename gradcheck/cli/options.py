"""A group of options is one declaration: a frozen record whose fields say which option fills them.

From it come the options of a command, their help in the order of the fields, and the record that the command is given.
What must hold of several options together stands in the record's `__post_init__`; what follows from them, in its
properties. Its `title` heads its options in the help, unless an option names another section.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import Field, field, fields
from typing import Any

import click

from gradcheck.cli.exits import EPILOG

# In a field's metadata: what makes its option, given the field's name, the flags, and where the help has it.
PARAMETER, FLAGS, SECTION = "parameter", "flags", "section"
REST = "Help"
FLAGS_WIDEST = 24  # columns that flags take of the help: the texts beside them start in one column

Command = Callable[..., int]


class Sectioned(click.Command):
    """A command whose help has its options in sections.

    Parameters
    ----------
    sections : dict of str to str
        The title of the section that each parameter stands in, by the parameter's name.
    facts
        What else `click.Command` takes.
    """

    def __init__(self, *, sections: dict[str, str], **facts: Any) -> None:
        super().__init__(**facts)
        self.sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections in the order of their first options."""
        found: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and record[1]:
                title = self.sections.get(parameter.name or "", REST)
                found.setdefault(title, []).append((record[0].ljust(FLAGS_WIDEST), record[1]))
        for title, rows in found.items():
            with formatter.section(title):
                formatter.write_dl(rows, col_max=FLAGS_WIDEST)


def option(*flags: str, default: Any = None, section: str = "", usual: str = "", **facts: Any) -> Any:
    """A field of a group, filled by an option.

    Parameters
    ----------
    flags : str
        As they are typed: ``"-k"``, ``"--scale"``.
    default
        Of the option and of the field.
    section : str
        Its section of the help, where that is not the one of its group.
    usual : str
        What its help says of the default, where that is not the value itself.
    facts
        What else `click.Option` takes: ``type``, ``metavar``, ``help``, ``multiple``, ``is_flag``, ``count``.
    """
    known = facts if default is None else {"default": default, **facts}
    if usual:
        known = {**known, "help": f"{facts['help']}  [default: {usual}]"}
    metadata = {PARAMETER: lambda name: click.Option((*flags, name), **known), FLAGS: flags, SECTION: section}
    return field(default=default, metadata=metadata)


def argument(*, default: Any = None, **facts: Any) -> Any:
    """A field of a group, filled by what stands without a flag; `facts` are those of `click.Argument`."""
    return field(default=default, metadata={PARAMETER: lambda name: click.Argument((name,), **facts)})


def command(*groups: type, without: Collection[str] = (), bare: bool = False) -> Callable[[Command], click.Command]:
    """Make a command of a function that returns an exit code.

    Parameters
    ----------
    groups : type
        Their order is that of the help, and nothing more. The function takes a record of each, under the group's name
        in lower case.
    without : collection of str
        Fields that the command has no option for: they keep their defaults.
    bare : bool
        Whether it does something without any word beside it, where others show their help.
    """
    filled = {group: [one for one in fields(group) if one.name not in without] for group in groups}

    def command_of(function: Command) -> click.Command:
        @functools.wraps(function)
        def callback(**given: Any) -> int:
            # In the order of their names: the first of several mistakes is told, and it must always be the same.
            by_name = sorted(filled, key=lambda group: group.__name__)
            records = {group.__name__.lower(): _record(group, filled[group], given) for group in by_name}
            return function(**records)

        parameters = [one.metadata[PARAMETER](one.name) for group in groups for one in filled[group]]
        return click.command(
            cls=Sectioned,
            sections={one.name: _section(group, one) for group in groups for one in filled[group]},
            params=parameters,
            epilog=EPILOG,
            no_args_is_help=not bare,
        )(callback)

    return command_of


def flags_given(record: Any) -> list[str]:
    """The long flags of the options of a record that are not None."""
    return [one.metadata[FLAGS][-1] for one in fields(record) if getattr(record, one.name) is not None]


def _section(group: type, one: Field[Any]) -> str:
    return str(one.metadata.get(SECTION) or getattr(group, "title", REST))


def _record(group: type, filled: Collection[Field[Any]], given: dict[str, Any]) -> Any:
    return group(**{one.name: given[one.name] for one in filled})

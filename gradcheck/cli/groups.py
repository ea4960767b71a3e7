"""A group of options is one declaration: a frozen record whose fields say which option fills them.

From it come the options of a command, their help in the order of the fields, and the record that the command is given.
What must hold of several options together stands in the record's `__post_init__`; what follows from them, in its
properties.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import Field, field, fields
from typing import Any

import click

from gradcheck.cli.exits import EPILOG

# In a field's metadata: what makes its option, given the field's name, and the flags.
PARAMETER, FLAGS = "parameter", "flags"

Command = Callable[..., int]


def option(*flags: str, default: Any = None, **facts: Any) -> Any:
    """A field of a group, filled by an option.

    Parameters
    ----------
    flags : str
        As they are typed: ``"-k"``, ``"--scale"``.
    default
        Of the option and of the field.
    facts
        What else `click.Option` takes: ``type``, ``metavar``, ``help``, ``multiple``, ``is_flag``, ``count``.
    """
    known = facts if default is None else {"default": default, **facts}
    metadata = {PARAMETER: lambda name: click.Option((*flags, name), **known), FLAGS: flags}
    return field(default=default, metadata=metadata)


def argument(*, default: Any = None, **facts: Any) -> Any:
    """A field of a group, filled by what stands without a flag; `facts` are those of `click.Argument`."""
    return field(default=default, metadata={PARAMETER: lambda name: click.Argument((name,), **facts)})


def command(*groups: type, without: Collection[str] = ()) -> Callable[[Command], click.Command]:
    """Make a command of a function that returns an exit code.

    Parameters
    ----------
    groups : type
        Their order is that of the help, and nothing more. The function takes a record of each, under the group's name
        in lower case.
    without : collection of str
        Fields that the command has no option for: they keep their defaults.
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
        return click.command(params=parameters, epilog=EPILOG, no_args_is_help=True)(callback)

    return command_of


def flags_given(record: Any) -> list[str]:
    """The long flags of the options of a record that are not None."""
    return [one.metadata[FLAGS][-1] for one in fields(record) if getattr(record, one.name) is not None]


def _record(group: type, filled: Collection[Field[Any]], given: dict[str, Any]) -> Any:
    return group(**{one.name: given[one.name] for one in filled})

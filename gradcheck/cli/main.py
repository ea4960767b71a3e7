"""The command line as a function: every way to leave it has its own exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from gradcheck.cli.default import DefaultGroup
from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.output import abandon, complain
from gradcheck.errors import GradcheckError, UnwrittenError, UsageError
from gradcheck.text import printable
from gradcheck.version import __version__

PROGRAM = "gradcheck"
# Where each command is, and its line of the help: so that the help needs none of them.
COMMANDS = {
    "check": ("gradcheck.cli.check:check", "Check the derivatives of layers against finite differences."),
    "sweep": ("gradcheck.cli.sweep:sweep", "Run the sweeps of configuration files."),
    "report": ("gradcheck.cli.report:report", "Merge reports of several runs, and tell them in any format."),
    "explain": ("gradcheck.cli.explain:explain", "Lay one finding open on a page."),
    "prove": ("gradcheck.cli.prove:prove", "Tell how much a green run is worth."),
    "list": ("gradcheck.cli.list_:list_", "Name layers, input strategies and checks, or the layers of a file."),
    "help": ("gradcheck.cli.help_:help_", "Show a page of the manual."),
}
# By what a command may be left that is no fault of ours.
LEAVES = (click.exceptions.Exit, click.ClickException, click.Abort, GradcheckError, KeyboardInterrupt, SystemExit)


@click.group(cls=DefaultGroup, homes=COMMANDS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM)
def cli() -> None:
    """Check hand-written derivatives against finite differences with an honest error bound.

    \b
      gradcheck softmax tanh            shipped layers
      gradcheck layers.py:MyLayer       a layer of your own
      gradcheck sweep configs/ci.toml   scales, sizes and dtypes from a file
      gradcheck report a.jsonl b.jsonl  what several runs have written, together
      gradcheck explain softmax         one finding and its numbers, on a page
      gradcheck prove softmax           what it is worth that all passed

    The word `check` may be left out.
    """  # noqa: D301 - click takes the mark itself, not its spelling


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process unless given.

    Returns
    -------
    int
        The exit code, one of `gradcheck.cli.exits.Exit`.
    """
    if "_GRADCHECK_COMPLETE" in os.environ:
        return _answer_shell()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        # Not `cli.main`: it leaves with 1, the code of a wrong derivative, for a broken pipe, an interrupt and a crash.
        try:
            with cli.make_context(PROGRAM, words) as context:
                code = cli.invoke(context)
        except LEAVES as leave:
            code = _exit_of(leave)
        _flush()
    except BrokenPipeError:
        abandon(sys.stdout)
        return Exit.CLOSED
    except OSError as cause:
        with suppress(OSError):
            sys.stdout.flush()  # what is known, unless it is stdout itself that cannot be written
        abandon(sys.stdout)
        complain(cause)
        return Exit.BROKEN
    except Exception:  # noqa: BLE001 - a fault of gradcheck must not read as a wrong derivative
        return _crashed()
    return code if isinstance(code, int) else Exit.PASSED


def _answer_shell() -> int:
    """Tell a shell what completes a line, or how to ask for it."""
    try:
        cli.main(prog_name=PROGRAM)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else Exit.PASSED
    return Exit.PASSED


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as cause:
        raise UnwrittenError(f"stdout cannot be written: {cause.strerror or cause}") from cause


def _exit_of(leave: BaseException) -> int:
    """What to leave with for an exception that no fault of ours has raised; it is told on stderr."""
    match leave:
        case click.exceptions.Exit():
            return leave.exit_code
        case click.ClickException():
            return _refusal(leave)
        case GradcheckError():
            complain(leave)
            return Exit.USAGE if isinstance(leave, UsageError) else Exit.BROKEN
        case SystemExit():
            complain(f"a layer left the process by SystemExit({leave.code!r})")
            return Exit.BROKEN
    complain("interrupted")
    return Exit.INTERRUPTED


def _refusal(usage: click.ClickException) -> int:
    from gradcheck.cli.absent import answer  # only for what is mistyped: start-up

    if isinstance(usage, click.exceptions.NoArgsIsHelpError):
        usage.show()  # the help page
    elif isinstance(usage, click.NoSuchOption) and (sentence := answer(usage.option_name)):
        complain(sentence)
    else:
        complain(usage.format_message())
    return Exit.USAGE


def _crashed() -> int:
    import traceback

    for line in traceback.format_exc().splitlines():
        print(printable(line), file=sys.stderr)
    complain("internal error: the lines above say where")
    return Exit.BROKEN

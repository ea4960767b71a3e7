"""Whether a layer refuses what it was given, by a `raise` of its own, or fell over it."""

from __future__ import annotations

import dis
from types import TracebackType

from gradcheck.adapters.breach import Breach

CALLS = ("CALL", "PRECALL")  # how the names of instructions begin that call compiled code


def refuses(breach: Breach) -> bool:
    """Whether a `raise` or an `assert` made the exception; what numpy's own code raises is an operation gone wrong."""
    last = _innermost(breach)
    return last is not None and not _of_numpy(last) and _instruction(last) == "RAISE_VARARGS"


def compiled_refuses(breach: Breach) -> bool:
    """Whether compiled code raised that was called; an operator, or an assignment, that fails is none."""
    last = _innermost(breach)
    return last is not None and (not _instruction(last) or _instruction(last).startswith(CALLS))


def raised(breach: Breach) -> bool:
    """Whether it is an exception of the layer, and no answer that does not fit."""
    return isinstance(breach.__cause__, Exception)


def unclaimed(answer: object) -> bool:
    """Whether a method that a layer need not have says, by a `NotImplementedError`, that it does not have it."""
    return isinstance(answer, Breach) and isinstance(answer.__cause__, NotImplementedError)


def _innermost(breach: Breach) -> TracebackType | None:
    last = breach.__cause__.__traceback__ if raised(breach) and breach.__cause__ else None
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last


def _of_numpy(last: TracebackType) -> bool:
    return str(last.tb_frame.f_globals.get("__name__")).partition(".")[0] == "numpy"


def _instruction(last: TracebackType) -> str:
    """The name of the instruction that raised; compiled code has none."""
    code = last.tb_frame.f_code.co_code
    return dis.opname[code[last.tb_lasti]] if 0 <= last.tb_lasti < len(code) else ""

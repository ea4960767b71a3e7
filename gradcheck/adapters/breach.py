"""What does not keep the layer contract, as an exception that carries its fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gradcheck.errors import GradcheckError
from gradcheck.records.fault import Fault
from gradcheck.records.finding import Verdict

Value = TypeVar("Value")


class Breach(GradcheckError):
    """A layer's own code raised, or returned what the contract does not allow.

    Attributes
    ----------
    fault : Fault
    verdict : Verdict
        FAIL; ERROR where `forward` itself raised.
    """

    def __init__(self, fault: Fault, verdict: Verdict = Verdict.FAIL) -> None:
        from gradcheck.records.sentences import sentence_of  # only for failures: start-up

        super().__init__(sentence_of(fault))
        self.fault = fault
        self.verdict = verdict


def attempt(read: Callable[[], Value]) -> Value | Breach:
    """What `read` returns, or the breach that it raises."""
    try:
        return read()
    except Breach as breach:
        return breach

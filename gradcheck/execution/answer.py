"""What a task comes to whatever the layer does: the same beside the layer, in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from gradcheck.adapters.contract import Subject, blame
from gradcheck.errors import LoadError, UsageError
from gradcheck.execution.task import Address, LayerFacts, Loaded, Missed, NoResult, Reply, Result
from gradcheck.interrupt import may_be_pressed
from gradcheck.layers.loading import Unusable, load_each


def answer(work: Callable[[], Result]) -> Reply:
    """The reply to a task that `work` does; what it raises is an answer too, unless it may be Ctrl-C."""
    start = perf_counter()
    try:
        result = work()
    except UsageError as cause:
        result = NoResult("usage", str(cause))
    except LoadError as cause:
        result = NoResult("load", str(cause))
    except BaseException as cause:  # a layer may raise anything where nobody looks, SystemExit too
        if isinstance(cause, KeyboardInterrupt) and may_be_pressed():
            raise
        result = NoResult("process", f"raised {blame(cause)}")
    return Reply(result, perf_counter() - start)


def layers_at(address: Address, facts: Callable[[Subject], LayerFacts]) -> Loaded:
    """The layers at an address, with what `facts` says of each.

    Raises
    ------
    LoadError, UsageError
        As `gradcheck.layers.loading.load_each`, and for the only layer there if it is unusable.
    """
    found = load_each(address.target, folder=Path(address.folder) if address.folder else None)
    missed = [one for one in found if isinstance(one, Unusable)]
    if len(missed) == len(found) == 1:
        raise missed[0].error
    return Loaded(
        tuple(facts(one) for one in found if isinstance(one, Subject)),
        tuple(Missed(one.target, str(one.error)) for one in missed),
    )

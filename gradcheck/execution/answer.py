"""What a task comes to whatever the layer does: the same beside the layer, in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from gradcheck.adapters.contract import Subject
from gradcheck.errors import LoadError, NoLayerError, UsageError
from gradcheck.execution.task import Address, LayerFacts, Loaded, Missed, NoResult, Reply, Result
from gradcheck.frozen import dataclass
from gradcheck.interrupt import may_be_pressed
from gradcheck.layers.loading import PassedOver, Unusable, load_each

NO_ANSWER = NoResult("process", "gave no result")


@dataclass(frozen=False)
class Answer:
    """What a task comes to: whoever does it sets the result."""

    result: Result = NO_ANSWER
    seconds: float = 0.0

    @property
    def reply(self) -> Reply:
        """The reply to the task."""
        return Reply(self.result, self.seconds)


@contextmanager
def answering() -> Iterator[Answer]:
    """Around what does a task: what it raises is its result too, unless it may be Ctrl-C.

    No function that calls it: what a debugger shows above a layer's code is short.
    """
    answer, start = Answer(), perf_counter()
    try:
        yield answer
    except UsageError as cause:
        answer.result = NoResult("usage", str(cause))
    except NoLayerError as cause:
        answer.result = NoResult("empty", str(cause))
    except LoadError as cause:
        answer.result = NoResult("load", str(cause))
    except BaseException as cause:  # a layer may raise anything where nobody looks, SystemExit too
        if isinstance(cause, KeyboardInterrupt) and may_be_pressed():
            raise
        from gradcheck.adapters.blame import blame  # only for failures: start-up

        answer.result = NoResult("process", f"raised {blame(cause)}")
    answer.seconds = perf_counter() - start


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
        tuple(Missed(one.target, one.reason) for one in found if isinstance(one, PassedOver)),
    )

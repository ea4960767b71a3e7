"""The way to a Dask cluster, and what is called at its other end."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from gradcheck.errors import GradcheckError, UsageError

CONNECT = 5.0  # seconds that the scheduler is given to answer


def connected(scheduler: str) -> Any:
    """A client of the scheduler at an address.

    Raises
    ------
    UsageError
        When the package distributed is missing.
    GradcheckError
        When the scheduler does not answer.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise UsageError("`--scheduler` needs the package distributed: pip install 'gradcheck[dask]'") from None
    reached: SimpleQueue[Any] = SimpleQueue()

    def connect() -> None:
        try:
            reached.put(distributed.Client(scheduler, timeout=CONNECT, set_as_default=False, name="gradcheck"))
        except Exception as cause:  # noqa: BLE001 - raised again where it is waited for
            reached.put(cause)

    # What is no scheduler may keep a client waiting without end.
    Thread(target=connect, daemon=True).start()
    try:
        found = reached.get(timeout=2 * CONNECT)
    except Empty:
        found = TimeoutError()
    if isinstance(found, OSError):
        raise GradcheckError(f"no scheduler answers at {scheduler} within {CONNECT:g} s") from found
    if isinstance(found, Exception):
        raise GradcheckError(f"the scheduler at {scheduler} cannot be used: {said(found)}") from found
    return found


def caller(version: str) -> Callable[[bytes], Any]:
    """What workers call. It travels as code, not by its name: where gradcheck is missing it must say so."""

    def call(data: bytes) -> Any:
        try:
            from gradcheck import __version__ as found

            if found == version:
                from gradcheck.execution.dask_worker import serve

                return serve(data)
        except ImportError as cause:
            return {"unfit": f"cannot import gradcheck: {cause}"}
        return {"unfit": f"has gradcheck {found}, and this is {version}: both must be the same"}

    return call


def said(cause: BaseException) -> str:
    """An error of Dask's in words."""
    return f"{type(cause).__name__}: {cause}"

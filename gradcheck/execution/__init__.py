"""WHERE a run takes place: one file an executor, which holds its `open_executor`; only the chosen one is imported.

`task` says what there is to do. In this process `in_process` does it. Elsewhere `worker` does it, beside the layer's
own code; a `supervisor` stands between a worker and the rest; `pool` has supervisors of its own, `cluster` has those
that `dask_worker` keeps on the workers of a Dask cluster. `journaled` notes down what is done. In processes of their
own layers are at nobody's mercy: what becomes of a case depends on the case alone, never on the order, the number of
processes, or what ran before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gradcheck.registry import Registry

if TYPE_CHECKING:
    from gradcheck.execution.executor import Executor, Settings

EXECUTORS: Registry[str] = Registry(
    "executor",
    [
        ("in-process", "gradcheck.execution.in_process"),
        ("pool", "gradcheck.execution.pool"),
        ("dask", "gradcheck.execution.cluster"),
    ],
)


def executor_named(name: str, settings: Settings) -> Executor:
    """The executor of that name, which is imported now.

    Raises
    ------
    UsageError
        When no executor has the name, or this system cannot run it.
    GradcheckError
        When it cannot be reached.
    """
    opened: Executor = import_module(EXECUTORS[name]).open_executor(settings)
    return opened

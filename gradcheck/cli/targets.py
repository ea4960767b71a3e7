"""The layers that a command is about: named, known, loaded. What is mistyped is refused before any run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from gradcheck.cli.completion import complete_target
from gradcheck.cli.options import argument, option
from gradcheck.cli.output import aside, complain, note
from gradcheck.errors import LoadError, NoLayerError, UsageError
from gradcheck.frozen import dataclass

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.run.addresses import Loader


@dataclass(frozen=True)
class Targets:
    """Which layers.

    Attributes
    ----------
    given
        The texts that name them.
    everything
        Whether those that gradcheck ships come before.
    skip_others
        Whether files that define no layer are passed over.
    """

    title: ClassVar[str] = "What to check"
    given: tuple[str, ...] = argument(default=(), nargs=-1, metavar="[LAYER]...", shell_complete=complete_target)
    everything: bool = option("--all", default=False, is_flag=True, help="Every layer that gradcheck ships.")
    skip_others: bool = option(
        "--skip-others",
        default=False,
        is_flag=True,
        help="Pass over files that define no layer, without running them: for the changed files of a commit.",
    )

    def names(self, commands: Iterable[str] = ()) -> tuple[str, ...]:
        """The texts, each once.

        Parameters
        ----------
        commands : iterable of str
            What a mistyped name may have been meant for beside layers.

        Returns
        -------
        tuple of str
            Empty where every file that is given is passed over.

        Raises
        ------
        UsageError
            When there is none, or one is the name of no layer.
        """
        from gradcheck.layers import LAYERS

        names = tuple(dict.fromkeys([*(LAYERS if self.everything else ()), *self.given]))
        if not names:
            raise UsageError("name at least one layer, or give --all")
        if self.skip_others:
            from gradcheck.layers.folders import is_other  # not for shipped layers: start-up

            names = tuple(name for name in names if not is_other(name))
        refuse_unknown(names, commands)
        return names


def refuse_unknown(targets: Iterable[str], commands: Iterable[str]) -> None:
    """Refuse the names of no layer; one that is nearly a command's name is told so.

    Raises
    ------
    UsageError
        For the first such name, with the nearest one.
    """
    from gradcheck.layers import LAYERS
    from gradcheck.layers.loading import is_name, unknown_layer

    for target in targets:
        if is_name(target) and target not in LAYERS:
            raise unknown_layer(target, [*LAYERS, *commands])


def load_all(
    targets: Sequence[str],
    on_error: Callable[[str, LoadError], None] | None = None,
    loader: Loader | None = None,
    *,
    skip_others: bool = False,
) -> tuple[tuple[Subject, ...], bool]:
    """The layers that can be loaded, and whether all can.

    Parameters
    ----------
    targets : sequence of str
    on_error : callable, optional
        Told of each target that cannot be loaded, and why, after that was told on stderr.
    loader : Loader, optional
        What loads them; this process unless given.
    skip_others : bool
        Whether files that hold no layer are passed over.
    """
    from gradcheck.execution.in_process import InProcess
    from gradcheck.run.addresses import Loader

    loader = loader or Loader(InProcess())
    subjects: list[Subject] = []
    missed: list[str] = []

    def miss(target: str, cause: LoadError) -> None:
        missed.append(target)
        complain(cause)
        if on_error:
            on_error(target, cause)

    def pass_over(target: str, reason: object) -> None:
        note(f"{target} is not checked: {reason}")

    with aside():
        loader.prepare((target, None) for target in targets)
        for target in targets:
            try:
                subjects += loader.load(target, miss, pass_over)
            except NoLayerError as cause:
                (pass_over if skip_others else miss)(target, cause)
            except LoadError as cause:
                miss(target, cause)
    return tuple(subjects), not missed

"""The options that say what is run of each layer, and the plan that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from gradcheck.cli.completion import checks, names_among, strategies
from gradcheck.cli.flags import Sizes, Value, dtypes, joined, lengths, names, product, scales
from gradcheck.cli.options import option
from gradcheck.cli.output import note
from gradcheck.cli.planning import file_of, is_left, plan_of, replay_layers
from gradcheck.files import seen_from_here
from gradcheck.frozen import dataclass
from gradcheck.records.case import BUDGETS, DTYPES, Case
from gradcheck.records.identity import case_of

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan

CHECK = "What to check"


@dataclass(frozen=True)
class Selection:
    """What is asked for of a `Plan`; every field is None, or empty, where its option was not given.

    Attributes
    ----------
    inputs, checks, scales, dtypes, select, replay, budget
        As those of a `Plan`.
    lengths
        Pairs of a size name and its lengths.
    seed
        In place of all seeds.
    order
        2 where second derivatives are checked, too.
    config
        The file of defaults; without it the one that holds in the working folder is looked for.
    failed
        Whether only what failed last time is meant.
    """

    title: ClassVar[str] = "How to draw inputs"
    inputs: tuple[str, ...] | None = option(
        "--inputs",
        type=Value("names", names),
        multiple=True,
        callback=joined,
        metavar="NAME,...",
        shell_complete=names_among(strategies),
        usual="all that suit the layer",
        help="Strategies: see `gradcheck list inputs`.",
    )
    checks: tuple[str, ...] | None = option(
        "--checks",
        type=Value("names", names),
        multiple=True,
        callback=joined,
        metavar="NAME,...",
        section=CHECK,
        shell_complete=names_among(checks),
        usual="all",
        help="Checks: see `gradcheck list checks`.",
    )
    scales: tuple[float, ...] | None = option(
        "--scale",
        type=Value("scales", scales),
        multiple=True,
        callback=joined,
        metavar="X,...",
        usual="1",
        help="Factors on what is drawn: 1e-3,1,1e3.",
    )
    lengths: tuple[tuple[str, tuple[int, ...]], ...] = option(
        "--size",
        default=(),
        type=Value("lengths", lengths),
        multiple=True,
        metavar="NAME=N,...",
        usual="the layer's own",
        help="Lengths of a size name: n=5,64.",
    )
    dtypes: tuple[str, ...] | None = option(
        "--dtype",
        type=Value("dtypes", dtypes),
        multiple=True,
        callback=joined,
        metavar="NAME,...",
        shell_complete=names_among(lambda: DTYPES),
        usual="float64",
        help=f"What the layer computes in: {', '.join(DTYPES)}.",
    )
    seed: int | None = option("--seed", type=click.IntRange(min=0), metavar="N", usual="0", help="Of the random draws.")
    select: str | None = option(
        "-k", section=CHECK, metavar="EXPR", help="Only cases whose id matches: 'ties and not f32'."
    )
    replay: tuple[Case, ...] = option(
        "--replay",
        "--at",
        default=(),
        section=CHECK,
        type=Value("id", case_of),
        multiple=True,
        metavar="ID",
        help="The case of that id alone: 'softmax[ties,scale=1,n=5,f64]'.",
    )
    budget: str | None = option(
        "--budget",
        section=CHECK,
        type=click.Choice(BUDGETS),
        usual="usual",
        help="quick: few calls of a layer, drawn entries; full: every entry.",
    )
    order: int = option(
        "--order",
        section=CHECK,
        type=click.IntRange(1, 2),
        default=1,
        metavar="N",
        help="2 for second derivatives, too.",
    )
    config: Path | None = option(
        "--config",
        section=CHECK,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        usual="gradcheck.toml or pyproject.toml, found from here",
        help="The file whose [defaults] hold.",
    )
    failed: bool = option(
        "--last-failed",
        "--lf",
        default=False,
        is_flag=True,
        section=CHECK,
        help="The cases that failed last time; all of them where none did.",
    )

    @property
    def sizes(self) -> Sizes:
        """Every assignment of the lengths to their names; none without any."""
        return product(self.lengths) if self.lengths else ()

    @property
    def selects(self) -> bool:
        """Whether only some of a plan's cases were asked for, by their ids."""
        return self.select is not None or bool(self.replay)

    def recalled(self, targets: Sequence[str]) -> Selection:
        """The same with the cases that failed last time, where they are asked for and there are any."""
        from gradcheck.cli.last_failed import recall

        cases = recall(targets) if self.failed else ()
        if self.failed and not cases:
            note("--last-failed: nothing is known to have failed, so all cases are run")
        return replace(self, replay=(*self.replay, *cases))

    @property
    def asked(self) -> dict[str, Any]:
        """The fields of a plan that are asked for."""
        fields = {
            "inputs": self.inputs,
            "checks": self.checks,
            "scales": self.scales,
            "sizes": self.sizes or None,
            "dtypes": self.dtypes,
            "seeds": None if self.seed is None else (self.seed,),
            "select": self.select,
            "replay": self.replay or None,
            "budget": self.budget,
        }
        return {field: value for field, value in fields.items() if value is not None}

    @property
    def file(self) -> str:
        """The configuration file whose defaults hold, as seen from here; empty for none."""
        path = file_of(self.config)
        return seen_from_here(path) if path else ""

    def plan(self) -> Plan:
        """The plan of these options over that of the file, over the usual one.

        Raises
        ------
        UsageError
            As `plan_of` does.
        """
        plan = plan_of(self.asked, self.config)
        return plan if self.order == 1 else _with_second_order(plan)

    def layers(self, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
        """The layers that are meant: those of which cases are replayed where there are such, else all of them.

        Raises
        ------
        UsageError
            When a size is of no layer, a case is of none, or its point cannot be made.
        """
        from gradcheck.adapters.size_names import refuse_sizes

        if subjects:
            refuse_sizes("`--size`", self.sizes, subjects)
        cases = [case for case in self.replay if not self.failed or is_left(case, subjects)]
        return replay_layers(cases, subjects)


def _with_second_order(plan: Plan) -> Plan:
    from gradcheck.checks import checks_of_order

    return replace(plan, checks=checks_of_order(plan.checks, 2))

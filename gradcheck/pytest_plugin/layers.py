"""Layers as tests, for ``--gradcheck-layers``: one item for each layer and each strategy that applies to it."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.origin import places
from gradcheck.errors import GradcheckError
from gradcheck.inputs.cases import cases_of
from gradcheck.inputs.points import make_point
from gradcheck.layers.loading import PassedOver, Unusable, load_each
from gradcheck.pytest_plugin.options import marked
from gradcheck.pytest_plugin.telling import checked
from gradcheck.records.plan import Plan
from gradcheck.text import printable, shorten

Place = tuple[Path, int | None]


class Collection:
    """A plugin that hands targets to pytest beside the tests that it finds itself."""

    def __init__(self, targets: Sequence[str]) -> None:
        self.targets = tuple(dict.fromkeys(targets))

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the targets to what the whole session collects."""
        report = yield
        if isinstance(collector, pytest.Session) and report.result is not None:
            report.result += [_target(collector, target) for target in self.targets]
        return report


def _target(session: pytest.Session, target: str) -> Target:
    """The node of a target; where it is a file, with the id that pytest gives to files: from its root folder."""
    place = target
    if re.search(r"\.py(:|$)", target):
        place = os.path.relpath(session.config.invocation_params.dir / target, session.config.rootpath)
    nodeid = printable(place.replace(os.sep, "/"))
    node: Target = Target.from_parent(session, name=printable(target), nodeid=nodeid, target=target)
    return node


class Target(pytest.Collector):
    """The text of a target, and the layers that it names."""

    def __init__(self, *, target: str, **node: Any) -> None:
        super().__init__(**node)
        self.target = target

    def collect(self) -> Iterable[pytest.Item]:
        """The items of all layers.

        Raises
        ------
        CollectError
            When the target cannot be loaded, or a layer cannot be given any point.
        """
        try:
            found = [one for one in load_each(self.target) if not isinstance(one, PassedOver)]
            return [item for one in found for item in self._items(one)]
        except GradcheckError as cause:
            raise self.CollectError(_safe(cause)) from None

    def _items(self, subject: Subject | Unusable) -> Iterator[pytest.Item]:
        if isinstance(subject, Unusable):
            name = printable(subject.target.rpartition(":")[2])
            yield UnusableItem.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}", found=subject)
            return
        place = _place(subject) or (self.path, None)
        for case in cases_of(subject, Plan()):
            if make_point(subject.inputs, subject.critical, case) is not None:
                name = f"{shorten(subject.name, 100)}[{case.strategy}]"
                # The id as a text: so pytest takes its brackets apart as it does for the ids that --lf remembers.
                nodeid = f"{self.nodeid}::{name}"
                yield LayerItem.from_parent(
                    self, name=name, nodeid=nodeid, subject=subject, strategy=case.strategy, place=place
                )


class LayerItem(pytest.Item):
    """A layer at the points of one strategy; markers may give it the options that they give to tests."""

    def __init__(self, *, subject: Subject, strategy: str, place: Place, **node: Any) -> None:
        super().__init__(**node)
        self.subject, self.strategy, self.place = subject, strategy, place
        self.add_marker("gradcheck")

    def runtest(self) -> None:
        """Check the layer."""
        checked(self, self.subject, {**marked(self), "inputs": [self.strategy]})

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What `checked` has to say, without a traceback: no line of a test led to it."""
        if isinstance(excinfo.value, (AssertionError, GradcheckError)):
            return _safe(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """The file and line of the layer's `bprop`, or of its `jacobian`."""
        return (*self.place, self.name)


class UnusableItem(pytest.Item):
    """A layer that cannot be checked: it costs the others of its file nothing."""

    def __init__(self, *, found: Unusable, **node: Any) -> None:
        super().__init__(**node)
        self.found = found

    def runtest(self) -> None:
        """Say why not."""
        raise self.found.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """The sentence alone."""
        return _safe(excinfo.value)


def _place(subject: Subject) -> Place | None:
    """The file of a layer's `bprop`, or of its `jacobian`, and the line, which pytest counts from 0."""
    written = {one.method: one for one in places(subject)}
    one = written.get("bprop") or written.get("jacobian")
    return (Path.cwd() / one.file, one.line - 1) if one else None


def _safe(text: object) -> str:
    return "\n".join(map(printable, str(text).splitlines()))

"""A Python script that shows a failure with nothing but numpy and the layer."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from gradcheck.adapters.contract import Subject
from gradcheck.checks import CHECKS
from gradcheck.checks.quiet import quiet
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.defects.shrink.recheck import Recheck
from gradcheck.defects.shrink.worst import reload
from gradcheck.errors import UsageError
from gradcheck.layers import LAYERS
from gradcheck.layers.importing import package_of
from gradcheck.records.failures import blocks
from gradcheck.records.finding import Finding
from gradcheck.records.report import LayerReport
from gradcheck.text import printable, shorten

ADAPTERS = "gradcheck.adapters."  # the modules whose classes stand for layers of others


def script(subject: Subject, finding: Finding, fresh: Callable[[], Subject] | None = None) -> str:
    """A script that leaves with an error as long as the layer fails.

    Parameters
    ----------
    subject : Subject
        Its target says where the script finds the layer.
    finding : Finding
        A FAIL; it is shown at its counterexample where it has one.
    fresh : callable, optional
        Makes the layer anew.

    Raises
    ------
    UsageError
        When the layer has no target, or no script of this kind shows the failure.
    """
    lines = ['"""A failure that gradcheck found."""', "", *opening(subject), "", *body(subject, finding, fresh)]
    return "\n".join([*lines, ""])


def first_script(subjects: Iterable[Subject], reports: Iterable[LayerReport]) -> str:
    """The script for the first failure of some layers that has one; empty without.

    Parameters
    ----------
    subjects : iterable of Subject
    reports : iterable of LayerReport
        Of these layers; what is known to fail is passed over.
    """
    layers = {(subject.name, subject.target): subject for subject in subjects}
    for report in reports:
        for block in blocks([report]):
            subject = layers[report.layer, report.target]
            with contextlib.suppress(UsageError):
                return script(subject, block.finding, partial(reload, subject))
    return ""


def body(subject: Subject, finding: Finding, fresh: Callable[[], Subject] | None = None) -> Lines:
    """The lines of a script that come after those that make the `layer`."""
    make = fresh or (lambda: subject)
    case = finding.counterexample.case if finding.counterexample else finding.case
    with quiet(), contextlib.redirect_stdout(io.StringIO()):
        failure = Recheck(make, replace(finding, case=case), alone=fresh is None).again()
        if failure is not None:
            reproducer = Reproducer(failure, make)
            show = CHECKS[finding.check].script
            for lines in show(reproducer) if show else ():
                if reproducer.shows(lines):
                    return [f"# {printable(shorten(failure.finding.breadcrumb))}", *lines]
    raise UsageError(f"no script shows this failure by itself: {finding.breadcrumb}")


def opening(subject: Subject) -> Lines:
    """The lines that import numpy and make the `layer`; gradcheck makes one that is adapted, or part of a package.

    Raises
    ------
    UsageError
        When the layer has no target: it was made in Python.
    """
    if subject.target in LAYERS:
        module, _, name = LAYERS[subject.target].partition(":")
        return [
            "import numpy as np",
            "",
            f"from {module} import {name}",
            "",
            f"layer = {name}{_brackets(subject, name)}",
        ]
    place, _, name = subject.target.replace("::", ":").rpartition(":")
    if not place:
        raise UsageError(f"a script needs a layer that can be imported; {subject.name} was made in Python")
    if _is_adapted(subject.layer) or package_of(Path(place)):
        loaded = f"load({subject.target!r})[0].layer"
        return ["import numpy as np", "", "from gradcheck import load", "", f"layer = {loaded}"]
    imports, lines = _file(place) if place.endswith(".py") else _module(place)
    made = f"layer = getattr(module, {name!r}){_brackets(subject, name)}"
    return [*imports, "", "import numpy as np", "", *lines, made]


def _is_adapted(layer: object) -> bool:
    """Whether an adapter made the layer, and the file holds something else by its name."""
    return type(layer).__module__.startswith(ADAPTERS)


def _brackets(subject: Subject, name: str) -> str:
    """What makes a layer of the thing of that name: nothing, unless it is the class."""
    return "()" if type(subject.layer).__name__ == name else ""


def _file(path: str) -> tuple[Lines, Lines]:
    return ["import importlib.util", "import sys"], [
        f"spec = importlib.util.spec_from_file_location('layers', {path!r})",
        "module = sys.modules['layers'] = importlib.util.module_from_spec(spec)",
        f"sys.path.append({str(Path(path).parent)!r})",
        "spec.loader.exec_module(module)",
    ]


def _module(name: str) -> tuple[Lines, Lines]:
    return ["import importlib", "import sys"], ["sys.path.append('.')", f"module = importlib.import_module({name!r})"]

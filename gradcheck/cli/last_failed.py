"""What failed in the last run from a folder: `--last-failed` runs that again.

It lies in the user's cache and not in the folder, where nobody has asked for a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.errors import UsageError
from gradcheck.files import write_whole
from gradcheck.records.case import Case
from gradcheck.records.identity import case_of

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport

DIGITS = 16  # of a digest: enough to tell the folders of a machine apart


def place() -> Path:
    """The file for the working folder."""
    import hashlib  # not for a help: start-up

    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")  # noqa: PTH111
    name = hashlib.sha256(os.fsencode(Path.cwd())).hexdigest()[:DIGITS]
    return Path(home) / "gradcheck" / f"{name}.json"


def recall(targets: Sequence[str] = ()) -> tuple[Case, ...]:
    """The cases that failed last time, each under its layer's target.

    Parameters
    ----------
    targets : sequence of str
        Only those of layers that these texts name; all of them without any.
    """
    from gradcheck.layers.loading import identity_of

    asked = [identity_of(target) for target in targets]
    kept = _read()
    meant = (one for one in kept if not asked or any(one == own or one.startswith(f"{own}:") for own in asked))
    return tuple(case.of(target) for target in meant for case in map(_case, kept[target]) if case is not None)


def remember(reports: Iterable[LayerReport]) -> None:
    """Keep what failed, and forget what was run and did not fail; a cache that cannot be written costs nothing."""
    from gradcheck.records.finding import Verdict

    before = _read()
    after = {target: set(ids) for target, ids in before.items()}
    for report in reports:
        wrong = {one.case.id for one in report.findings if one.verdict in (Verdict.FAIL, Verdict.ERROR)}
        run = {one.case.id for one in report.findings}
        after[report.target] = (after.get(report.target, set()) - run) | wrong
    told = {target: sorted(ids) for target, ids in after.items() if ids}
    if told == before:
        return
    import json  # mostly there is nothing to keep: start-up

    with suppress(OSError):
        place().parent.mkdir(parents=True, exist_ok=True)
        write_whole(place(), json.dumps(told, indent=1))


def _read() -> dict[str, list[str]]:
    """What is kept; nothing where it is no file of ours."""
    try:
        text = place().read_text(encoding="utf-8")
        import json  # mostly there is no file: start-up

        found = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    lists = ((target, ids) for target, ids in found.items() if isinstance(ids, list))
    return {target: [one for one in ids if isinstance(one, str)] for target, ids in lists}


def _case(identity: str) -> Case | None:
    try:
        return case_of(identity)
    except UsageError:
        return None

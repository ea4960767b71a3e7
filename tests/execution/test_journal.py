from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from gradcheck.errors import UnwrittenError, UsageError
from gradcheck.execution.journal import EVERY, Journal

RUN = {"gradcheck": "0.1", "layers": {"1 softmax": "abc"}}
REPLY = {"seconds": 0.5, "findings": []}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.journal"


@pytest.fixture
def opened(path):
    """Opens the journal, and closes it with the test if it is still open."""
    journals = []

    def opening(run=RUN, **options):
        journals.append(Journal(path, run, **options))
        return journals[-1]

    yield opening
    for journal in journals:
        with suppress(OSError):
            journal.close()


@pytest.fixture
def begun(path, opened):
    """A journal with two replies, as a run that was cut off leaves it."""
    journal = opened(resume=False)
    journal.append("1.1", REPLY)
    journal.append("1.2", REPLY)
    journal.close()
    return path


def test_what_is_noted_down_is_there_at_once(path, opened):
    journal = opened(resume=False)
    journal.append("1.1", REPLY)
    first, second = path.read_text().splitlines()
    assert json.loads(first) == {"journal": 4, **RUN}
    assert json.loads(second) == {"id": "1.1", **REPLY}


@pytest.mark.parametrize(("takes", "syncs"), [(0.0, 20), (0.1, 2)])
def test_the_disk_takes_a_small_share_of_the_time(path, opened, monkeypatch, takes, syncs):
    clock, synced = [100.0], []

    def fsync(_):
        clock[0] += takes
        synced.append(len(path.read_text().splitlines()))

    monkeypatch.setattr("gradcheck.execution.journal.os.fsync", fsync)
    monkeypatch.setattr("gradcheck.execution.journal.time.monotonic", lambda: clock[0])
    journal = opened(resume=False)
    for number in range(1000):
        clock[0] += 1.1 * EVERY / 50
        journal.append(f"1.{number}", REPLY)
        assert len(path.read_text().splitlines()) == number + 2  # written, whatever the disk does
    assert syncs / 2 <= len(synced) <= 2 * syncs


def test_it_is_taken_up(begun, opened):
    journal = opened(resume=True)
    assert journal.done == {"1.1": REPLY, "1.2": REPLY}
    journal.append("1.3", REPLY)
    journal.close()
    assert list(opened(resume=True).done) == ["1.1", "1.2", "1.3"]


@pytest.mark.parametrize("kept", [1, 5, 20, -1])
def test_a_line_that_was_cut_off_is_forgotten(begun, opened, kept):
    whole = begun.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    begun.write_bytes(whole[: -len(last)] + last[:kept])
    journal = opened(resume=True)
    assert list(journal.done) == ["1.1"]
    journal.append("1.2", REPLY)
    assert begun.read_bytes() == whole


@pytest.mark.parametrize("kept", [0, 1, 30, -1])
def test_a_journal_that_was_cut_off_in_its_first_line_is_begun_again(begun, opened, kept):
    first = begun.read_bytes().splitlines(keepends=True)[0]
    begun.write_bytes(first[:kept])
    assert opened(resume=True).done == {}
    assert begun.read_bytes() == first


def test_one_that_is_missing_is_refused_and_not_begun(path, opened):
    with pytest.raises(UsageError, match=r"`--resume` must name a journal; .*run\.journal is not there"):
        opened(resume=True)
    assert not path.exists()
    assert opened(resume=False).done == {}


def test_a_new_one_must_be_new(begun, opened):
    before = begun.read_bytes()
    with pytest.raises(UsageError, match=r"must name a new file; .*run\.journal exists: go on from it by --resume"):
        opened(resume=False)
    assert begun.read_bytes() == before


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({**RUN, "layers": {"1 softmax": "abd"}}, r"what differs: layers \(1 softmax\)"),
        ({**RUN, "layers": {"1 softmax": "abc", "2 tanh": "x"}}, r"what differs: layers \(2 tanh\)"),
        ({**RUN, "gradcheck": "0.2"}, r"what differs: gradcheck \(0\.1 there, 0\.2 here\)"),
    ],
)
def test_another_run_is_refused(begun, opened, run, said):
    before = begun.read_bytes()
    with pytest.raises(UsageError, match=said):
        opened(run, resume=True)
    assert begun.read_bytes() == before


@pytest.mark.parametrize("content", ["notes", "notes\n", '{"a": 1}\n', "[]\n", "\n\n"])
def test_what_is_no_journal_is_refused_and_left_alone(path, opened, content):
    path.write_text(content)
    with pytest.raises(UsageError, match=r"is no journal|is no line of a journal"):
        opened(resume=True)
    assert path.read_text() == content


def test_a_broken_line_in_the_middle_is_named(begun, opened):
    lines = begun.read_text().splitlines()
    before = "\n".join([lines[0], lines[1][:9], lines[2], '{"id": "3.'])
    begun.write_text(before)
    with pytest.raises(UsageError, match=r"line 2 of .*run\.journal is no line of a journal"):
        opened(resume=True)
    assert begun.read_text() == before


def test_two_runs_cannot_share_one(begun, opened):
    opened(resume=True)
    with pytest.raises(UsageError, match="is in use by another run"):
        opened(resume=True)


def test_one_that_was_let_go_of_can_be_taken_up(begun, opened):
    opened(resume=True).close()
    assert len(opened(resume=True).done) == 2


@pytest.mark.parametrize("place", ["", "missing/run.journal"])
def test_one_that_cannot_be_written_is_refused(tmp_path, place):
    with pytest.raises(UsageError, match="cannot be written: "):
        Journal(tmp_path / place, RUN, resume=False)


def test_a_full_disk_ends_the_journal_and_not_the_run(path, opened, monkeypatch):
    journal = opened(resume=False)
    journal.append("1", {"seconds": 1.0})
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        journal.append("2", {"seconds": 1.0})
    journal.append("3", {"seconds": 1.0})
    assert path.read_bytes() == before
    with pytest.raises(UnwrittenError, match="could not be written to its end: No space left on device"):
        journal.close()


def test_a_device_is_no_journal():
    with pytest.raises(UsageError, match="must be a file, and no device or pipe"):
        Journal(Path(os.devnull), RUN, resume=False)

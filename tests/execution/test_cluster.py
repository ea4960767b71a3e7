from __future__ import annotations

import pickle
import sys
from collections import Counter
from types import ModuleType

import pytest

from gradcheck.checks.judge import Judgement
from gradcheck.errors import GradcheckError
from gradcheck.execution import cluster as module
from gradcheck.execution.cluster import DaskExecutor
from gradcheck.execution.dask_worker import UnwantedError
from gradcheck.execution.executor import Limits
from gradcheck.execution.task import Address, JudgeCase, Loaded, LoadTarget, NoResult, Reply
from gradcheck.execution.wire import packed
from gradcheck.records.case import Case


class KilledError(Exception):
    """Stands for an error of Dask's."""


class CancelledError(Exception):
    """Stands for another."""


class Future:
    """Something handed to a worker; it is done once a test says so."""

    def __init__(self, task, worker):
        self.task, self.worker = task, worker
        self.cancelled = False
        self.told = []

    def add_done_callback(self, told):
        self.told.append(told)

    def done(self, outcome):
        self.outcome = outcome
        for told in self.told:
            told(self)

    def result(self, timeout):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def cancel(self, *, force):
        self.cancelled = True


class Client:
    """Stands for a cluster: what comes to pass is a list of steps, one for each look at its workers."""

    def __init__(self):
        self.workers = {"one": 1, "two": 1}
        self.sent = []
        self.steps = []
        self.closed = 0
        self.looks = 0

    def nthreads(self):
        self.looks += 1
        assert self.looks < 200, "nothing comes to pass any more"
        if self.steps:
            self.steps.pop(0)()
        return dict(self.workers)

    def submit(self, call, data, *, key, pure, workers, allow_other_workers):
        assert (pure, allow_other_workers) == (False, False)
        (worker,) = workers
        self.sent.append(Future(pickle.loads(data).task, worker))  # noqa: S301 - our own
        return self.sent[-1]

    def cancel(self, futures, *, force):
        for future in futures:
            future.cancel(force=force)

    def close(self, timeout):
        self.closed += 1

    def at(self, worker):
        """What is under way on a worker."""
        return [one for one in self.sent if one.worker == worker and not hasattr(one, "outcome") and not one.cancelled]

    def answer(self, *workers):
        """Everything under way is done well."""
        for worker in workers or list(self.workers):
            for future in self.at(worker):
                result = Loaded(()) if isinstance(future.task, LoadTarget) else Judgement(method=f"by {worker}")
                future.done(packed(Reply(result)))

    def lose(self, worker):
        del self.workers[worker]


@pytest.fixture
def client(monkeypatch):
    standing = Client()
    dask = ModuleType("distributed")
    dask.KilledWorker, dask.CancelledError = KilledError, CancelledError
    monkeypatch.setitem(sys.modules, "distributed", dask)
    monkeypatch.setattr(module, "connected", lambda scheduler: standing)
    monkeypatch.setattr(module, "LOOK", 0.0)
    return standing


@pytest.fixture
def cluster(client):
    return DaskExecutor("tcp://host:8786", Limits())


def trial(layer, number):
    return JudgeCase(f"{layer}.{number}", Address(layer), Case(layer, "normal"))


def ids(futures):
    return [future.task.id for future in futures]


def test_a_task_comes_back_with_its_reply(cluster, client):
    cluster.submit([trial("a", 1)])
    client.steps = [lambda: None, client.answer]
    task, reply = cluster.next()
    assert (task.id, reply.result.method) == ("a.1", "by one" if client.sent[0].worker == "one" else "by two")
    with pytest.raises(LookupError, match="no task is left"):
        cluster.next()


def test_no_worker_is_given_more_than_it_has_room_for(cluster, client):
    client.workers = {"one": 1, "two": 3}
    cluster.submit([trial("a", number) for number in range(9)])
    client.steps = [lambda: None, client.answer]
    cluster.next()
    assert Counter(future.worker for future in client.sent) == {"one": 2, "two": 4}


def test_few_tasks_are_shared_out(cluster, client):
    cluster.submit([trial("a", 1), trial("a", 2)])
    client.steps = [lambda: None, client.answer]
    cluster.next()
    assert {future.worker for future in client.sent} == {"one", "two"}


def test_a_worker_goes_on_with_the_layer_that_it_has(cluster, client):
    cluster.submit([trial(layer, number) for number in range(4) for layer in ("a", "b")])
    client.steps = [lambda: None, *[client.answer] * 20]
    for _ in range(8):
        cluster.next()
    assert {(future.worker, future.task.address.target) for future in client.sent} in (
        {("one", "a"), ("two", "b")},
        {("one", "b"), ("two", "a")},
    )


def test_layers_are_judged_in_order_whichever_was_loaded_last(cluster, client):
    client.workers = {"one": 1}
    client.steps = [client.answer] * 20
    cluster.submit([LoadTarget(Address(layer)) for layer in ("a", "b")])
    for _ in range(2):
        cluster.next()
    cluster.submit([trial(layer, number) for layer in ("a", "b") for number in range(3)])
    assert [cluster.next()[0].address.target for _ in range(6)] == ["a"] * 3 + ["b"] * 3


def test_what_a_dead_worker_was_at_is_tried_again_alone(cluster, client):
    cluster.submit([trial("a", number) for number in range(12)])
    lost, beside = [], []

    def lose():
        lost.extend(ids(client.at("one")))
        client.lose("one")

    def answer():
        under_way = ids(client.at("two"))
        beside.extend(len(under_way) for task in under_way if task in lost)
        client.answer()

    client.steps = [lambda: None, lose, *[lambda: None, lambda: None, answer] * 40]
    done = [cluster.next() for _ in range(12)]
    assert sorted(task.id for task, _ in done) == sorted(f"a.{number}" for number in range(12))
    assert {reply.result.method for _, reply in done} == {"by two"}
    assert beside == [1, 1]
    assert len(client.sent) == 14


def test_a_task_that_two_workers_die_of_is_an_error(cluster, client):
    cluster.submit([trial("a", 1)])

    def lose():
        client.lose(client.sent[-1].worker)

    client.steps = [lambda: None, lose, lambda: None, lose]
    _, reply = cluster.next()
    assert reply.result == NoResult("process", "2 workers of the cluster died of it, one after another")
    assert len(client.sent) == 2


@pytest.mark.parametrize("outcome", [KilledError(), CancelledError(), UnwantedError()])
def test_what_is_lost_on_the_way_is_tried_again(cluster, client, outcome):
    cluster.submit([trial("a", 1)])
    client.steps = [lambda: None, lambda: client.sent[0].done(outcome), *[client.answer] * 2]
    assert cluster.next()[1].result.method in ("by one", "by two")
    assert len(client.sent) == 2


def test_a_reply_that_died_with_its_worker_is_not_waited_for(cluster, client):
    cluster.submit([trial("a", 1)])
    client.steps = [
        lambda: None,
        lambda: client.sent[0].done(TimeoutError()),
        lambda: None,
        lambda: client.lose(client.sent[0].worker),
        *[client.answer] * 2,
    ]
    assert cluster.next()[1].result.method in ("by one", "by two")
    assert len({future.worker for future in client.sent}) == len(client.sent) == 2


def test_a_reply_that_is_slow_is_waited_for(cluster, client):
    cluster.submit([trial("a", 1)])

    def arrive():
        client.sent[0].outcome = packed(Reply(Judgement(method="slow")))

    client.steps = [lambda: None, lambda: client.sent[0].done(TimeoutError()), lambda: None, arrive]
    assert cluster.next()[1].result.method == "slow"
    assert len(client.sent) == 1


def test_what_comes_late_from_a_worker_that_was_given_up_is_passed_over(cluster, client):
    cluster.submit([trial("a", 1)])

    def late():
        client.sent[0].done(packed(Reply(Judgement(method="too late"))))
        client.answer()

    client.steps = [lambda: None, lambda: client.lose(client.sent[0].worker), late]
    assert cluster.next()[1].result.method != "too late"


def test_a_reply_that_cannot_be_read_is_an_error(cluster, client):
    cluster.submit([trial("a", 1)])
    client.steps = [lambda: None, lambda: client.sent[0].done({"findings": "many"})]
    assert cluster.next()[1].result == NoResult("process", "the answer of its process cannot be read")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (
            {"unfit": "has gradcheck 0, and this is 1: both must be the same"},
            "the worker one has gradcheck 0, and this",
        ),
        (OSError("no space left"), "the worker one cannot check layers: OSError: no space left"),
    ],
)
def test_a_worker_that_cannot_do_tasks_ends_the_run(cluster, client, outcome, told):
    client.lose("two")
    cluster.submit([trial("a", 1)])
    client.steps = [lambda: None, lambda: client.sent[0].done(outcome)]
    with pytest.raises(GradcheckError, match=told):
        cluster.next()


def test_a_cluster_without_workers_is_waited_for_a_while(cluster, client, monkeypatch):
    client.workers = {}
    cluster.submit([trial("a", 1)])
    client.steps = [lambda: None, lambda: client.workers.update(late=1), client.answer]
    assert cluster.next()[1].result.method == "by late"
    monkeypatch.setattr(module, "ARRIVAL", 0.0)
    cluster.submit([trial("a", 2)])
    client.steps = [lambda: client.lose("late")]
    with pytest.raises(GradcheckError, match="no worker has come to the scheduler at tcp://host:8786 within 0 s"):
        cluster.next()


def test_a_scheduler_that_goes_away_ends_the_run(cluster, client):
    def fail():
        raise OSError("closed")

    cluster.submit([trial("a", 1)])
    client.steps = [lambda: None, fail]
    with pytest.raises(GradcheckError, match="the scheduler at tcp://host:8786 is gone: OSError: closed"):
        cluster.next()


def test_a_missing_file_needs_no_worker(cluster, client, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cluster.submit([trial("gone.py:Layer", 1)])
    assert cluster.next()[1].result == NoResult("load", "cannot load 'gone.py': there is no such file")
    assert client.sent == []


def test_what_is_unwanted_is_not_sent(cluster, client):
    cluster.submit([trial("a", 1), trial("a", 2)])
    cluster.discard({"a.1"})
    client.steps = [lambda: None, client.answer]
    assert cluster.next()[0].id == "a.2"
    assert ids(client.sent) == ["a.2"]


def test_the_end_calls_off_what_is_under_way(cluster, client):
    cluster.submit([trial("a", 1)])

    def interrupt():
        raise KeyboardInterrupt

    client.steps = [lambda: None, interrupt]
    with pytest.raises(KeyboardInterrupt):
        cluster.next()
    cluster.close()
    assert [future.cancelled for future in client.sent] == [True]
    assert client.closed == 1


def test_the_end_comes_without_a_scheduler_too(cluster, client, monkeypatch):
    def fail(*arguments, **options):
        raise OSError("closed")

    monkeypatch.setattr(client, "cancel", fail)
    monkeypatch.setattr(client, "close", fail)
    cluster.close()

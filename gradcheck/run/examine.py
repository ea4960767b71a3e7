"""The story: layers -> points -> estimates -> findings -> reports. It prints nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from gradcheck.adapters.contract import Subject
from gradcheck.checks import select_checks
from gradcheck.checks.judge import Judgement
from gradcheck.errors import GradcheckError, UsageError
from gradcheck.execution.executor import Executor
from gradcheck.execution.in_process import InProcess
from gradcheck.execution.replies import Replies
from gradcheck.execution.task import Diagnose, Diagnoses, JudgeCase, LayerFacts, NoResult, Reply
from gradcheck.inputs import STRATEGIES
from gradcheck.interrupt import obey
from gradcheck.records.case import QUICK, Case
from gradcheck.records.fault import Fault, FaultKind, stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport, added
from gradcheck.run.jobs import Job, job_of

CONTRACT = "contract"  # the check that the others wait for
PROCESS = "process"  # what a finding names in place of a check where the layer's process did not live

Enough = Callable[[Sequence[Finding], str], bool]
Step = Callable[[Subject, LayerReport], LayerReport]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C has ended a run.

    Attributes
    ----------
    reports : tuple of LayerReport
        What is known of the layers that are not finished.
    """

    def __init__(self, reports: tuple[LayerReport, ...]) -> None:
        super().__init__()
        self.reports = reports


def examine(
    subject: Subject, plan: Plan, *, enough: Enough | None = None, on_case: Callable[[Case], None] | None = None
) -> LayerReport:
    """Run the checks of a plan on one layer in this process.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    enough, on_case : callable, optional
        As for `examine_all`.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy, check, dtype or size.
    """
    job = job_of(1, LayerFacts(subject), plan)
    (report,) = examine_all([job], InProcess(), enough=enough, on_case=on_case)
    return report


def examine_all(
    jobs: Sequence[Job],
    executor: Executor,
    *,
    enough: Enough | None = None,
    on_case: Callable[[Case], None] | None = None,
    steps: Sequence[Step] = (),
) -> Iterator[LayerReport]:
    """Examine layers by way of an executor; a report on each as soon as it is known, in the order of the jobs.

    Parameters
    ----------
    jobs : sequence of Job
    executor : Executor
    enough : callable, optional
        Told the findings of each case that was run, and the layer's target; once it says yes, all cases that are left
        are left out.
    on_case : callable, optional
        Told of each case before it is waited for.
    steps : sequence of callable
        Each makes another report of that on a layer, one after the other.

    Raises
    ------
    UsageError
        When a case is none of its layer's.
    Interrupted
        On Ctrl-C.
    """
    replies = Replies(executor)
    executor.submit([task for job in jobs for task in job.tasks])
    left = deque(jobs)
    report = None
    try:
        while left:
            job, full = left[0], False
            for number, task in enumerate(job.tasks, start=1):
                if on_case:
                    on_case(task.case)
                obey()
                reply = replies.to(task)
                obey()  # a layer may have kept Ctrl-C to itself
                found = _judgement(task, reply)
                if enough and enough(found.findings, job.layer.subject.target):
                    executor.discard({task.id for job in jobs for task in job.tasks})
                    job, full = replace(job, tasks=job.tasks[:number]), True
                    break
            report = _report(job, replies, whole=True)
            for step in steps:
                report = _stepped(step, job.layer.subject, report)
            left.popleft()
            replies.forget(job.tasks)
            yield report
            report = None
            if full or (enough and enough((), "")):
                return
    except KeyboardInterrupt:
        raise Interrupted(tuple(_known(left, replies, report))) from None


def _stepped(step: Step, subject: Subject, report: LayerReport) -> LayerReport:
    """What a step makes of a report; where it breaks down the report stands as it is, with an ERROR that says so."""
    try:
        return step(subject, report)
    except GradcheckError:
        raise
    except Exception as cause:  # noqa: BLE001 - a fault at one layer must not cost the others their reports
        from gradcheck.adapters.blame import blame  # only for failures: start-up

        fault = Fault.of(FaultKind.INTERNAL, text=blame(cause))
        case = next((finding.case for finding in report.findings), Case(report.layer, "normal"))
        finding = Finding(PROCESS, Verdict.ERROR, case, fault=fault)
        return replace(report, findings=(*report.findings, finding))


def _known(jobs: Iterable[Job], replies: Replies, report: LayerReport | None) -> Iterator[LayerReport]:
    """What is known of layers that are not finished; the first may have its report, of which steps were to be made."""
    for job in jobs:
        known = replace(job, tasks=tuple(task for task in job.tasks if replies.known(task) is not None))
        if report is not None:
            yield report
        elif known.tasks:
            yield _report(known, replies, whole=False)
        report = None


def _report(job: Job, replies: Replies, *, whole: bool) -> LayerReport:
    """The report on a layer whose cases are done; a diagnosis is made of the whole of them alone."""
    subject = job.layer.subject
    given = [replies.to(task) for task in job.tasks]
    judged = [_judgement(task, reply) for task, reply in zip(job.tasks, given, strict=True)]
    findings = tuple(finding for one in judged for finding in one.findings)
    seconds = sum(reply.seconds for reply in given)
    if whole and _is_to_be_diagnosed(findings):
        findings, more = _diagnose(job, judged, replies)
        seconds += more
    zeros = [one.zero for one in judged if one.zero is not None]
    report = LayerReport(
        subject.name,
        subject.target,
        findings,
        seconds,
        silent=tuple(sorted(frozenset.intersection(*zeros))) if zeros else (),
        method=next((one.method for one in judged if one.method), ""),
        skipped=tuple(_skipped(job, findings)),
        calls=added(one.calls for one in judged),
    )
    if report.passed:
        return report
    from gradcheck.adapters.origin import places  # only for failures: start-up

    return replace(report, places=job.layer.places or places(subject))


def _skipped(job: Job, findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """What was asked for and found nothing; of checks only where the layer keeps the contract, which they wait for."""
    drawn = {finding.case.strategy for finding in findings}
    asked = dict.fromkeys(task.case.strategy for task in job.tasks if not task.case.values)
    yield from ((name, STRATEGIES[name].lacking) for name in asked if name not in drawn)
    kept = all(one.verdict.severity < Verdict.ERROR.severity for one in findings if one.check in (CONTRACT, PROCESS))
    if findings and kept:
        made = {finding.check for finding in findings}
        checks = select_checks(job.tasks[0].checks)
        quick = all(task.case.budget == QUICK for task in job.tasks)
        why = {check: f"budget {QUICK}" if quick and check.at_length else check.lacking for check in checks}
        yield from ((check.name, why[check]) for check in checks if check.name not in made)


def _is_to_be_diagnosed(findings: Sequence[Finding]) -> bool:
    """Whether something fails, and the layer costs no process its life: such a one is not asked again."""
    fails = any(finding.verdict is Verdict.FAIL for finding in findings)
    return fails and not any(finding.check == PROCESS for finding in findings)


def _diagnose(job: Job, judged: Sequence[Judgement], replies: Replies) -> tuple[tuple[Finding, ...], float]:
    """The findings about a layer, those that fail with what is wrong, and the seconds that it took to say so."""
    known = tuple(one.findings for one in judged)
    name = f"{job.number}.diagnosis of {len(job.tasks)}"
    task = Diagnose(name, job.tasks[0].address, job.tasks, known)
    replies.executor.submit([task], first=True)
    reply = replies.to(task)
    replies.forget([task])
    match reply.result:
        case Diagnoses(sentences):
            told = zip(task.findings, sentences, strict=True)
            return tuple(replace(finding, diagnosis=sentence) for finding, sentence in told), reply.seconds
        case _:
            return task.findings, reply.seconds


def _judgement(task: JudgeCase, reply: Reply) -> Judgement:
    """What came of a case; a process that did not live is an error there.

    Raises
    ------
    UsageError
        When the case is none of the layer's.
    """
    match reply.result:
        case Judgement() as judgement:
            return judgement
        case NoResult("usage", sentence):
            raise UsageError(sentence)
        case NoResult(_, sentence):
            pass
        case other:
            sentence = f"answered with {type(other).__name__}"
    return Judgement((Finding(PROCESS, Verdict.ERROR, task.case, fault=stated(sentence)),))

"""`aisearch logs`: the log of a job, or of several instances as one stream; with -f as it grows.

The lines come from the log tail that the console has, with its order, its pace and its end; nothing here polls.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

from tui.commands.exit_codes import FAILED
from tui.commands.log_printer import LogPrinter
from tui.commands.one import jobs_of, the_job
from tui.commands.refs import instance, instances
from tui.commands.session import Invocation
from tui.commands.values import seconds
from tui.contract import Priority
from tui.errors import AppError, UsageError
from tui.explain import slugs
from tui.logtail import Change, Clock, FullLog, LineKind, LogLine, LogScan, LogTail, Window
from tui.logtail.poll_delay import PollDelay
from tui.logtail.severity import Severity
from tui.models import Instance, InstanceKey, Job, job_state
from tui.polling import Intervals
from tui.polling.log_source import live_source, patient_source
from tui.polling.loop import Loop

ROOM = 20_000
"""Lines that are held while the last ones are looked for; for more the whole log is read."""


async def run(call: Invocation) -> int:
    """Print the log of the newest job, or of the job that is named; or follow those of all instances."""
    targets, job = await _targets(call)
    logs = [_Log(call, one.key, several=len(targets) > 1) for one in targets]
    codes = await asyncio.gather(*(log.run(job) for log in logs))
    return call.finish(max(codes))


async def _targets(call: Invocation) -> tuple[tuple[Instance, ...], str]:
    """The instances, and the job of the only one if the last word names one. Raises UsageError."""
    refs = call.flag("refs")
    if len(refs) != 2:
        return await instances(call, refs), ""
    first = await instance(call, refs[0])
    try:
        return (first, await instance(call, refs[1])), ""
    except UsageError:
        return (first,), refs[1]


class _Log:
    """The log of one instance: which job, from where, until when."""

    def __init__(self, call: Invocation, key: InstanceKey, *, several: bool) -> None:
        self._call = call
        self._key = key
        self._api = call.service.api.using(Priority.USER)
        self._printer = LogPrinter(call.out, key, several=several, times=bool(call.flag("timestamps")))
        self._tail = call.flag("tail")
        since = call.flag("since")
        self._since = call.now - seconds(since, "--since") if since else None
        self._follows = bool(call.flag("follow") or call.flag("forever"))

    async def run(self, name: str) -> int:
        """Print; 1 when there is no log. One of several that cannot be read is named, and the others go on."""
        try:
            job = await self._first_job(name)
            if job is None:
                self._call.out.problem(f"{self._key} never had a job")
                return FAILED
            while True:
                await (self._follow(job) if self._follows else self._whole(job))
                if not self._call.flag("forever"):
                    return 0
                job = await self._next_job(job)
                self._tail = self._since = None  # of the next one every line is new
        except UsageError:
            raise
        except AppError as error:
            self._call.failed(f"log of {self._key}", error)
            return 0

    async def _first_job(self, name: str) -> Job | None:
        jobs = await jobs_of(self._call, self._key)
        if name:
            return the_job(jobs, name, self._key)
        if not jobs and self._call.flag("forever"):
            return await self._next_job(None)
        return jobs[0] if jobs else None

    async def _next_job(self, job: Job | None) -> Job:
        """The job that starts after this one, looked for at the pace of the console's list of jobs."""
        self._call.out.note(f"{self._key}: waiting for its next job")
        newest = job

        async def look() -> None:
            nonlocal newest
            newest = next(iter(await jobs_of(self._call, self._key)), None)

        loop = Loop(look, lambda: Intervals().jobs, self._late)
        while newest is None or (job and newest.id == job.id):
            await self._call.wait(asyncio.Event(), await loop.turn())
        return newest

    def _late(self, error: AppError, delay: float) -> None:
        self._call.out.note(f"{self._key}: {error}; again in {delay:.0f} s")

    # what passes

    def _passes(self, line: LogLine) -> bool:
        if line.kind is LineKind.SEPARATOR:
            return False
        if self._call.flag("errors") and line.severity < Severity.ERROR:
            return False
        return self._since is None or line.time_s is None or line.time_s >= self._since

    @property
    def _picks(self) -> bool:
        return self._since is not None or bool(self._call.flag("errors"))

    def _enough(self, lines: Sequence[LogLine]) -> bool:
        """Whether the last lines of the log that were asked for are among these."""
        if self._since is not None and lines and (lines[0].time_s or self._since) < self._since:
            return True
        return self._tail is not None and sum(map(self._passes, lines)) >= self._tail

    def _print(self, job: Job, lines: Sequence[LogLine]) -> None:
        self._printer.lines(job, [one for one in lines if self._passes(one)] if self._picks else lines)

    # the two ways

    async def _whole(self, job: Job) -> None:
        """Everything that was asked for, up to the end that the log has now."""
        log = self._full(job)
        if self._tail == 0:
            return
        if (self._tail is not None or self._since is not None) and await log.last(self._enough):
            lines = [one for one in log.lines if self._passes(one)]
            self._print(job, lines if self._tail is None else lines[-self._tail :])
            return
        kept: deque[LogLine] = deque(maxlen=self._tail)
        async for batch in log.batches():
            if self._tail is None:
                self._print(job, batch)
            else:
                kept.extend(one for one in batch if self._passes(one))
        self._print(job, tuple(kept))

    def _full(self, job: Job) -> FullLog:
        room = ROOM if self._tail is not None or self._since is not None else 2_000
        source = patient_source(self._api, self._key, job.id, self._call.wait, self._waiting)
        graded = self._call.flag("errors") or self._call.out.terminal
        return FullLog(source, slugs() if graded else None, room)

    def _waiting(self, left: float) -> None:
        if left:
            self._call.out.note(f"{self._key}: the request budget is used up: waiting {left:.0f} s")

    async def _follow(self, job: Job) -> None:
        """What was asked for of the log so far, then line after line until the job has ended."""
        clock = Clock(time.monotonic, self._call.service.clock)
        tail = LogTail(live_source(self._api, self._key, job.id), clock=clock, slugs=slugs())
        scan, behind = await self._begun(job, tail)
        told = ""
        while True:
            delay = await tail.step()
            if behind.is_set():
                behind.clear()
                await scan.catch_up()
            error = str(tail.error) if tail.error else ""
            if error and error != told:
                self._late(AppError(error), delay)
            told = error
            if tail.badge.word == "ENDED":
                break
            await self._call.wait(asyncio.Event(), delay)
        scan.close()
        if tail.error:
            raise tail.error
        state = job_state(tail.job, self._call.now) if tail.job else "ended"
        self._call.out.note(f"{self._key} job {job.id[:8]} has ended: {state}")

    async def _begun(self, job: Job, tail: LogTail) -> tuple[LogScan, asyncio.Event]:
        """A scan that has printed what was asked for of the log so far. What fails before that is tried again."""
        pace = PollDelay()
        while True:
            behind = asyncio.Event()
            scan = LogScan(tail, self._full(job), self._passes, Window(ROOM))
            scan.behind = behind.set
            first = self._first_lines(job, scan)
            try:
                await first()
                return scan, behind
            except AppError as error:
                scan.close()
                if not error.retryable or scan.found:
                    raise
                pace.failed(error)
                self._late(error, pace.delay)
                await self._call.wait(asyncio.Event(), pace.delay)

    def _first_lines(self, job: Job, scan: LogScan) -> Callable[[], asyncio.Future[None]]:
        """What reads the first lines through `scan`; from then on each one is printed when it comes."""
        kept: deque[LogLine] = deque(maxlen=self._tail)
        begun = self._tail is None

        def changed(change: Change) -> None:
            if not change.appended:
                return
            new = scan.lines[-change.appended :]
            self._printer.lines(job, new) if begun else kept.extend(new)

        async def read() -> None:
            nonlocal begun
            some = self._tail is not None or self._since is not None
            if not (some and await scan.run_last(self._enough)):
                await scan.run(lambda read, total: None)
            self._printer.lines(job, tuple(kept))
            begun = True

        scan.subscribe(changed)
        return lambda: asyncio.ensure_future(read())

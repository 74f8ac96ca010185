"""The followed and the saved log, line by line against the server's truth: 200 jobs, each with its own ways."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.logtail.server import FakeClock, LogServer, fault
from tui.errors import AppError
from tui.logtail import Clock, FullLog, LogLine, LogTail, Window
from tui.logtail.lines import Change

RUNS = 200
LONGEST = 900
"""Lines of a log at most."""


def server_of(chance: random.Random) -> LogServer:
    """A server with ways of its own: order, totals, page sizes, what it says of a log without lines."""
    clamp = chance.choice((5, 20, 50, 100, 1000))
    return LogServer(
        descending=chance.random() < 0.5,
        totals=chance.random() < 0.5,
        told_size=chance.random() < 0.5,
        clamp=clamp,
        rejects=clamp >= 20 and chance.random() < 0.3,
        absent=chance.random() < 0.3,
    )


class JobRun:
    """A job that writes at a random rate, also between two pages of one read, while some requests fail."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.server = server_of(self.chance)
        self.server.meddle = self._between_two_requests
        self.rate = self.chance.choice((0.0, 0.5, 3.0, 20.0))
        self.faults = self.chance.choice((0.0, 0.02, 0.2 if self.server.clamp >= 50 else 0.05))
        self.shifting = self.chance.random() < 0.7
        self.gap = self.chance.choice((1, 1, 3))
        self.write(self.chance.choice((0, 1, 7, 99, 333)))

    def write(self, count: int) -> None:
        room = LONGEST - len(self.server.lines)
        if not self.server.ended_at and room > 0:
            self.server.write(min(count, room), gap=self.gap)

    def _between_two_requests(self) -> None:
        if self.shifting and self.chance.random() < 0.3:
            self.write(self.chance.randrange(4))
        if self.chance.random() < self.faults and not self.server.failures:
            self.server.failures = [fault()]

    def go_on(self, seconds: float) -> None:
        """Time passes, and the job writes."""
        self.write(round(self.chance.uniform(0, 2 * self.rate) * seconds))

    def end(self) -> None:
        self.server.ended_at, self.server.end_reason = "2026-03-01T00:01:00Z", "completed"

    @property
    def truth(self) -> list[tuple[int, str]]:
        return [(line.id, f"line {line.id}") for line in self.server.lines]


def told(lines: Sequence[LogLine]) -> list[tuple[int, str]]:
    return [(line.id, line.text) for line in lines]


class Transcript:
    """What a listener of a tail writes down: a new part where the tail says that it shows another stretch.

    It says so by a reset, or by letting go of all that it had: a page was full of news, and there may be a gap.
    """

    def __init__(self, tail: LogTail) -> None:
        self.tail = tail
        self.parts: list[list[tuple[int, str]]] = [[]]
        tail.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        lines = told(self.tail.lines)
        if change.reset or len(lines) <= change.appended:
            self.parts.append(lines)
        elif change.appended:
            assert change.appended <= len(lines), "lines that nobody was shown"
            self.parts[-1] += lines[len(lines) - change.appended :]


async def followed(job: JobRun) -> tuple[LogTail, Transcript]:
    """Follow a job from its first poll until the tail says that it has ended."""
    clock = FakeClock()
    tail = LogTail(job.server.source, clock=Clock(clock.monotonic, clock.epoch), window=Window(5000))
    transcript = Transcript(tail)
    for step in range(400):
        delay = await tail.step()
        if str(tail.badge).startswith("ENDED"):
            return tail, transcript
        clock.now += delay
        job.go_on(min(delay, 5.0))
        if step == 25:
            job.end()
    raise AssertionError(f"it never ends: {tail.badge}")


async def saved(job: JobRun) -> list[tuple[int, str]]:
    """The whole log, from its beginning after a read that failed."""
    for _ in range(60):
        log, got = FullLog(job.server.source), []
        try:
            async for batch in log.batches():
                got += told(batch)
        except AppError:
            continue
        return got
    raise AssertionError("it can never be saved")


@pytest.mark.parametrize("first", range(0, RUNS, 20))
async def test_what_is_followed_and_saved_is_what_the_server_has(first: int) -> None:
    for seed in range(first, first + 20):
        job = JobRun(seed)
        tail, transcript = await followed(job)
        truth = job.truth
        shown = told(tail.lines)
        assert shown == truth[len(truth) - len(shown) :], f"seed {seed}: the window"
        assert bool(shown) is bool(truth), f"seed {seed}"
        places = {line: place for place, line in enumerate(truth)}
        for part in transcript.parts:
            wrong = [line for line in part if line not in places]
            assert not wrong, f"seed {seed}: lines that the server never had"
            begin = places[part[0]] if part else 0
            assert part == truth[begin : begin + len(part)], f"seed {seed}: a line twice, missing, or out of its order"
        assert transcript.parts[-1][-1:] == truth[-1:], f"seed {seed}: the last line"
        job.faults = min(job.faults, 0.3 * job.server.clamp / LONGEST)
        assert await saved(job) == truth, f"seed {seed}: the saved log"


@pytest.mark.parametrize("seed", range(20))
async def test_what_is_saved_while_the_job_writes_is_the_beginning_of_the_truth(seed: int) -> None:
    job = JobRun(1000 + seed)
    job.faults, job.shifting = 0.0, True
    got = await saved(job)
    assert got == job.truth[: len(got)]
    assert len(got) >= min(1, len(job.truth)) or not got

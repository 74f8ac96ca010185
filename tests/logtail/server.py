"""A model of the server's log pages: what the API leaves unknown is a setting here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tui.errors import Refused, ServerFault
from tui.logtail import LogSource
from tui.models import Job, JobLog, Page


@dataclass
class LogServer:
    """Serves `lines` by pages. `meddle` runs before each answer: a job may write while it is being read."""

    descending: bool = False
    totals: bool = True
    told_size: bool = True
    clamp: int = 1000
    rejects: bool = False
    absent: bool = False
    """Before its first line the log is a 404, which the client hands on as an empty page that tells nothing."""
    lines: list[JobLog] = field(default_factory=list)
    ended_at: str | None = None
    end_reason: str | None = None
    requests: list[tuple[int, int]] = field(default_factory=list)
    job_reads: int = 0
    failures: list[Exception] = field(default_factory=list)
    meddle: Callable[[], None] | None = None

    def write(self, count: int, *, gap: int = 1, at: float | None = None) -> None:
        last = self.lines[-1].id if self.lines else 0
        for number in range(1, count + 1):
            line_id = last + number * gap
            self.lines.append(JobLog(id=line_id, created_at=at, message=f"line {line_id}", message_type=0))

    async def fetch(self, page: int, per_page: int) -> Page[JobLog]:
        self.requests.append((page, per_page))
        if self.meddle:
            self.meddle()
        if self.failures:
            raise self.failures.pop()
        if self.rejects and per_page > self.clamp:
            raise Refused("per_page is too large", http=400, code=7001)
        if self.absent and not self.lines:
            return Page((), page=page, per_page=per_page)
        size = min(per_page, self.clamp)
        low, high, count = (page - 1) * size, page * size, len(self.lines)
        items = self.lines[low:high]
        if self.descending:
            items = self.lines[max(0, count - high) : max(0, count - low)][::-1]
        return Page(tuple(items), page, size if self.told_size else None, count if self.totals else None)

    async def job(self) -> Job:
        self.job_reads += 1
        return Job(id="job-1", started_at="2026-03-01T00:00:00Z", ended_at=self.ended_at, end_reason=self.end_reason)

    @property
    def source(self) -> LogSource:
        return LogSource("job-1", self.fetch, self.job)

    @property
    def ids(self) -> list[int]:
        return [line.id for line in self.lines]


def fault() -> ServerFault:
    return ServerFault("The service failed", http=503)


class FakeClock:
    """Both clocks of a tail, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.start = 1_772_323_200.0

    def monotonic(self) -> float:
        return self.now

    def epoch(self) -> float:
        return self.start + self.now

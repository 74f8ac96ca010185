"""Where the log of a job comes from: for a live tail, and for reading all of it without hurry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.contract import Api, Budget
from tui.errors import NotFound, RateLimited
from tui.logtail import LogSource
from tui.models import InstanceKey, Job, JobLog, Page
from tui.waiting import Wait

QUICK = 0.6
"""Part of the request budget up to which a whole log is read as fast as it comes."""
SHARE = 0.5
"""Part of the budget that reading it takes from then on: the rest is for the screen, and for whoever else."""
UNTOLD_WAIT = 15.0
"""Seconds to wait for the request budget where nobody tells how long."""


def live_source(api: Api, key: InstanceKey, job_id: str) -> LogSource:
    """The log as it is read for the screen.

    A log that had lines and has none is gone, NotFound, so that what is shown stays: the API answers 404 for that and
    for a log that was not begun yet (api-facts: Job logs), and the client takes both for an empty list.
    """
    had_lines = False

    async def fetch(page: int, per_page: int) -> Page[JobLog]:
        nonlocal had_lines
        found = await api.job_logs(key, job_id, page=page, per_page=per_page)
        if page == 1 and had_lines and not found.items:
            raise NotFound("The log is gone", f"The API no longer has the lines of job {job_id[:8]}.")
        had_lines = had_lines or bool(found.items)
        return found

    async def job() -> Job:
        return await api.get_job(key, job_id)

    return LogSource(job_id, fetch, job)


def reading_time(requests: int, budget: Budget) -> float:
    """Seconds that so many requests have to wait for the budget, about."""
    return max(0.0, requests - max(0.0, QUICK * budget.limit - budget.used)) * _pace(budget)


def _pace(budget: Budget) -> float:
    """Seconds between two requests once much of the budget is used."""
    return budget.window / max(1.0, SHARE * budget.limit)


def patient_source(api: Api, key: InstanceKey, job_id: str, wait: Wait, waiting: Callable[[float], None]) -> LogSource:
    """The log for reading all of it: quickly at first, then in a pace that leaves room, and waiting for the budget.

    `waiting` is told the seconds of each wait, and 0 when it is over.
    """
    source = live_source(api, key, job_id)

    async def fetch(page: int, per_page: int) -> Page[JobLog]:
        if api.budget.used > QUICK * api.budget.limit:
            await wait(asyncio.Event(), _pace(api.budget))
        while True:
            try:
                return await source.fetch(page, per_page)
            except RateLimited as error:
                seconds = error.retry_after or UNTOLD_WAIT
                waiting(seconds)
                await wait(asyncio.Event(), seconds)
                waiting(0.0)

    return LogSource(job_id, fetch, source.job)

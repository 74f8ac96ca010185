"""Our client against the official SDK and against httpx alone: the same requests, one after the other, in one run.

Two tasks: 200 instances listed (two pages, repeated), and the pages of a long log read. Wall time includes the
server, which is the same for all; CPU is that of this process alone, so it is what a client itself costs. What ours
does beyond httpx: budget, request log, typed models, safe text, retries, time limits.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import httpx
from cloudflare import AsyncCloudflare

from tests.bench.served import ACCOUNT, INSTANCE, TOKEN, serving
from tui.api.client import Client
from tui.models import InstanceKey
from tui.secret import Secret

KEY = InstanceKey("default", INSTANCE)
PER_PAGE = 100
Task = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One contender at one task. `cpu_ms` is per request, in this process."""

    task: str
    contender: str
    requests: int
    rows: int
    per_second: float
    cpu_ms: float


class Ours:
    """`tui.api.client`."""

    def __init__(self, url: str) -> None:
        self.client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url=url)

    async def instances(self, pages: int) -> int:
        """Rows of all pages of the list."""
        rows = 0
        for page in range(1, pages + 1):
            rows += len((await self.client.list_instances("default", page=page, per_page=PER_PAGE)).items)
        return rows

    async def newest_job(self) -> str:
        """The job with the long log."""
        return (await self.client.list_jobs(KEY)).items[0].id

    async def log(self, job: str, page: int) -> int:
        """Lines of one page."""
        return len((await self.client.job_logs(KEY, job, page=page, per_page=PER_PAGE)).items)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()


class Sdk:
    """The official SDK, asynchronous."""

    def __init__(self, url: str) -> None:
        self.client = AsyncCloudflare(api_token=TOKEN, base_url=url)
        self.api = self.client.aisearch.namespaces.instances

    async def instances(self, pages: int) -> int:
        """Rows of all pages of the list."""
        rows = 0
        for page in range(1, pages + 1):
            found = await self.api.list("default", account_id=ACCOUNT, page=page, per_page=PER_PAGE)
            rows += len(found.result)
        return rows

    async def log(self, job: str, page: int) -> int:
        """Lines of one page."""
        found: Any = await self.api.jobs.logs(
            job, account_id=ACCOUNT, name="default", id=INSTANCE, page=page, per_page=PER_PAGE
        )
        return len(found)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()


class Plain:
    """httpx and json, nothing else: the floor."""

    def __init__(self, url: str) -> None:
        self.client = httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"})
        self.base = f"{url}/accounts/{ACCOUNT}/ai-search/namespaces/default/instances"

    async def instances(self, pages: int) -> int:
        """Rows of all pages of the list."""
        rows = 0
        for page in range(1, pages + 1):
            reply = await self.client.get(self.base, params={"page": page, "per_page": PER_PAGE})
            rows += len(reply.json()["result"])
        return rows

    async def log(self, job: str, page: int) -> int:
        """Lines of one page."""
        url = f"{self.base}/{INSTANCE}/jobs/{job}/logs"
        return len((await self.client.get(url, params={"page": page, "per_page": PER_PAGE})).json()["result"])

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()


async def measure(task: str, contender: str, requests: int, work: Task) -> Measured:
    """Run `work`, which makes `requests` requests and gives the number of rows that it saw."""
    began, cpu = time.perf_counter(), time.process_time()
    rows = await work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - began
    return Measured(task, contender, requests, rows, requests / wall, cpu / requests * 1000)


async def contest(url: str, pages: int, rounds: int) -> list[Measured]:
    """Every contender at every task, warmed up."""
    ours, found = Ours(url), []
    job = await ours.newest_job()
    for name, side in (("httpx", Plain(url)), ("aisearch", ours), ("cloudflare SDK", Sdk(url))):
        await side.instances(2)
        await side.log(job, 1)

        async def lists(side: Any = side) -> int:
            return sum([await side.instances(2) for _ in range(rounds)])

        async def logs(side: Any = side) -> int:
            return sum([await side.log(job, page) for page in range(1, pages + 1)])

        found.append(await measure("200 instances", name, 2 * rounds, lists))
        found.append(await measure(f"{pages:,} log pages", name, pages, logs))
        await side.close()
    return sorted(found, key=lambda one: one.task)


def report(found: list[Measured]) -> str:
    """A table, with each contender's CPU as a ratio to httpx alone."""
    floor = {one.task: one.cpu_ms for one in found if one.contender == "httpx"}
    lines = [f"{'task':18}{'client':16}{'requests':>9}{'rows':>9}{'req/s':>8}{'CPU ms/req':>12}{'x httpx':>9}"]
    lines += [
        f"{one.task:18}{one.contender:16}{one.requests:>9,}{one.rows:>9,}{one.per_second:>8.0f}{one.cpu_ms:>12.2f}"
        f"{one.cpu_ms / floor[one.task]:>9.2f}"
        for one in found
    ]
    return "\n".join(lines)


def run(arguments: list[str]) -> int:
    """Entry point; 1 when ours costs more CPU than the SDK, which would be a step back."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench api", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="log pages to read (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=20, help="how often the list is read (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    with serving("--lines", str(options.pages * PER_PAGE)) as url:
        found = asyncio.run(contest(url, options.pages, options.rounds))
    print(json.dumps([asdict(one) for one in found]) if options.json else report(found))
    cpu = {(one.task, one.contender): one.cpu_ms for one in found}
    return int(any(cpu[task, "aisearch"] > cpu[task, "cloudflare SDK"] for task, _ in cpu))

"""Reading a log once through: every line, once, in order, whatever the server's ways."""

from __future__ import annotations

import pytest

from tests.logtail.server import LogServer, fault
from tui.errors import ServerFault
from tui.logtail import FullLog, LogLine, plain


async def read(log: FullLog) -> list[int]:
    return [line.id async for batch in log.batches() for line in batch]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("clamp", [1000, 100, 7])
@pytest.mark.parametrize("count", [0, 1, 100, 1404])
async def test_every_line_once(descending, totals, clamp, count):
    server = LogServer(descending=descending, totals=totals, clamp=clamp, told_size=False)
    server.write(count)
    assert await read(FullLog(server.source)) == server.ids


@pytest.mark.parametrize("descending", [True, False])
async def test_while_the_job_writes(descending):
    server = LogServer(descending=descending, totals=False, clamp=50)
    server.write(2000)
    server.meddle = lambda: server.write(3) if len(server.lines) < 2600 else None
    got = await read(FullLog(server.source))
    assert got == server.ids[: len(got)]
    assert len(got) >= 2000


@pytest.mark.parametrize("descending", [True, False])
async def test_its_cost_is_known_before(descending):
    server = LogServer(clamp=100, descending=descending)
    server.write(5000)
    log = FullLog(server.source)
    assert await log.measure() == 5000
    before = len(server.requests)
    assert len(await read(log)) == 5000
    assert log.whole_cost - 2 <= len(server.requests) - before <= log.whole_cost + 9
    assert log.whole_cost < 60


async def test_a_failure_is_the_caller_s():
    server = LogServer()
    server.write(10)
    server.failures = [fault()]
    with pytest.raises(ServerFault):
        await read(FullLog(server.source))


def test_a_line_as_text():
    assert plain(LogLine(1, 1_700_000_000.0, "indexed a.md")) == "2023-11-14T22:13:20Z indexed a.md"
    assert plain(LogLine(1, None, "indexed a.md")) == "indexed a.md"

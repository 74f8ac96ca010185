"""Matches of a whole log: every one, once and with its number, while the job writes, in bounded memory."""

from __future__ import annotations

import pytest

from tests.logtail.server import FakeClock, LogServer, fault
from tui.errors import ServerFault
from tui.logtail import Clock, FullLog, LogLine, LogScan, LogTail, Window


def nines(line: LogLine) -> bool:
    return line.text.endswith("9")


def world(lines: int, **ways) -> tuple[LogServer, FakeClock, LogTail]:
    server, clock = LogServer(**ways), FakeClock()
    server.write(lines)
    return server, clock, LogTail(server.source, clock=Clock(clock.monotonic, clock.epoch), window=Window(2000))


async def poll(tail: LogTail, clock: FakeClock) -> None:
    clock.now += 11
    await tail.step()


def numbers(sieve: LogScan) -> list[int | None]:
    return [sieve.number(place) for place in range(sieve.first, sieve.newest + 1)]


def nothing(read: int, total: int | None) -> None:
    """Nobody looks at the progress."""


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("totals", [True, False])
async def test_all_matches_of_a_log_that_is_longer_than_memory(descending, totals):
    server, clock, tail = world(9000, descending=descending, totals=totals)
    await tail.step()
    sieve, told = LogScan(tail, FullLog(server.source), nines), []
    await sieve.run(lambda read, total: told.append(read))
    expected = [number for number in range(1, 9001) if number % 10 == 9]
    assert [line.id for line in sieve.lines] == expected
    assert numbers(sieve) == expected
    assert (sieve.read, sieve.found, sieve.lost) == (9000, 900, 0)
    assert told == sorted(told)
    assert told[-1] == 9000
    server.write(30)
    await poll(tail, clock)
    assert numbers(sieve)[-3:] == [9009, 9019, 9029]
    assert sieve.read == 9030


@pytest.mark.parametrize("descending", [True, False])
async def test_while_the_job_writes_and_bursts_nothing_is_missed(descending):
    server, clock, tail = world(5000, descending=descending, clamp=100)
    await tail.step()
    server.meddle = lambda: server.write(7) if len(server.lines) < 7000 else None
    sieve = LogScan(tail, FullLog(server.source), nines)
    await sieve.run(nothing)
    server.meddle = None
    behind = []
    sieve.behind = lambda: behind.append(True)
    server.write(50_000)
    await poll(tail, clock)
    assert behind
    await sieve.catch_up()
    server.write(5)
    await poll(tail, clock)
    assert numbers(sieve) == [number for number in range(1, len(server.lines) + 1) if number % 10 == 9]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("totals", [True, False])
async def test_the_way_back_to_a_line_among_its_neighbours(descending, totals):
    server, clock, tail = world(9000, descending=descending, totals=totals, clamp=100)
    await tail.step()
    sieve = LogScan(tail, FullLog(server.source), nines)
    await sieve.run(nothing)
    server.write(30)
    await poll(tail, clock)
    for number in (9, 2009, 9019):
        tail.following = False
        place = next(at for at in range(sieve.first, sieve.newest + 1) if sieve.number(at) == number)
        before = len(server.requests)
        await tail.to_place(sieve.place_in_tail(place))
        assert len(server.requests) - before <= 2
        assert tail.window.find(number) is not None


async def test_memory_is_bounded_and_says_what_it_lost():
    server, clock, tail = world(9000)
    await tail.step()
    sieve = LogScan(tail, FullLog(server.source), nines, Window(100))
    await sieve.run(nothing)
    assert [line.id for line in sieve.lines] == list(range(8009, 9000, 10))
    assert numbers(sieve)[0] == 8009
    assert (sieve.found, sieve.lost) == (900, 800)
    sieve.following = False
    sieve.window.in_sight = range(sieve.first, sieve.first + 10)
    before = list(sieve.lines)
    server.write(1000)
    await poll(tail, clock)
    assert list(sieve.lines) == before, "nothing moves under a reader"
    assert sieve.found == 1000


async def test_the_next_job_goes_on_below():
    server, clock, tail = world(300)
    await tail.step()
    sieve = LogScan(tail, FullLog(server.source), nines)
    await sieve.run(nothing)
    other = LogServer()
    other.write(40)
    tail.follow_job(other.source, "next job")
    await poll(tail, clock)
    assert numbers(sieve)[-5:] == [299, 9, 19, 29, 39]
    assert sieve.total == 340


async def test_a_failure_keeps_what_was_found():
    server, _, tail = world(9000, clamp=100, descending=False)
    await tail.step()
    sieve = LogScan(tail, FullLog(server.source), nines)

    def fail(read: int, total: int | None) -> None:
        if read == 1000:
            server.failures = [fault()] * 5

    with pytest.raises(ServerFault):
        await sieve.run(fail)
    assert (sieve.read, len(sieve.lines), sieve.complete) == (1000, 100, False)


async def test_closing_ends_a_pass():
    server, _, tail = world(9000)
    await tail.step()
    sieve = LogScan(tail, FullLog(server.source), nines)
    await sieve.run(lambda read, total: sieve.close())
    assert (sieve.read, sieve.complete) == (500, False)
    assert len(server.requests) < 10


async def test_listeners_and_closing():
    server, clock, tail = world(100)
    await tail.step()
    sieve = LogScan(tail, FullLog(server.source), nines)
    await sieve.run(nothing)
    changes = []
    stop = sieve.subscribe(changes.append)
    server.write(10)
    await poll(tail, clock)
    assert [change.appended for change in changes] == [1]
    stop()
    sieve.close()
    server.write(10)
    await poll(tail, clock)
    assert (len(changes), sieve.read) == (1, 110)

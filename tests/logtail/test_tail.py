"""One poll at a time: when a tail asks, what it says of itself, when it stops, and how it goes on."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from tests.logtail.server import FakeClock, LogServer, fault
from tui.errors import NotFound, RateLimited, Refused
from tui.logtail import IDLE, Change, Clock, LineKind, LogTail, Window
from tui.logtail.severity import Severity
from tui.models import Job, JobLog

ENDED = "2026-03-01T00:00:00Z"


def world(lines: int = 50, **ways) -> tuple[LogServer, FakeClock, LogTail]:
    server, clock = LogServer(**ways), FakeClock()
    server.write(lines)
    return server, clock, LogTail(server.source, clock=Clock(clock.monotonic, clock.epoch))


async def settle(tail: LogTail, clock: FakeClock, seconds: float) -> list[float]:
    """Drive the tail as its owner does for so long; the delays it asked for."""
    delays, until = [], clock.now + seconds
    while clock.now < until:
        delays.append(await tail.step())
        clock.now += delays[-1]
    return delays


# requests


@pytest.mark.parametrize("ways", [{}, {"clamp": 100}, {"descending": True}, {"descending": True, "totals": False}])
async def test_a_million_lines_open_within_three_requests(ways):
    server, _, tail = world(1_000_000, **ways)
    await tail.step()
    assert tail.lines[-1].id == 1_000_000
    assert len(tail.lines) >= 100
    assert len(server.requests) <= 3


@pytest.mark.parametrize("clamp", [1000, 100, 20])
@pytest.mark.parametrize("told_size", [True, False])
async def test_without_totals_the_end_is_found_in_about_two_log_two_of_the_pages(clamp, told_size):
    server, _, tail = world(1_000_000, totals=False, clamp=clamp, told_size=told_size)
    await tail.step()
    assert tail.lines[-1].id == 1_000_000
    pages = 1_000_000 / min(clamp, 500)
    assert len(server.requests) <= 2 * math.log2(pages) + 3


@pytest.mark.parametrize("descending", [True, False])
async def test_following_costs_one_request_a_poll(descending):
    server, clock, tail = world(5000, descending=descending)
    await tail.step()
    before = len(server.requests)
    for _ in range(100):
        clock.now += 1
        server.write(3)
        await tail.step()
    assert tail.lines[-1].id == 5300
    assert len(server.requests) == before + 100
    assert server.job_reads == 1


async def test_a_page_size_that_nobody_told_is_found_out_while_following():
    server, clock, tail = world(5, totals=False, told_size=False, clamp=40)
    await tail.step()
    for _ in range(60):
        before = len(server.requests)
        server.write(2)
        clock.now += 11
        await tail.step()
        assert len(server.requests) - before <= 3
    await settle(tail, clock, 30)
    assert [line.id for line in tail.lines] == server.ids


async def test_a_burst_is_caught_up_within_one_poll():
    server, clock, tail = world(100, descending=True, totals=False, clamp=50)
    await tail.step()
    server.write(230)
    clock.now += 1
    await tail.step()
    assert [line.id for line in tail.lines] == server.ids


async def test_a_page_size_that_is_refused_is_asked_for_smaller():
    server, _, tail = world(300, rejects=True, clamp=100)
    await tail.step()
    assert [size for _, size in server.requests] == [500, 100, 100]
    assert tail.lines[-1].id == 300


async def test_any_other_refusal_is_told():
    _server, _, tail = world(300, rejects=True, clamp=10)
    await tail.step()
    assert isinstance(tail.error, Refused)


@pytest.mark.parametrize("descending", [True, False])
async def test_the_window_is_moved_by_single_pages(descending):
    server, _, tail = world(100_000, descending=descending, totals=False)
    await tail.step()
    for move in (tail.older, tail.older, tail.older):
        before = len(server.requests)
        await move()
        assert len(server.requests) == before + 1
    assert tail.lines[0].id <= 100_000 - 1500


@pytest.mark.parametrize("descending", [True, False])
async def test_the_order_is_found_though_a_burst_falls_between_the_first_two_pages(descending):
    server, clock, tail = world(1, descending=descending, totals=False, clamp=20)
    server.meddle = lambda: server.write(60) if server.requests[-1][0] == 2 and len(server.lines) < 60 else None
    await tail.step()
    await settle(tail, clock, 5)
    assert tail.lines[-1].id == 61
    while not tail.first_known:
        await tail.older()
    assert [line.id for line in tail.lines] == server.ids


# cadence and badge


async def test_polls_every_second_while_lines_come_and_every_ten_when_quiet():
    server, clock, tail = world()
    assert await tail.step() == 1
    assert str(tail.badge) == "LIVE 1s"
    delays = await settle(tail, clock, 40)
    assert delays == sorted(delays)
    assert delays[-1] == 10
    assert str(tail.badge) == "QUIET 10s"
    server.write(1)
    clock.now += 10
    assert await tail.step() == 1
    assert str(tail.badge) == "LIVE 1s"


async def test_a_step_that_is_not_due_asks_nothing():
    server, clock, tail = world()
    await tail.step()
    before = len(server.requests)
    clock.now += 0.4
    assert await tail.step() == pytest.approx(0.6)
    assert len(server.requests) == before


async def test_an_hour_of_silence_is_cheap_and_says_so():
    server, clock, tail = world()
    server.lines[-1] = JobLog(id=99, created_at=clock.epoch(), message="the last one")
    await tail.step()
    await settle(tail, clock, 239)
    assert str(tail.badge) == "QUIET 10s"
    await settle(tail, clock, 11)
    assert str(tail.badge) == "STALLED no line for 4m"
    await settle(tail, clock, 3600)
    assert str(tail.badge) == "STALLED no line for 1h"
    assert len(server.requests) < 400


async def test_failures_are_retried_ever_slower_and_shown():
    server, clock, tail = world()
    await tail.step()
    server.failures = [fault() for _ in range(5)]
    badges = []
    for _ in range(5):
        clock.now += 60
        await tail.step()
        badges.append(str(tail.badge))
    assert badges == [f"OFFLINE retry {seconds}s" for seconds in (1, 2, 4, 8, 16)]
    assert tail.error
    clock.now += 16
    await tail.step()
    assert tail.error is None
    assert tail.badge.word != "OFFLINE"


async def test_a_throttled_poll_waits_as_long_as_it_is_told():
    server, clock, tail = world()
    await tail.step()
    server.failures = [RateLimited("Too many requests", retry_after=12)]
    clock.now += 60
    assert await tail.step() == 12
    assert str(tail.badge) == "THROTTLED 12s"


async def test_pausing():
    server, _clock, tail = world()
    woken = []
    tail.wake = lambda: woken.append(1)
    await tail.step()
    tail.pause(True)
    assert str(tail.badge) == "PAUSED"
    assert await tail.step() == IDLE
    server.write(1)
    tail.pause(False)
    assert woken
    await tail.step()
    assert tail.lines[-1].id == 51


# the end of the job


async def test_stops_after_the_last_lines_of_an_ended_job():
    server, clock, tail = world()
    await tail.step()
    server.write(5)
    server.ended_at, server.end_reason = "2026-03-01T00:00:30Z", "completed"
    clock.now += 31
    await settle(tail, clock, 31)
    assert str(tail.badge) == "ENDED completed"
    assert tail.lines[-1].id == 55
    before = len(server.requests)
    assert await tail.step() == IDLE
    assert len(server.requests) == before


async def test_a_job_that_ended_long_ago_is_read_once():
    server, clock, tail = world(ended_at=ENDED, end_reason="cancelled by user")
    clock.now = 1000
    tail.poll_now()
    await tail.step()
    assert str(tail.badge) == "ENDED cancelled by user"
    assert tail.badge.level == "warning"
    assert len(server.requests) == 1


async def test_a_long_end_reason_is_cut_to_fit_the_title():
    _, clock, tail = world(1, ended_at=ENDED, end_reason="it went wrong\n" * 20)
    clock.now = 1000
    tail.poll_now()
    await tail.step()
    assert str(tail.badge) == "ENDED it went wrong⏎it went wrong⏎it went wro…"


async def test_a_line_written_with_the_end_is_not_missed():
    server, clock, tail = world()
    await tail.step()
    server.ended_at = "2026-03-01T00:00:10Z"
    clock.now = 10.5
    await tail.step()
    server.write(1)
    await settle(tail, clock, 10)
    assert tail.badge.word == "ENDED"
    assert tail.lines[-1].id == 51


async def test_the_next_job_goes_on_below_a_separator():
    _server, clock, tail = world(30)
    await tail.step()
    next_server = LogServer(descending=True)
    changes: list[Change] = []
    tail.subscribe(changes.append)
    tail.follow_job(next_server.source, "next job 2991af7c")
    await tail.step()
    assert len(tail.lines) == 31
    assert tail.lines[-1].kind is LineKind.SEPARATOR
    first = tail.first
    next_server.write(8)
    clock.now += 2
    await tail.step()
    assert [line.id for line in tail.lines[-8:]] == list(range(1, 9))
    assert tail.lines[0].id == 1
    assert tail.first == first
    assert tail.number(tail.first + 31) == 1
    assert sum(change.appended for change in changes) == 9


async def test_a_long_next_job_opens_at_its_end_and_the_old_one_is_above_its_start():
    _, _clock, tail = world(30)
    await tail.step()
    next_server = LogServer(descending=True, clamp=100)
    next_server.write(950)
    tail.follow_job(next_server.source, "next job")
    await tail.step()
    assert tail.lines[-1].id == 950
    while not tail.first_known:
        await tail.older()
    assert [line.id for line in tail.lines if line.kind is LineKind.LINE] == [*range(1, 31), *range(1, 951)]


# odd servers


async def test_waits_for_the_first_line():
    server, clock, tail = world(0)
    await settle(tail, clock, 30)
    assert len(tail.lines) == 0
    server.write(4)
    await settle(tail, clock, 11)
    assert len(tail.lines) == 4


async def test_a_job_that_is_gone_has_ended_but_is_looked_for_a_while():
    server, clock, tail = world(40)
    await tail.step()
    server.failures = [NotFound("No such job")] * 3
    await settle(tail, clock, 3)
    assert (str(tail.badge), tail.error.title) == ("ENDED job is gone", "No such job")
    await settle(tail, clock, 30)
    assert tail.badge.word in ("LIVE", "QUIET"), "a new job may not be known everywhere at once"
    server.failures = [NotFound("No such job")] * 1000
    delays = await settle(tail, clock, 300)
    assert delays[-1] == IDLE
    assert str(tail.badge) == "ENDED job is gone"
    assert len(tail.lines) == 40
    server.failures = []
    tail.poll_now()
    await tail.step()
    assert tail.error is None


async def test_an_empty_log_of_a_job_that_is_gone():
    _server, clock, tail = world(0)

    async def gone() -> Job:
        raise NotFound("No such job")

    tail.source = replace(tail.source, job=gone)
    delays = await settle(tail, clock, 300)
    assert delays[-1] == IDLE
    assert (str(tail.badge), tail.error.title) == ("ENDED job is gone", "No such job")


@pytest.mark.parametrize("descending", [True, False])
async def test_a_server_that_ignores_the_page_number_is_read_once(descending):
    server, clock, tail = world(30, totals=False, told_size=False, descending=descending)
    plain = server.fetch

    async def always_the_same(page: int, per_page: int):
        assert len(server.requests) < 60, "endless"
        return await plain(1, per_page)

    server.fetch = always_the_same
    tail = LogTail(server.source, clock=Clock(clock.monotonic, clock.epoch))
    await tail.step()
    await tail.older()
    await settle(tail, clock, 20)
    assert [line.id for line in tail.lines] == server.ids


@pytest.mark.parametrize("descending", [True, False])
async def test_malformed_lines_without_an_id_keep_their_place(descending):
    server, _clock, tail = world(0, descending=descending, clamp=10)
    for number in range(1, 41):
        broken = number % 5 == 0
        server.lines.append(
            JobLog(id=0 if broken else number, message=f"text {number}", problem="malformed: id" if broken else "")
        )
    await tail.step()
    while not tail.first_known:
        await tail.older()
    assert [line.text for line in tail.lines] == [f"text {number}" for number in range(1, 41)]


async def test_lines_are_made_ready_to_show():
    server, _, tail = world(0)
    server.lines.append(JobLog(id=1, created_at=1_700_000_000_000, message="a\tb\nc: invalid_pdf", message_type=7))
    await tail.step()
    line = tail.lines[0]
    assert (line.text, line.time_s, line.type) == ("a b⏎c: invalid_pdf", 1_700_000_000, 7)
    assert line.severity is Severity.ERROR


async def test_listeners_hear_one_change_a_poll():
    server, clock, tail = world(10)
    changes: list[Change] = []
    stop = tail.subscribe(changes.append)
    await tail.step()
    server.write(20)
    clock.now += 1
    await tail.step()
    assert [change.appended for change in changes] == [10, 20]
    stop()
    server.write(1)
    clock.now += 1
    await tail.step()
    assert len(changes) == 2


async def test_long_lines_bound_the_window_too():
    server, clock, _ = world(0)
    for number in range(1, 2001):
        server.lines.append(JobLog(id=number, message="x" * 5000))
    tail = LogTail(server.source, clock=Clock(clock.monotonic, clock.epoch), window=Window(max_chars=3_000_000))
    await tail.step()
    for _ in range(10):
        await tail.older()
    assert sum(len(line.text) for line in tail.lines) <= 3_000_000 + 500 * 5000


async def test_the_tail_of_an_unfinished_job_has_no_end_reason():
    _, _, tail = world()
    await tail.step()
    assert isinstance(tail.job, Job)
    assert tail.job.ended_at is None


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("totals", [True, False])
async def test_a_tail_that_is_held_away_from_the_end_still_says_that_lines_come(descending, totals):
    server, clock, tail = world(4000, descending=descending, totals=totals, clamp=100)
    await tail.step()
    tail.following = False
    await tail.to_start()
    assert not tail.at_end
    for _ in range(400):  # seconds, more than a silence takes to be a stall
        server.write(3)
        clock.now += 1
        await tail.step()
    assert str(tail.badge) == "LIVE 1s"
    before = len(server.requests)
    await settle(tail, clock, 300)
    assert tail.badge.word == "STALLED", "when they stop it is as quiet as ever"
    assert len(server.requests) - before < 45


@pytest.mark.parametrize("descending", [True, False])
async def test_what_comes_is_taken_in_below_a_reader_who_loads_older_pages(descending):
    server, clock, tail = world(4000, descending=descending, clamp=100)
    await tail.step()
    tail.following = False
    for _ in range(5):
        server.write(5)  # the page that is read shows that there are more lines by now
        await tail.older()
        clock.now += 1
        before = len(server.requests)
        await tail.step()
        assert len(server.requests) - before <= 2
        assert tail.at_end
    assert tail.lines[-1].id == server.ids[-1]

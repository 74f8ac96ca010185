"""Going to a line, a share and a time of a log: where it lands, and how many requests it takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.logtail.server import FakeClock, LogServer
from tui.errors import UsageError
from tui.logtail import Clock, LogTail
from tui.logtail.goto import Landing, at_line, at_share, at_time, line_number, moment, place_in_memory, share
from tui.models import JobLog

START = 1_772_323_200.0
"""2026-03-01, 00:00 UTC."""


def server(count: int, *, descending: bool, totals: bool, pace: float = 1.0) -> LogServer:
    """A log with a line each `pace` seconds."""
    made = LogServer(descending=descending, totals=totals)
    made.lines = [
        JobLog(id=n, created_at=START + n * pace, message=f"line {n}", message_type=0) for n in range(1, count + 1)
    ]
    return made


async def opened(made: LogServer) -> LogTail:
    clock = FakeClock()
    tail = LogTail(made.source, clock=Clock(clock.monotonic, clock.epoch))
    await tail.step()
    made.requests.clear()
    return tail


async def text_at(tail: LogTail, landing: Landing) -> str:
    assert landing.place is not None
    await tail.to_place(landing.place)
    place = place_in_memory(tail, landing)
    return tail.lines[place - tail.first].text


KINDS = [(False, True), (True, True), (True, False), (False, False)]
IDS = ["ascending", "descending", "descending without totals", "ascending without totals"]


@pytest.mark.parametrize(("descending", "totals"), KINDS, ids=IDS)
async def test_a_million_lines_take_few_requests(descending: bool, totals: bool) -> None:
    made = server(1_000_000, descending=descending, totals=totals)
    tail = await opened(made)
    most = 14 if totals else 14 + 40
    for wanted in (12_345, 1, 999_999, 500_000):
        made.requests.clear()
        assert await text_at(tail, await at_line(tail, wanted)) == f"line {wanted}"
        assert len(made.requests) <= (4 if totals else 44), wanted
    for wanted in (12_345, 2, 999_000):
        made.requests.clear()
        landing = await at_time(tail, lambda newest, at=START + wanted: at)
        assert await text_at(tail, landing) == f"line {wanted}"
        assert landing.beyond == 0
        assert len(made.requests) <= most
    made.requests.clear()
    assert await text_at(tail, await at_share(tail, 0.5)) in ("line 500000", "line 500001")
    assert len(made.requests) <= (4 if totals else 44)


@pytest.mark.parametrize(("descending", "totals"), KINDS, ids=IDS)
async def test_out_of_range_lands_at_the_nearer_end_and_says_so(descending: bool, totals: bool) -> None:
    tail = await opened(server(3_000, descending=descending, totals=totals))
    far = await at_line(tail, 9_999)
    assert (await text_at(tail, far), far.beyond) == ("line 3000", 1)
    late = await at_time(tail, lambda newest: newest + 60)
    assert (await text_at(tail, late), late.beyond) == ("line 3000", 1)
    early = await at_time(tail, lambda newest: START - 60)
    assert (await text_at(tail, early), early.beyond) == ("line 1", -1)


async def test_an_empty_log_has_no_place() -> None:
    tail = await opened(LogServer())
    assert (await at_line(tail, 1)).place is None
    assert (await at_time(tail, lambda newest: newest)).place is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=60),
    st.integers(-100, 5_000),
    st.booleans(),
    st.integers(2, 9),
)
async def test_whatever_the_pace_it_is_the_first_line_at_or_after(
    steps: list[int], wanted: int, descending: bool, size: int
) -> None:
    """Bursts, silences and equal times; pages of few lines."""
    made = LogServer(descending=descending, clamp=size)
    at = START
    for number, step in enumerate(steps, 1):
        at += step
        made.lines.append(JobLog(id=number, created_at=at, message=str(number), message_type=0))
    tail = await opened(made)
    landing = await at_time(tail, lambda newest: START + wanted)
    expected = next((line.message for line in made.lines if line.created_at >= START + wanted), made.lines[-1].message)
    assert await text_at(tail, landing) == expected


@pytest.mark.parametrize(
    ("text", "newest", "expected"),
    [
        ("14:05", "2026-03-01 15:00:00", "2026-03-01 14:05:00"),
        ("14:05:30", "2026-03-01 15:00:00", "2026-03-01 14:05:30"),
        ("23:50", "2026-03-01 02:00:00", "2026-02-28 23:50:00"),
        ("2026-02-27", "2026-03-01 15:00:00", "2026-02-27 00:00:00"),
        ("2026-02-27 9:07", "2026-03-01 15:00:00", "2026-02-27 09:07:00"),
        ("02-27 14:05", "2026-03-01 15:00:00", "2026-02-27 14:05:00"),
        ("2026-02-27T14:05:00Z", "2026-03-01 15:00:00", "2026-02-27 14:05:00"),
        ("14:05 2026-02-27", "2026-03-01 15:00:00", "2026-02-27 14:05:00"),
    ],
)
def test_a_time_is_read_as_an_operator_types_it(text: str, newest: str, expected: str) -> None:
    at = moment(text).epoch(datetime.fromisoformat(f"{newest}+00:00").timestamp(), UTC)
    assert f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}" == expected


@pytest.mark.parametrize("text", ["", "noon", "25:00", "14:05 14:06", "2026-13-01", "14", "14:5x"])
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        moment(text)


def test_a_day_that_the_year_has_not_is_said() -> None:
    with pytest.raises(UsageError, match="02-29"):
        moment("02-29").epoch(START, UTC)


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("12,345", 12_345), ("1_000", 1_000)])
def test_a_line_number(text: str, number: int) -> None:
    assert line_number(text) == number


@pytest.mark.parametrize("text", ["", "0", "-3", "1.5", "x", "9" * 20, "٣"])
def test_what_is_no_line_number(text: str) -> None:
    with pytest.raises(UsageError):
        line_number(text)


@pytest.mark.parametrize(("text", "part"), [("0%", 0), ("50%", 0.5), ("12.5 %", 0.125), ("100%", 1)])
def test_a_share(text: str, part: float) -> None:
    assert share(text) == part


@pytest.mark.parametrize("text", ["", "%", "101%", "x%", "-1%", "1.2.3%"])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(UsageError):
        share(text)

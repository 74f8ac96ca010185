"""The server's time, learned from Date headers."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from tui.api.server_clock import ServerClock

NOW = 1_790_000_000.0


def clock(fast: float) -> ServerClock:
    """The clock of a machine that is so many seconds fast."""
    return ServerClock(lambda: NOW + fast)


def date(at: float = NOW, **more: str) -> dict[str, str]:
    return {"date": formatdate(at, usegmt=True), **more}


@pytest.mark.parametrize("fast", [300.0, -3600.0, 61.0, -10.0])
def test_the_first_reply_is_believed(fast: float) -> None:
    here = clock(fast)
    here.learn(date())
    assert abs(here() - NOW) < 2
    assert abs(here.offset + fast) < 2


@pytest.mark.parametrize("fast", [0.0, 0.9, -1.4])
def test_a_second_is_no_difference(fast: float) -> None:
    here = clock(fast)
    here.learn(date())
    assert here.offset == 0


def test_one_reply_of_another_clock_changes_nothing_and_two_do() -> None:
    here = clock(0)
    here.learn(date())
    here.learn(date(NOW + 500))
    assert here.offset == 0
    here.learn(date())
    here.learn(date(NOW + 500))
    assert here.offset == 0
    here.learn(date(NOW + 500))
    assert abs(here.offset - 500) < 2


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}, {"date": ""}, date(NOW + 900, age="900")])
def test_what_says_nothing_of_the_time_is_passed_over(headers: dict[str, str]) -> None:
    here = clock(0)
    here.learn(headers)
    assert here.offset == 0

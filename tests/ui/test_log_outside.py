"""Lines outside of the console: ctrl+c there stops the lines, whenever it comes, and never the console."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tui.ui.terminal.dump import _interruptible


@pytest.fixture(autouse=True)
def console_hears() -> Iterator[list[int]]:
    """What reaches the handler of the console, as the event loop has one."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    yield heard
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_while_the_lines_are_written_it_stops_them(console_hears: list[int]) -> None:
    with _interruptible() as stop:
        with pytest.raises(KeyboardInterrupt), stop:
            press()
        press()  # the console is on its way back
    assert console_hears == []
    press()
    assert console_hears == [signal.SIGINT]


def test_before_the_first_line_it_stops_them_too(console_hears: list[int]) -> None:
    with _interruptible() as stop:
        press()
        with pytest.raises(KeyboardInterrupt), stop:
            raise AssertionError("it went on")
    assert console_hears == []

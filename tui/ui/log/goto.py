"""Going to a place of the log: `:line 12345`, `:50%`, `:time 14:05`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tui.errors import AppError
from tui.logtail.goto import Finder, Landed, at_line, at_share, at_time, line_number, moment, place_in_memory, share
from tui.text import count
from tui.ui.desk import Desk
from tui.ui.log.pane import LogPane


def check_line(text: str) -> str:
    """A line number or a percentage in its plain form. Raises UsageError."""
    share(text) if text.strip().endswith("%") else line_number(text)
    return text.strip()


def check_time(text: str) -> str:
    """A time that can be read. Raises UsageError."""
    moment(text)
    return text.strip()


class GoTo:
    """Carries out the commands; says where it landed, in words where that is not what was asked for."""

    def __init__(self, desk: Desk, pane: Callable[[], LogPane], bring_up: Callable[[], None]) -> None:
        """`bring_up` shows and focuses the pane."""
        self.desk = desk
        self._pane = pane
        self._bring_up = bring_up

    def line(self, text: str) -> None:
        """To a line by its number, or to a part of the log in percent."""
        if text.endswith("%"):
            part = share(text)
            self._start(text, lambda log: at_share(log, part))
        else:
            number = line_number(text)
            self._start(f"line {count(number)}", lambda log: at_line(log, number))

    def time(self, text: str) -> None:
        """To the first line at or after a time."""
        wanted, zone = moment(text), UTC if self._pane().body().position.utc else None
        self._start(text, lambda log: at_time(log, lambda newest: wanted.epoch(newest, zone)))

    def _start(self, what: str, finder: Finder) -> None:
        self._bring_up()
        self.desk.say(f"Looking for {what}{self.desk.look.signs.ellipsis}")
        self.desk.start(self._go(what, finder), "log-goto", exclusive=True)

    async def _go(self, what: str, finder: Finder) -> None:
        try:
            found = await _show(self._pane(), finder)
        except AppError:
            self.desk.say("")
            raise
        if found is None:
            self.desk.say("This log has no lines yet.")
        else:
            self.desk.say(landed(what, found, utc=self._pane().body().position.utc))


def landed(what: str, found: Landed, *, utc: bool) -> str:
    """Where a search for a place ended."""
    line, parts = found.line, []
    if found.number is not None:
        parts.append(f"line {count(found.number)}{'' if found.total is None else f' of {count(found.total)}'}")
    if line.time_s is not None:
        shown = datetime.fromtimestamp(line.time_s, UTC if utc else None)
        parts.append(f"{shown:%Y-%m-%d %H:%M:%S}{' UTC' if utc else ''}")
    place = ", ".join(parts)
    if found.landing.beyond:
        return f"The log {'ends before' if found.landing.beyond > 0 else 'begins after'} {what}: {place}."
    return f"{place[:1].upper()}{place[1:]}." if what.startswith("line ") else f"{what}: {place}."


async def _show(pane: LogPane, finder: Finder) -> Landed | None:
    """Show what `finder` finds; a filter that hides it is taken off. None in a log without lines. Raises AppError."""
    tail, view = pane.tail, pane.body()
    if tail is None:
        return None
    if pane.scan:
        view.action_follow()
        pane.leave_scan()
    async with tail.lock:
        landing = await finder(tail)
    if landing.place is None:
        return None
    tail.following = False
    await tail.to_place(landing.place)
    place = place_in_memory(tail, landing)
    line = tail.lines[place - tail.first]
    if pane.tail is tail:
        if view.rows.keep and not view.rows.keep.matches(line.text):
            view.set_filter(None)
        view.show_line(place)
        pane.draw()
    return Landed(landing, line, tail.number(place), tail.total)

"""What is said to the operator: in the bottom line, as a toast too where that line is covered or an error is long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.cells import cell_len
from rich.text import Text
from textual.app import App
from textual.screen import Screen

from tui.errors import AppError
from tui.service import Outcome
from tui.state.store import Achieved, Store
from tui.text import middle_cut, one_line, short_paths
from tui.ui.look import Look, look_of
from tui.ui.status_bar import FooterBar

TIMEOUT = 10.0
"""Seconds that an error's toast stays; its text stays in the list of errors."""
SHORT = 8.0
"""Seconds of a toast that stands in for the bottom line."""


class BottomLine:
    """Speaks in the bottom line of the screen on top, or of the one below where a dialog covers it."""

    def __init__(self, screen: Screen[Any], store: Store, now: Callable[[], float]) -> None:
        """`now` gives epoch seconds."""
        self._screen = screen
        self._store = store
        self._now = now
        self._reading = ""
        """The words that say what is being read, while they stand in the line."""

    def say(self, words: str) -> None:
        """Show one line. One that ends in an ellipsis says what is being read: an empty one takes it away."""
        app, bar = self._screen.app, self._bar()
        ellipsis = look_of(app).signs.ellipsis
        if words.endswith(ellipsis):
            self._reading = middle_cut(words, self._room, ellipsis)
            self._show(Text(self._reading))
            return
        if bar and self._reading and bar.message == self._reading:
            bar.clear_message()
        self._reading = ""
        if not words:
            return
        line = short_paths(words, self._room, ellipsis)
        if bar and bar.screen is app.screen and cell_len(line) <= self._room:
            bar.say(line)
        else:  # a dialog covers the line, or the line cannot hold it
            app.notify(words, markup=False, timeout=SHORT)

    def outcome(self, outcome: Outcome) -> None:
        """Show what became of an action until the next key, and keep it where it is certain."""
        if outcome.certain:
            self._store.achieve(Achieved(self._now(), outcome.title, outcome.detail))
        look = look_of(self._screen.app)
        self._show(outcome_line(outcome, self._room, look))
        if self._covered:
            self._screen.app.notify(
                outcome.detail or " ",
                title=outcome.title,
                severity="information" if outcome.certain else "warning",
                timeout=SHORT,
                markup=False,
            )

    def error(self, error: AppError) -> None:
        """Show an error until the next key, and in full as a toast for a while."""
        self._show(error_line(error, self._room, look_of(self._screen.app)))
        report(self._screen.app, error)

    def _show(self, line: Text) -> None:
        if bar := self._bar():
            bar.say(line, stays=True)

    def _bar(self) -> FooterBar | None:
        """The bottom line of the highest screen that has one."""
        found = (screen.query(FooterBar) for screen in reversed(self._screen.app.screen_stack))
        return next((bars.first() for bars in found if bars), None)

    @property
    def _covered(self) -> bool:
        bar = self._bar()
        return bar is None or bar.screen is not self._screen.app.screen

    @property
    def _room(self) -> int:
        """Cells that a message may have, beside the blank at its start and one at the end."""
        return self._screen.size.width - 2


def outcome_line(outcome: Outcome, cells: int, look: Look) -> Text:
    """`● Sync of docs started: job 21694851`; what nobody knows for certain with another sign."""
    sign = ("*" if look.signs.ascii else "●") if outcome.certain else "?"
    return _line(sign, "success" if outcome.certain else "warning", outcome.title, outcome.detail, cells, look)


def error_line(error: AppError, cells: int, look: Look) -> Text:
    """`✗ No such instance: docs is not there any more.`"""
    return _line("x" if look.signs.ascii else "✗", "error", error.title, error.detail, cells, look)


def _line(sign: str, meaning: str, title: str, detail: str, cells: int, look: Look) -> Text:
    """Sign, title and detail. What does not fit loses the middle of its paths, then its end; a key shows all of it."""
    first, *rest = detail.strip().splitlines() or [""]
    words = one_line(f"{title}: {first}" if first else title)
    room, ellipsis = cells - 2, look.signs.ellipsis
    line, more = Text(short_paths(words, room, ellipsis)), f"  {look.key('app.errors')} shows all"
    if rest or line.cell_len > room:
        line = look.cut(line, max(10, room - len(more))).append(more, look.style("muted"))
    return Text.assemble((f"{sign} ", look.style(meaning)), line)


def report(app: App[Any], error: AppError) -> None:
    """Show an error as a toast: title, what happened, what to do next, and its reference."""
    lines = (error.detail, error.hint, error.reference)
    text = "\n".join(line for line in lines if line)
    app.notify(text or error.title, title=error.title, severity="error", timeout=TIMEOUT, markup=False)

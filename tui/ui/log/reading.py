"""The reading part of the log pane: whose log is shown, the title with its badge, and what the view asks for."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.message import Message

from tui.errors import AppError
from tui.logtail import Change, LogScan, LogTail
from tui.polling import Poller
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.log_view.log_view import LogView
from tui.ui.kit.log_view.title import LogTitle
from tui.ui.kit.log_view.words import count, details, empty, note, standing
from tui.ui.kit.pane import Pane


class LogReading(Pane):
    """A tail, or the sieve over it, in the view."""

    TITLE = "Log"

    class Details(Message, namespace="log_pane"):
        """A text about a line or the log, to be shown under `title`."""

        def __init__(self, title: str, text: Text) -> None:
            self.title = title
            self.text = text
            super().__init__()

    class Held(Message, namespace="log_pane"):
        """The reader has left the end, or is there again."""

        def __init__(self, held: bool) -> None:
            self.held = held
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sieve: LogScan | None = None
        self.tail: LogTail | None = None
        self.progress = ""
        """What is being done to the whole log, and how far; empty when nothing is."""
        self.problem = ""
        self._held = False
        self._unsubscribe: Callable[[], None] = lambda: None
        self._loading: set[str] = set()

    def compose(self) -> ComposeResult:
        """Title, log, and the input line, hidden until it is wanted."""
        yield LogTitle(self.TITLE, rule=self.look.signs.rule)
        yield LogView(ascii=self.look.signs.ascii, id="log-view")
        yield FilterBox("")

    def on_mount(self) -> None:
        """Show the empty state."""
        self.draw()

    def on_unmount(self) -> None:
        """Listen no more."""
        self._unsubscribe()

    def body(self) -> LogView:
        """The view."""
        return self.query_one(LogView)

    # the tail

    def listen(self, poller: Poller) -> None:
        """Show whatever this poller tails, from now on."""
        poller.log.changed = self.show_tail
        self.show_tail(poller.log.tail)

    def show_tail(self, tail: LogTail | None) -> None:
        """Show this tail from its end; None shows why there is none."""
        self._unsubscribe()
        self._close_sieve()
        self.tail, self.problem = tail, ""
        self._unsubscribe = tail.subscribe(self._tail_changed) if tail else lambda: None
        if self.is_attached:
            self.body().show_tail(tail)
        self.draw()

    def show_sieve(self, sieve: LogScan) -> None:
        """Show what this sieve finds instead of the tail."""
        self._close_sieve()
        self.sieve = sieve
        self.body().show_tail(sieve)
        self.draw()

    def leave_sieve(self) -> bool:
        """Back to the tail, to the line under the cursor if there is one; False when there was no sieve."""
        sieve, tail, view = self.sieve, self.tail, self.body()
        if sieve is None or tail is None:
            return False
        line, place = view.current_line, view.current
        goal = None if view.position.following or place is None else sieve.place_in_tail(place)
        self._close_sieve()
        if goal is None or line is None:
            view.show_tail(tail)
        else:
            tail.following = False
            self.run_worker(self._go_back(tail, goal, line.id), group="log-pages", description="back")
        return True

    async def _go_back(self, tail: LogTail, place: int, line_id: int) -> None:
        """From a match to the same line among its neighbours, where they can be had."""
        try:
            await tail.to_place(place)
        except AppError as error:
            self.problem = error.title
        if self.tail is tail and self.sieve is None:
            self.body().show_tail(tail)
            found = tail.window.find(line_id)
            if found is not None:
                self.body().show_line(found)
        self.draw()

    def _close_sieve(self) -> None:
        if self.sieve:
            self.sieve.close()
            self.sieve = None

    def _tail_changed(self, change: Change) -> None:
        if change.badge:
            self.draw()

    def show_progress(self, words: str) -> None:
        """Say how far it is; empty when it has ended."""
        if words != self.progress:
            self.progress = words
            self.draw()

    def draw(self) -> None:
        """Title, badge and place of the reader; ages of lines. The tail still speaks while the screen is taken down."""
        if not (self.is_mounted and self.is_attached):
            return
        view, tail = self.body(), self.tail
        view.set_placeholder(empty(tail, self.state.instance, bool(view.position.filter), self.look))
        view.tick()
        if doing := self.problem or self.progress:
            detail = self.look.text(doing, "error" if self.problem else "active")
        else:
            detail = Text(tail.source.job_id[:8] if tail else "")
        title = self.query_one(LogTitle)
        if tail is None:
            title.describe(detail)
            return
        going_on = self.look.key("log.follow") if self.state.next_job else ""
        position = view.position
        words = note(tail.badge, position, self.look, going_on, bool(self.progress))
        title.describe(detail, words, count(position, self.look, bool(going_on)))

    # messages of the view

    def on_log_view_moved(self, event: LogView.Moved) -> None:
        """The reader is somewhere else, or there is more to read."""
        event.stop()
        held = not event.position.following
        if held != self._held:
            self._held = held
            self.post_message(self.Held(held))
        self.draw()

    def on_log_view_need(self, event: LogView.Need) -> None:
        """Move the window; a wish that is being granted is not granted twice."""
        event.stop()
        tail, what = self.tail, event.what
        if tail is None or what in self._loading:
            return
        moves = {"older": tail.older, "newer": tail.newer, "start": tail.to_start, "end": tail.to_end}

        async def load() -> None:
            try:
                await moves[what]()
                self.problem = ""
            except AppError as error:
                self.problem = error.title
            finally:
                self._loading.discard(what)
            self.draw()

        self._loading.add(what)
        self.run_worker(load(), group="log-pages", description=what)

    # more to know

    def on_log_view_opened(self, event: LogView.Opened) -> None:
        """More of a line."""
        event.stop()
        self.post_message(self.Details("Log line", details(event.line, event.number, self.look)))

    def on_click(self, event: events.Click) -> None:
        """A click on the title tells how the log stands."""
        title = self.query_one(LogTitle)
        if event.widget in (title, *title.children):
            self.tell_standing()

    def tell_standing(self) -> None:
        """How the log stands: the badge in words, and what went wrong."""
        if self.tail:
            self.post_message(self.Details("Log", standing(self.tail, self.look)))

"""The log of the selected job: the live view, its badge, search and filter, and its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.worker import WorkType

from tui.actions import Place
from tui.errors import AppError, UsageError
from tui.logtail import Change, LogScan, LogTail
from tui.text import plural
from tui.ui.keys import bindings
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.log_view.log_view import LogView, Matcher, matcher
from tui.ui.log.actions import LogActions
from tui.ui.log.title import LogTitle
from tui.ui.log.whole import WholeLogs
from tui.ui.log.words import counts, details, empty, note, standing
from tui.ui.pane import Pane


class LogPane(Pane):
    """The log, always with the badge that says how the tail stands. One input line for search and filter.

    What is typed acts at once, enter keeps it, esc forgets it.
    """

    TITLE = "Log"
    BINDINGS = bindings(Place.LOG)
    _typing = "search"

    def __init__(self, actions: LogActions, whole: WholeLogs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._actions = actions
        self._whole = whole
        self.scan: LogScan | None = None
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

    def show_tail(self, tail: LogTail | None) -> None:
        """Show this tail from its end; None shows why there is none."""
        self._unsubscribe()
        self._close_scan()
        self.tail, self.problem = tail, ""
        self._unsubscribe = tail.subscribe(self._tail_changed) if tail else lambda: None
        if self.is_attached:
            self.body().show_tail(tail)
        self.draw()

    def show_scan(self, scan: LogScan, sought: Matcher) -> None:
        """Show what this scan of the whole log finds instead of the tail."""
        self.body().set_filter(sought)
        self._close_scan()
        self.scan = scan
        self.body().show_tail(scan)
        self.draw()

    def leave_scan(self) -> bool:
        """Back to the tail, to the line under the cursor if there is one; False when there was no scan."""
        scan, tail, view = self.scan, self.tail, self.body()
        if scan is None or tail is None:
            return False
        line, place = view.current_line, view.place.current
        goal = None if view.position.following or place is None else scan.place_in_tail(place)
        self._close_scan()
        if goal is None or line is None:
            view.show_tail(tail)
        else:
            tail.following = False
            work: WorkType[None] = partial(self._go_back, tail, goal, line.id)
            self.run_worker(work, group="log-pages", description="back")
        return True

    async def _go_back(self, tail: LogTail, place: int, line_id: int) -> None:
        """From a match to the same line among its neighbours, where they can be had."""
        try:
            await tail.to_place(place)
        except AppError as error:
            self.problem = error.title
        if self.tail is tail and self.scan is None:
            self.body().show_tail(tail)
            found = tail.window.find(line_id)
            if found is not None:
                self.body().show_line(found)
        self.draw()

    def _close_scan(self) -> None:
        if self.scan:
            self.scan.close()
            self.scan = None

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
        view.set_placeholder(empty(tail, self.state, bool(view.position.filter), self.look))
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
        unread = tail.error is not None and not position.loaded
        title.describe(detail, words, () if unread else counts(position, self.look, bool(going_on)))

    # messages of the view

    def on_log_view_moved(self, event: LogView.Moved) -> None:
        """The reader is somewhere else, or there is more to read."""
        event.stop()
        held = not event.position.following
        if held != self._held:
            self._held = held
            self._actions.hold(held)
        self.draw()

    def on_log_view_need(self, event: LogView.Need) -> None:
        """Move the window, unless that move is on its way already."""
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
        work: WorkType[None] = load  # not its coroutine: one that is cancelled at once is never awaited
        self.run_worker(work, group="log-pages", description=what)

    # more to know

    def on_log_view_opened(self, event: LogView.Opened) -> None:
        """More of a line."""
        event.stop()
        self._actions.details("Log line", details(event.line, event.number, self.look))

    def on_click(self, event: events.Click) -> None:
        """A click on the title tells how the log stands; where that is all there is of it, it opens the pane."""
        title = self.query_one(LogTitle)
        if event.widget is title and not self.has_class("-folded"):
            self.show_standing()

    def show_standing(self) -> None:
        """How the log stands: the badge in words, and what went wrong."""
        if self.tail:
            self._actions.details("Log", standing(self.tail, self.look))

    # search and filter

    @property
    def sought(self) -> Matcher | None:
        """What the lines are kept by, else what is searched for."""
        view = self.body()
        return view.rows.keep or view.search

    @property
    def unseen(self) -> bool:
        """Whether there are lines that a search or a filter has not looked at."""
        if self.scan:
            return not self.scan.complete
        return self.tail is not None and not self.tail.first_known

    def _type(self, what: str) -> None:
        """Open the input line for a search or a filter, with what it was last."""
        box, position = self.query_one(FilterBox), self.body().position
        self._typing = what
        box.placeholder = "search: text or /regex/" if what == "search" else "keep only: text, !inverse or /regex/"
        with box.prevent(FilterBox.Changed):
            box.value = position.search if what == "search" else position.filter
        box.open()
        self.screen.set_focus(box)  # at once: keys may be waiting that belong to the box

    def action_search(self) -> None:
        """Type a search; lines stay."""
        self._type("search")

    def action_filter(self) -> None:
        """Type a filter; only matching lines stay."""
        self._type("filter")

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        """Search or filter while typing."""
        event.stop()
        try:
            wanted, self.problem = matcher(event.text), ""
        except UsageError as error:
            self.problem = error.detail
        else:
            self.body().set_search(wanted) if self._typing == "search" else self._keep(wanted)
        self.draw()

    def _keep(self, wanted: Matcher | None) -> None:
        """Filter; what a scan has found for another filter is of no use for this one."""
        if self.scan and wanted != self.body().rows.keep:
            self.leave_scan()
        self.body().set_filter(wanted)

    def on_filter_box_kept(self, event: FilterBox.Kept) -> None:
        """Enter keeps what was typed; a search goes to its nearest match."""
        event.stop()
        view = self.body()
        self.screen.set_focus(view)
        if self._typing == "search" and view.position.search:
            view.search_from_here()
        if self.unseen and self.sought:
            self._say_unseen()

    def _say_unseen(self) -> None:
        """Say how much a search or a filter has not seen, and what it costs to look at it."""
        tail = self.tail
        if tail:
            of = "" if tail.total is None else f" of {tail.total:,}"
            cost = "" if tail.rest is None else f" ({plural(tail.rest, 'request')})"
            words = (
                f"Only {tail.read:,}{of} lines are loaded; {self.look.key('log.load-rest')} looks at the rest{cost}."
            )
            self._actions.desk.say(words)

    def on_log_view_said(self, event: LogView.Said) -> None:
        """A word to the operator; a key that found nothing above offers to load the rest."""
        event.stop()
        words = event.words
        if event.unloaded and self.unseen:
            cost = "" if self.tail is None or self.tail.rest is None else f" ({plural(self.tail.rest, 'request')})"
            words = f"{words} {self.look.key('log.load-rest')} looks at the rest{cost}."
        self._actions.desk.say(words)

    def clear_filter(self) -> bool:
        """Esc: stop what is being loaded, else forget what is being typed, the filter, the search; False at the end."""
        if self.progress:
            self._whole.stop()
            return True
        view, box = self.body(), self.query_one(FilterBox)
        if not box.display:
            self._typing = "filter" if view.position.filter else "search"
        active = box.display or bool(view.position.filter or view.position.search)
        if active:
            view.set_search(None) if self._typing == "search" else self._keep(None)
            box.clear_text()
            self.screen.set_focus(view)
        return active

    # keys

    def action_follow(self) -> None:
        """Go to the end and follow; also the next job."""
        self.body().action_follow()
        self._actions.follow_next()

    def action_job(self, step: int) -> None:
        self._actions.other_job(step)

    def action_load_rest(self) -> None:
        self._actions.desk.start(self._whole.load_rest(self), "log-rest")

    def action_save(self) -> None:
        if self._actions.desk.can("log.save"):
            self._actions.desk.start(self._whole.save(self), "log-save")

    def action_details(self) -> None:
        """More of the current line; without one, or when the log cannot be read, how the log stands."""
        view, tail = self.body(), self.tail
        if view.current_line is None or (tail and tail.error and view.position.following):
            self.show_standing()
        else:
            view.action_details()

    def action_outside(self, where: str) -> None:
        """The lines on the `terminal` without us, or in the `pager`."""
        try:
            (self._actions.in_pager if where == "pager" else self._actions.on_terminal)(self.body().shown_text())
        except AppError as error:
            self._actions.desk.show_error(error, where)

    def action_copy(self, what: str) -> None:
        """Copy the marked lines or the current `line`; with `all`, all loaded lines that pass the filter."""
        if what == "all":
            self._actions.copy(self.body().shown_text(), "log")
        else:
            text, number = self.body().picked_text()
            self._actions.copy(text, "line" if number == 1 else plural(number, "marked line"))

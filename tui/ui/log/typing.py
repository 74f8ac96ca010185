"""Search and filter of the log, in the input line below it."""

from __future__ import annotations

from tui.errors import UsageError
from tui.text import plural
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.log_view.log_view import LogView, Matcher, matcher
from tui.ui.log.reading import LogReading


class LogTyping(LogReading):
    """One input line for both: what is typed acts at once, enter keeps it, esc forgets it."""

    _typing = "search"

    @property
    def sought(self) -> Matcher | None:
        """What the lines are kept by, else what is searched for."""
        view = self.body()
        return view.rows.keep or view.search

    @property
    def unseen(self) -> bool:
        """Whether there are lines that a search or a filter has not looked at."""
        if self.sieve:
            return not self.sieve.complete
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
        """Filter; what a sieve has found for another filter is of no use for this one."""
        if self.sieve and wanted != self.body().rows.keep:
            self.leave_sieve()
        self.body().set_filter(wanted)

    def on_filter_box_kept(self, event: FilterBox.Kept) -> None:
        """Enter keeps what was typed; a search goes to its nearest match."""
        event.stop()
        view = self.body()
        self.screen.set_focus(view)
        if self._typing == "search" and view.position.search:
            view.search_from_here()
        if self.unseen and self.sought:
            self._tell_unseen()

    def _tell_unseen(self) -> None:
        """Say how much a search or a filter has not seen, and what it costs to look at it."""
        tail = self.tail
        if tail:
            of = "" if tail.total is None else f" of {tail.total:,}"
            cost = "" if tail.rest is None else f" ({plural(tail.rest, 'request')})"
            words = (
                f"Only {tail.read:,}{of} lines are loaded; {self.look.key('log.load-rest')} looks at the rest{cost}."
            )
            self.post_message(LogView.Said(self.body(), words))

    def on_log_view_said(self, event: LogView.Said) -> None:
        """A key that found nothing above offers to load the rest."""
        if event.unloaded and self.unseen:
            event.stop()
            cost = "" if self.tail is None or self.tail.rest is None else f" ({plural(self.tail.rest, 'request')})"
            words = f"{event.words} {self.look.key('log.load-rest')} looks at the rest{cost}."
            self.post_message(LogView.Said(event.view, words))

    def clear_filter(self) -> bool:
        """Esc: forget what is being typed, else the filter, else the search; False when there is none."""
        view, box = self.body(), self.query_one(FilterBox)
        if not box.display:
            self._typing = "filter" if view.position.filter else "search"
        active = box.display or bool(view.position.filter or view.position.search)
        if active:
            view.set_search(None) if self._typing == "search" else self._keep(None)
            box.clear_text()
            self.screen.set_focus(view)
        return active

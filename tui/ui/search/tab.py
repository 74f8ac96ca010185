"""The search tab: one query box, and what an instance finds or answers."""

from __future__ import annotations

from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search import Answer, Found
from tui.service.search_options import SearchOptions
from tui.ui.instances.text_tabs import TabMoved
from tui.ui.keys import bindings
from tui.ui.search.cells import HitRow
from tui.ui.search.results import SearchResults
from tui.ui.search.tab_face import SearchFace
from tui.ui.search.view_state import Mode, SearchState

PACE = 0.1
"""Seconds between two drawings of an answer that grows: a repaint for every word would flood a slow line."""


class ItemWanted(Message):
    """The operator wants to see an item of the selected instance."""

    def __init__(self, item_key: str) -> None:
        self.item_key = item_key
        super().__init__()


class SearchTab(SearchFace):
    """Asks the selected instance."""

    PLACE = "search"
    BINDINGS = bindings(Place.SEARCH)
    _timer: Timer | None = None
    _whose = ""

    class Asked(Message):
        """A query is to be sent."""

        def __init__(self, key: InstanceKey, query: str, options: SearchOptions, mode: Mode) -> None:
            self.key, self.query, self.options, self.mode = key, query, options, mode
            super().__init__()

    class Left(Message):
        """Nobody waits for the reply any more."""

    class OptionsWanted(Message):
        """The operator wants to change the options."""

    class BesideWanted(Message):
        """The operator wants the same query against two instances."""

    class Opened(Message):
        """A chunk, or the answer, is to be shown whole."""

        def __init__(self, row: HitRow, view: SearchState) -> None:
            self.row, self.view = row, view
            super().__init__()

    # what comes down

    def draw(self) -> None:
        """Another instance: nobody waits for the reply of the one before. Another account: nothing is the same."""
        if self._whose != self.state.identity.account_id:
            self._whose = self.state.identity.account_id
            self.forget()
        if self._of != self.state.selected:
            self.action_stop()
            self._of = self.state.selected
        super().draw()

    def show_found(self, key: InstanceKey, found: Found) -> None:
        """The reply to a search."""
        self._put(key, self.view_of(key, Mode.SEARCH).searched(found))

    def show_answer(self, key: InstanceKey, answer: Answer) -> None:
        """An answer as far as it has come; drawn at a pace that a slow line can bear."""
        self.keep(key, self.view_of(key, Mode.ASK).answering(answer))
        if answer.done:
            self._draw_if_shown()
        elif self._timer is None:
            self._timer = self.set_timer(PACE, self._draw_answer)

    def _draw_answer(self) -> None:
        self._timer = None
        self._draw_if_shown()

    def show_failure(self, key: InstanceKey, mode: Mode, error: AppError) -> None:
        """The question was not answered."""
        self._put(key, self.view_of(key, mode).failed(error))

    def _put(self, key: InstanceKey | None, view: SearchState) -> None:
        self.keep(key, view)
        self._draw_if_shown()

    # what goes up

    def send(self) -> None:
        """Send what stands in the query box."""
        query, key = self.box.value.strip(), self.state.selected
        if not query or key is None:
            return
        self._ask(key, query)
        self.screen.set_focus(self.body())

    def _ask(self, key: InstanceKey, query: str) -> None:
        self._put(key, self.view.sent(query))
        self.post_message(self.Asked(key, query, self.options, self.mode))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the query box."""
        event.stop()
        self.send()

    def on_search_results_opened(self, event: SearchResults.Opened) -> None:
        """Enter on a row."""
        event.stop()
        self.post_message(self.Opened(event.row, self.view))

    def reload(self) -> None:
        """A question that was not answered is asked again. One that was is not: each counts against a quota."""
        if self.view.error and (key := self.state.selected):
            self._ask(key, self.view.asked)

    def clear_filter(self) -> bool:
        """Esc: do not wait for the rest, or leave the query box; False when there is nothing to go back from."""
        if self.view.busy:
            self.action_stop()
            return True
        if self.box.has_focus:
            self.screen.set_focus(self.body())
            return True
        return False

    # actions

    def action_query(self) -> None:
        """To the query box, at once: the next key may already be waiting."""
        self.screen.set_focus(self.box)

    def action_mode(self) -> None:
        """Search, or ask. Each has its own result."""
        self.mode = Mode.SEARCH if self.mode is Mode.ASK else Mode.ASK
        self.draw()

    def action_options(self) -> None:
        """Change the options."""
        self.post_message(self.OptionsWanted())

    def action_beside(self) -> None:
        """Two instances side by side."""
        self.post_message(self.BesideWanted())

    def action_stop(self) -> None:
        """Do not wait for the rest."""
        for mode in Mode:
            if (view := self.view_of(self._of, mode)).busy:
                self._put(self._of, view.ended())
                self.post_message(self.Left())

    def action_item(self) -> None:
        """To the item of the chunk under the cursor."""
        if (row := self.results.row) and row.item_key:
            self.post_message(ItemWanted(row.item_key))

    def action_next_tab(self) -> None:
        """One tab to the right."""
        self.post_message(TabMoved(1))

    def action_previous_tab(self) -> None:
        """One tab to the left."""
        self.post_message(TabMoved(-1))

"""The search tab: one query box, and what an instance finds or answers."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search import Answer, Found
from tui.service.search_options import SearchOptions
from tui.ui.desk import Desk
from tui.ui.detail_tab import DetailTab, TabMoved
from tui.ui.keys import bindings
from tui.ui.kit.line import Line
from tui.ui.kit.recall_box import RecallBox
from tui.ui.kit.table import Table
from tui.ui.search.cells import HitRow
from tui.ui.search.results import STEP, SearchResults
from tui.ui.search.search import Search
from tui.ui.search.view_state import KeptResults, Mode, SearchState, below, empty, note, start, whose

PACE = 0.1
"""Seconds between two drawings of an answer that grows: a repaint for every word would flood a slow line."""


class SearchTab(DetailTab):
    """Asks the selected instance. Each keeps its last result in each mode; query and options are for all of them."""

    PLACE = "search"
    BINDINGS = bindings(Place.SEARCH)
    options = SearchOptions()
    mode = Mode.SEARCH
    _of: InstanceKey | None = None
    _drawn: tuple[SearchState, SearchOptions, int, InstanceKey | None, str] | None = None
    _timer: Timer | None = None
    _whose = ""
    _memory: object = None

    def __init__(self, desk: Desk, search: Search) -> None:
        super().__init__()
        self.desk = desk
        self._search = search
        self._results = KeptResults()

    def compose(self) -> ComposeResult:
        """Query, note, results."""
        with Horizontal(classes="search-line"):
            yield Line(classes="search-mode")
            yield RecallBox(self._search.memory.texts)
        yield Line(classes="search-note")
        yield SearchResults(lambda row: below(self.view, row, self.look))

    def body(self) -> Table[HitRow]:
        """The table: letters are keys there, not text."""
        return self.results.table

    @property
    def results(self) -> SearchResults:
        """The lower part."""
        return self.query_one(SearchResults)

    @property
    def box(self) -> Input:
        """The query box. What was typed stays in it, whatever happens."""
        return self.query_one(Input)

    @property
    def view(self) -> SearchState:
        """What is shown now."""
        return self._results.get(self._of, self.mode)

    # what comes down

    def draw(self) -> None:
        """Another instance: nobody waits for the reply of the one before. Another account: nothing is the same."""
        if self._whose != self.state.identity.account_id:
            self._whose = self.state.identity.account_id
            self._results.clear()
        if (memory := self._search.memory.kept) is not self._memory:
            self._memory, self.options = memory, self._search.memory.options()
        if self._of != self.state.selected:
            self.action_stop()
            self._of = self.state.selected
        self._draw()

    def show_found(self, key: InstanceKey, found: Found) -> None:
        """The reply to a search."""
        self._put(key, self._results.get(key, Mode.SEARCH).searched(found))

    def show_answer(self, key: InstanceKey, answer: Answer) -> None:
        """An answer as far as it has come; drawn at a pace that a slow line can bear."""
        self._results.put(key, self._results.get(key, Mode.ASK).answering(answer))
        if answer.done:
            self._draw_if_shown()
        elif self._timer is None:
            self._timer = self.set_timer(PACE, self._draw_answer)

    def _draw_answer(self) -> None:
        self._timer = None
        self._draw_if_shown()

    def show_failure(self, key: InstanceKey, mode: Mode, error: AppError) -> None:
        """The question was not answered."""
        self._put(key, self._results.get(key, mode).failed(error))

    def _put(self, key: InstanceKey | None, view: SearchState) -> None:
        self._results.put(key, view)
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
        self._search.send(self, key, query, self.options, self.mode)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another query than the one whose result is shown, or that one again: the result says which it is."""
        event.stop()
        self._draw_if_shown()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the query box."""
        event.stop()
        self.send()

    def on_search_results_opened(self, event: SearchResults.Opened) -> None:
        """Enter on a row."""
        event.stop()
        if key := self.state.selected:
            self.desk.start(self._search.open(key, event.row, self.view))

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

    # drawing

    def on_resize(self) -> None:
        """The note is laid out for its width."""
        self._draw_if_shown()

    def _draw(self) -> None:
        """Show what is known of the selected instance, when it differs from what is drawn."""
        other = whose(self.view, self.box.value.strip(), self.options, self.look)
        drawn = (self.view, self.options, self.size.width, self._of, other)
        if drawn != self._drawn:
            old = self._drawn
            fresh = old is None or (old[0].mode, old[0].asked, old[3]) != (self.mode, self.view.asked, self._of)
            self._drawn = drawn
            self._draw_view(fresh, other)

    def _draw_view(self, fresh: bool, other: str) -> None:
        """`other`: what is shown, when that is not the result of what stands in the query box with these options."""
        view = self.view
        ask = view.mode is Mode.ASK
        self.set_class(ask, "-ask")
        self.box.placeholder = "a question" if ask else "what to look for"
        self.query_one(".search-mode", Line).show(Text.assemble((f" {view.mode}", f"bold {self.look.style('active')}")))
        self.query_one(".search-note", Line).show(note(view, self.options, self.size.width, self.look, other))
        results = self.results
        demo = self.state.identity.demo
        words = empty(view, start(view.mode, self.state.instance, self.look, demo=demo), self.look)
        results.show(view.rows, words, stale=view.old or bool(other), fresh=fresh)
        if (view.busy or view.error) and not view.old and results.row is not None and not results.row.rank:
            results.draw_text(end=True)

    def action_text_down(self) -> None:
        """Scroll the text below the table."""
        self.results.scroll_text(STEP)

    def action_text_up(self) -> None:
        """Scroll it back."""
        self.results.scroll_text(-STEP)

    # actions

    def action_query(self) -> None:
        """To the query box, at once: the next key may already be waiting."""
        self.screen.set_focus(self.box)

    def action_mode(self) -> None:
        """Search, or ask. Each has its own result."""
        self.mode = Mode.SEARCH if self.mode is Mode.ASK else Mode.ASK
        self.draw()

    def action_options(self) -> None:
        self.desk.start(self._change_options())

    async def _change_options(self) -> None:
        """Change the options; a query that is typed is sent again with them."""
        options = await self._search.choose_options(self.options, again=bool(self.box.value.strip()))
        if options is not None:
            self.options = options
            self._search.memory.chosen(options)
            self.send()
            self.draw()

    def action_recall(self) -> None:
        self.desk.start(self._search.memory.take_up(self), "recall")

    def action_beside(self) -> None:
        if self.desk.can("search.beside"):
            self.desk.start(self._search.side_by_side(self.box.value.strip(), self.options))

    def action_stop(self) -> None:
        """Do not wait for the rest."""
        for mode in Mode:
            if (view := self._results.get(self._of, mode)).busy:
                self._put(self._of, view.ended())
                self._search.stop()

    def action_item(self) -> None:
        """To the item of the chunk under the cursor."""
        if (row := self.results.row) and row.item_key and (key := self.state.selected):
            self._search.open_item(key, row.item_identity)

    def action_why(self) -> None:
        """Why the query whose result is shown finds the item of this hit, or another one."""
        query, key = self.view.question or self.box.value.strip(), self.state.selected
        if not self.desk.can("search.why") or key is None:
            return
        if not query:
            self.desk.say("Search for something first.")
            return
        item = row.item_identity if (row := self.results.row) else ""
        self.desk.start(self._search.ask_why(key, item, query, self.view.options or self.options))

    def action_judge(self) -> None:
        """Add the query to a query set, with the marked hits or this one as right answers."""
        key, query = self.state.selected, self.view.question
        items = tuple(dict.fromkeys(row.item_identity for row in self.body().picked if row.item_key))
        if not self.desk.can("search.judge") or key is None:
            return
        if items:
            self.desk.start(self._search.judge(key, query, items))
        else:
            self.desk.say("There is no hit here: search, and mark the right ones.")

    def action_next_tab(self) -> None:
        """One tab to the right."""
        self.post_message(TabMoved(1))

    def action_previous_tab(self) -> None:
        """One tab to the left."""
        self.post_message(TabMoved(-1))

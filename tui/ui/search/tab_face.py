"""How the search tab looks: query, note, results; drawn from one view, and only when it differs."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from tui.models import InstanceKey
from tui.service.search_options import SearchOptions
from tui.ui.kit.line import Line
from tui.ui.kit.tab import DetailTab
from tui.ui.kit.table import Table
from tui.ui.search.cells import HitRow
from tui.ui.search.results import SearchResults
from tui.ui.search.view_state import Mode, SearchState, below, empty, note, start

STEP = 3
"""Lines by which the text below the table scrolls."""
KEPT = 32
"""Views that are kept: two modes of each instance that was asked lately."""


class SearchFace(DetailTab):
    """Each instance keeps its last result in each mode; query and options are for all of them."""

    options = SearchOptions()
    mode = Mode.SEARCH
    _of: InstanceKey | None = None
    _drawn: tuple[SearchState, SearchOptions, int, InstanceKey | None] | None = None

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[tuple[InstanceKey | None, Mode], SearchState] = {}

    def compose(self) -> ComposeResult:
        """Query, note, results."""
        with Horizontal(classes="search-line"):
            yield Line(classes="search-mode")
            yield Input(compact=True, select_on_focus=False)
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
        return self.view_of(self._of, self.mode)

    def view_of(self, key: InstanceKey | None, mode: Mode) -> SearchState:
        """The last result of an instance in a mode."""
        return self._views.get((key, mode)) or SearchState(mode)

    def keep(self, key: InstanceKey | None, view: SearchState) -> None:
        """Keep a result; the oldest one goes."""
        self._views.pop((key, view.mode), None)
        self._views[key, view.mode] = view
        while len(self._views) > KEPT:
            self._views.pop(next(iter(self._views)))

    def forget(self) -> None:
        """Forget every result; what was typed stays."""
        self._views.clear()

    def on_resize(self) -> None:
        """The note is laid out for its width."""
        self._draw_if_shown()

    def draw(self) -> None:
        """Show what is known of the selected instance."""
        drawn = (self.view, self.options, self.size.width, self._of)
        if drawn != self._drawn:
            old = self._drawn
            other = old is None or (old[0].mode, old[0].asked, old[3]) != (self.mode, self.view.asked, self._of)
            self._drawn = drawn
            self._draw_view(other)

    def _draw_view(self, other: bool) -> None:
        view = self.view
        ask = view.mode is Mode.ASK
        self.set_class(ask, "-ask")
        self.box.placeholder = "a question" if ask else "what to look for"
        self.query_one(".search-mode", Line).show(Text.assemble((f" {view.mode}", f"bold {self.look.style('active')}")))
        self.query_one(".search-note", Line).show(note(view, self.options, self.size.width, self.look))
        results = self.results
        words = empty(view, start(view.mode, self.state.instance, self.look), self.look)
        results.show(view.rows, words, stale=view.old, fresh=other)
        if (view.busy or view.error) and not view.old and results.row is not None and not results.row.rank:
            results.draw_text(end=True)

    def action_text_down(self) -> None:
        """Scroll the text below the table."""
        self.results.scroll_text(STEP)

    def action_text_up(self) -> None:
        """Scroll it back."""
        self.results.scroll_text(-STEP)

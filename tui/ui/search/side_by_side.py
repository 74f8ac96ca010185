"""The same query against two instances, side by side."""

from __future__ import annotations

import asyncio
from typing import Protocol

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search_options import SearchOptions
from tui.text import plural
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.keys import bindings
from tui.ui.kit.line import Line, TitleRule
from tui.ui.kit.recall_box import RecallBox
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.search.cells import BESIDE_COLUMNS, Asked, HitRow, beside_cells, chunk_page, hit_rows, overlap, summary
from tui.ui.search.memory import QueryMemory
from tui.ui.search.results import STEP, SearchResults
from tui.ui.search.view_state import Mode, SearchState, below, empty, progress, whose
from tui.ui.status_bar import FooterBar


class ChooseOptions(Protocol):
    """Asks for other options of a search."""

    async def __call__(self, options: SearchOptions, *, again: bool) -> SearchOptions | None:
        """The options that were chosen, None when it was cancelled."""


class Side(Vertical):
    """One of the two results, with the ranks that the same items have in the other one."""

    def __init__(self, key: InstanceKey, rule: str) -> None:
        super().__init__(classes="side")
        self.key = key
        self.view = SearchState()
        self._shown = self.view
        self._rule = rule

    def compose(self) -> ComposeResult:
        """Name, results."""
        yield TitleRule(self.key.id, rule=self._rule)
        yield SearchResults(self._below, BESIDE_COLUMNS, beside_cells)

    @property
    def results(self) -> SearchResults:
        """Table and text."""
        return self.query_one(SearchResults)

    def _below(self, row: HitRow | None) -> tuple[str, Text]:
        return below(self.view, row, self.results.look)

    def draw(self, other: SearchState, query: str, options: SearchOptions) -> str:
        """Show the result, compared with the other one; what it is, when not of this query with these options."""
        look, view = self.results.look, self.view
        stale = whose(view, query, options, look)
        shown = plural(len(view.found.hits), "chunk") if view.found and not view.old else progress(view, look)
        note = look.text(f"old: {shown}" if stale else shown, "warning" if stale else "")
        self.query_one(TitleRule).describe(look.text(self.key.namespace, "muted"), note)
        hits, compared = (one.found.hits if one.found else () for one in (view, other))
        asked = Asked(view.found.query, view.found.options, key=self.key) if view.found else None
        words = empty(view, f"{look.key('beside.query')} types what to look for.", look)
        fresh, self._shown = not view.old and view is not self._shown, view
        self.results.show(hit_rows(hits, compared, asked), words, stale=view.old or bool(stale), fresh=fresh)
        return stale


class SideBySide(FullView):
    """Two searches at once, two requests a query. One that fails does not spoil the other."""

    PLACE = "beside"
    BINDINGS = bindings(Place.BESIDE)

    def __init__(
        self,
        desk: Desk,
        keys: tuple[InstanceKey, InstanceKey],
        query: str,
        options: SearchOptions,
        choose_options: ChooseOptions,
        memory: QueryMemory,
    ) -> None:
        super().__init__(desk)
        self._keys = keys
        self._query = query
        self._options = options
        self._choose_options = choose_options
        self._memory = memory

    def compose(self) -> ComposeResult:
        """Query, both results, what they have in common."""
        with Vertical(classes="beside"):
            with Horizontal(classes="search-line"):
                yield Line(Text.assemble((" Search both", f"bold {self.look.style('active')}")), classes="search-mode")
                yield RecallBox(self._memory.texts, self._query, placeholder="what to look for")
            with Horizontal(classes="sides"):
                for key in self._keys:
                    yield Side(key, self.look.signs.rule)
            yield Line(classes="search-note")
        yield FooterBar()

    @property
    def sides(self) -> list[Side]:
        """Left and right."""
        return list(self.query(Side))

    def on_mount(self) -> None:
        """A query that was typed before is sent at once."""
        self._draw()
        self.begin()
        if not self._query:
            self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another query than the one whose results are shown: they say which they are."""
        event.stop()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the query box."""
        event.stop()
        self._send()

    def action_refresh(self) -> None:
        """Send the query again."""
        self._send()

    def _send(self) -> None:
        query = self.query_one(Input).value.strip()
        if not query:
            return
        self._memory.sent(query, Mode.SEARCH, self._options)
        for side in self.sides:
            side.view = side.view.sent(query)
        self._draw()
        self.set_focus(self.sides[0].results.table)
        self.run_worker(self._search_both(query), group="beside", exclusive=True, name="search side by side")

    async def _search_both(self, query: str) -> None:
        async with asyncio.TaskGroup() as group:
            for side in self.sides:
                group.create_task(self._search_one(side, query))

    async def _search_one(self, side: Side, query: str) -> None:
        try:
            found = await self.desk.service.searching.search(side.key, query, self._options)
            side.view = side.view.searched(found)
        except AppError as error:
            side.view = side.view.failed(error)
            self.desk.record_error(error, "search")
        self._draw()

    def _draw(self) -> None:
        left, right = self.sides
        query = self.query_one(Input).value.strip()
        stale = [left.draw(right.view, query, self._options), right.draw(left.view, query, self._options)]
        found = [side.view.found for side in self.sides if side.view.found and not side.view.old]
        words = f"{overlap(*found)}   " if len(found) == 2 else ""
        old = f"Old: {', '.join(dict.fromkeys(filter(None, stale)))}   " if any(stale) else ""
        foot = Text.assemble(" ", (old, self.look.style("warning")), words)
        foot.append(summary(self._options), self.look.style("muted"))
        self.query_one(".search-note", Line).show(foot)

    def on_search_results_opened(self, event: SearchResults.Opened) -> None:
        """Enter: the whole chunk."""
        event.stop()
        title, asked = f"Chunk {event.row.rank}", self._focused_side.view.question
        self.app.push_screen(TextDialog(title, chunk_page(event.row, asked, self.look)))

    def action_query(self) -> None:
        """To the query box."""
        self.set_focus(self.query_one(Input))

    def action_switch(self) -> None:
        """To the other side, or out of the query box."""
        left, right = (side.results.table for side in self.sides)
        self.set_focus(right if left.has_focus else left)

    def action_text_down(self) -> None:
        """Scroll the text below the table in focus."""
        self._focused_side.results.scroll_text(STEP)

    def action_text_up(self) -> None:
        """Scroll it back."""
        self._focused_side.results.scroll_text(-STEP)

    @property
    def _focused_side(self) -> Side:
        left, right = self.sides
        return right if right.results.table.has_focus else left

    def action_close(self) -> None:
        """Out of the query box first, then back to the main screen."""
        if self.query_one(Input).has_focus and self.sides[0].view.asked:
            self.action_switch()
        else:
            super().action_close()

    def action_options(self) -> None:
        self.desk.start(self._change_options())

    async def _change_options(self) -> None:
        """Change the options of both."""
        again = bool(self.query_one(Input).value.strip())
        options = await self._choose_options(self._options, again=again)
        if options is not None:
            self._options = options
            self._send()
            self._draw()

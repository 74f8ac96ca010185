"""The search lab: sends what the search tab asks, and shows results whole or side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search import Found
from tui.service.search_options import SearchOptions
from tui.session.session import Session
from tui.ui.instances.pane import InstancesPane
from tui.ui.items.writes import ItemWrites
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.search.cells import chunk_page
from tui.ui.search.view_state import Mode, answer_page

if TYPE_CHECKING:
    from tui.ui.search.tab import SearchTab

GROUP = "search"
"""One query at a time: a newer one takes the place of one whose reply nobody waits for any more."""


class SearchLab(ItemWrites):
    """A query is a POST that reads: read-only mode allows it, and nothing is sent twice."""

    @property
    def search_tab(self) -> SearchTab:
        """The search tab."""
        from tui.ui.search.tab import SearchTab

        return self.query_one(SearchTab)

    def on_search_tab_asked(self, event: SearchTab.Asked) -> None:
        """Send a query."""
        event.stop()
        if self.session:
            work = self._send(self.session, event)
            self.run_worker(work, group=GROUP, exclusive=True, name=f"{event.mode} {event.key}")
        else:
            why = AppError("Not connected", "There is no session yet.", "Wait for the status bar to say LIVE.")
            self.search_tab.show_failure(event.key, event.mode, why)

    async def _send(self, session: Session, event: SearchTab.Asked) -> None:
        """An error stands where the result would, in its own words; it is also kept in the list of errors."""
        tab, searching = self.search_tab, session.service.searching
        try:
            if event.mode is Mode.SEARCH:
                tab.show_found(event.key, await searching.search(event.key, event.query, event.options))
                return
            async for answer in searching.ask(event.key, event.query, event.options):
                tab.show_answer(event.key, answer)
        except AppError as error:
            session.service.notice("search", error)
            tab.show_failure(event.key, event.mode, error)

    def on_search_tab_left(self, event: SearchTab.Left) -> None:
        """Nobody waits for the reply: close its connection."""
        event.stop()
        self.workers.cancel_group(self, GROUP)

    def on_search_tab_options_wanted(self, event: SearchTab.OptionsWanted) -> None:
        """Change the options; a query that is typed is sent again with them."""
        event.stop()
        from tui.ui.search.options import OptionsDialog

        tab = self.search_tab
        dialog = OptionsDialog(tab.options, again=bool(tab.box.value.strip()))

        def chosen(answer: str | None) -> None:
            if answer is not None:
                tab.options = dialog.options
                tab.send()
                tab.draw()

        self.app.push_screen(dialog, chosen)

    def on_search_tab_opened(self, event: SearchTab.Opened) -> None:
        """A chunk or an answer as a whole."""
        event.stop()
        row, view = event.row, event.view
        if not row.rank:
            if view.answer:
                self.app.push_screen(TextDialog("Answer", answer_page(view.answer, view, self.look)))
            return

        from tui.ui.search.chunk import ITEM, ChunkReader
        from tui.ui.search.tab import ItemWanted

        def closed(answer: str | None) -> None:
            if answer == ITEM:
                self.search_tab.post_message(ItemWanted(row.item_key))

        title = f"Chunk {row.rank} of {len(view.rows) - (view.answer is not None)}"
        self.app.push_screen(ChunkReader(title, chunk_page(row, view.asked, self.look)), closed)

    # side by side

    def on_search_tab_beside_wanted(self, event: SearchTab.BesideWanted) -> None:
        """The two marked instances; else the selected one and another, which is picked."""
        event.stop()
        marks = self.query_one(InstancesPane).body().marks
        marked = sorted(key for key in marks if isinstance(key, InstanceKey))
        first = self.state.selected
        if len(marked) == 2:
            self._open_beside(marked[0], marked[1])
        elif first is not None:
            self._pick_second(first, [key for key in marked if key != first])

    def _pick_second(self, first: InstanceKey, marked: list[InstanceKey]) -> None:
        others = marked or [
            one.key for one in self.state.fleet.value or () if one.key != first and not one.key.nameless
        ]
        others.sort(key=lambda key: (key.namespace != first.namespace, key))
        if len(others) == 1:
            self._open_beside(first, others[0])
            return
        choices = [Choice(str(key), key.id, key.namespace) for key in others]

        def chosen(value: str | None) -> None:
            if value is not None:
                self._open_beside(first, next(key for key in others if str(key) == value))

        self.app.push_screen(Pick(f"Beside {first.id}", choices), chosen)

    def _open_beside(self, left: InstanceKey, right: InstanceKey) -> None:
        if self.session:
            from tui.ui.search.side_by_side import SideBySide

            tab = self.search_tab
            query = tab.box.value.strip()
            self.app.push_screen(SideBySide(self, (left, right), query, tab.options, self._search))

    async def _search(self, key: InstanceKey, query: str, options: SearchOptions) -> Found:
        """With the session of now: another token may have been entered since the view was opened."""
        return await self._session().service.searching.search(key, query, options)

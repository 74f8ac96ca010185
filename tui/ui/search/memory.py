"""The queries that were sent before: recalled in the query box, chosen out of a list, removed from it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from textual.widgets import Input

from tui.errors import NotConnected, UsageError
from tui.service.search_options import (
    FUSION,
    KEYWORD_MATCH,
    RETRIEVAL,
    SearchOptions,
    read_options,
    typed_options,
)
from tui.state.kept_queries import Change, KeptQueries, KeptQuery
from tui.text import visible
from tui.ui.desk import Desk
from tui.ui.kit.pick import Choice
from tui.ui.search.cells import summary
from tui.ui.search.view_state import Mode


class TakesUp(Protocol):
    """What an earlier query is taken up in: the search tab."""

    mode: Mode
    options: SearchOptions

    @property
    def box(self) -> Input:
        """The query box."""
        ...

    def draw(self) -> None:
        """Show the mode and the options."""

    def action_query(self) -> None:
        """Go to the query box."""


class QueryMemory:
    """What the session keeps of its profile's queries. Empty while there is no session."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def kept(self) -> KeptQueries | None:
        """What is kept of the profile in use; another object for another profile. None without a session."""
        try:
            return self.desk.service.queries
        except NotConnected:
            return None

    def queries(self) -> Sequence[KeptQuery]:
        """The newest first."""
        return kept.known.queries if (kept := self.kept) else ()

    def texts(self) -> Sequence[str]:
        """What stood in the query box, the newest first, each once."""
        return tuple(dict.fromkeys(one.text for one in self.queries()))

    def options(self) -> SearchOptions:
        """The options that were chosen last; none where they are no options of today."""
        return options_of(kept.known.options) if (kept := self.kept) else SearchOptions()

    def sent(self, query: str, mode: Mode, options: SearchOptions) -> None:
        """A query was sent."""
        chosen = {name: value for name, value in typed_options(options).items() if value}
        self._change(lambda kept: kept.with_query(KeptQuery(query, mode.value, chosen)).with_options(chosen))

    def chosen(self, options: SearchOptions) -> None:
        """Other options were chosen."""
        self._change(lambda kept: kept.with_options(typed_options(options)))

    def _change(self, change: Change) -> None:
        """At once in memory, and on disk in a thread of its own."""
        if kept := self.kept:
            kept.change(change)
            self.desk.start(self._save(kept, change), "queries")

    async def _save(self, kept: KeptQueries, change: Change) -> None:
        await asyncio.to_thread(kept.save, change)

    async def take_up(self, tab: TakesUp) -> None:
        """Choose one, and put it into the query box with its mode and options; enter sends it."""
        if (query := await self.choose()) is not None:
            tab.mode = Mode.ASK if query.mode == Mode.ASK else Mode.SEARCH
            tab.options = options_of(query.options)
            tab.box.value = query.text
            tab.draw()
            tab.action_query()

    async def choose(self) -> KeptQuery | None:
        """Choose one of the earlier queries; None when none was chosen."""
        from tui.ui.search.query_pick import QueryPick

        queries = self.queries()
        if not queries:
            self.desk.say("No query has been sent yet.")
            return None
        choices = [Choice(str(number), visible(one.text), _note(one)) for number, one in enumerate(queries)]
        chosen = await self.desk.ask(QueryPick(choices, lambda value: self._remove(queries[int(value)])))
        return None if chosen is None else queries[int(chosen)]

    def _remove(self, query: KeptQuery) -> None:
        self._change(lambda kept: kept.without(query))


def _note(query: KeptQuery) -> str:
    """The mode and the options of a query, where they are not the usual ones."""
    options = options_of(query.options)
    words = summary(options) if options != SearchOptions() else ""
    return ", ".join(part for part in ("" if query.mode == Mode.SEARCH else query.mode.lower(), words) if part)


def options_of(typed: Mapping[str, str]) -> SearchOptions:
    """Options out of what was kept; the usual ones where that is wrong."""
    known = {"retrieval": RETRIEVAL, "keyword_match": KEYWORD_MATCH, "fusion": FUSION}
    if any(typed.get(name) and typed[name] not in words for name, words in known.items()):
        return SearchOptions()
    try:
        return read_options(typed)
    except UsageError:
        return SearchOptions()

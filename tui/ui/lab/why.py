"""Why an item is not found: asks for what is missing, walks the pipeline, shows the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search_options import SearchOptions
from tui.text import visible
from tui.ui.desk import Desk, Facts

if TYPE_CHECKING:
    from tui.service.lab.why import Explained

GROUP = "why"


class ShowsWalk(Protocol):
    """What shows the outcome: the page."""

    def show_walk(self, found: Explained) -> None:
        """Show the stages and the closing sentence."""

    def show_failure(self, error: AppError) -> None:
        """Show why there is no answer."""


class AskWhy:
    """Costs at most ten requests and changes nothing; the query that was asked last is suggested for the next item."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._query = ""
        self._options = SearchOptions()

    async def of_item(self, key: InstanceKey, item_key: str) -> None:
        """Ask for the query that should find an item, and explain; from the page to another query."""
        facts = (("Instance", str(key)), ("Item", visible(item_key)))
        again = True
        while again:
            query = await self._ask("Why is it not found?", facts, self._query, "the query")
            again = query is not None and await self._show(key, item_key, query, self._options, "asks another query")

    async def of_query(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        """Explain how the query finds the item of a hit; without one, ask for an item. The page goes on to another."""
        facts = (("Instance", str(key)), ("Query", visible(query)))
        wanted: str | None = item_key
        while wanted is not None:
            if wanted and not await self._show(key, wanted, query, options, "asks about another item"):
                return
            suggested = visible(wanted)
            typed = await self._ask("Why is an item not found?", facts, suggested, "the key of the item")
            wanted = wanted if typed == suggested else typed

    async def _ask(self, title: str, facts: Facts, suggested: str, what: str) -> str | None:
        from tui.ui.kit.line_dialog import LineDialog

        return await self.desk.ask(LineDialog(title, facts, suggested, placeholder=what, button="Ask why"))

    async def explain(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        """Walk the pipeline and show the page. An error is shown on it too."""
        await self._show(key, item_key, query, options)

    async def _show(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions, again: str = "") -> bool:
        """Whether the operator wants to go on from the page, where `again` says what to."""
        from tui.ui.lab.why_page import WhyPage

        self._query, self._options = query, options
        page = WhyPage(item_key, again)
        self.desk.start(self._walk(page, key, item_key, query, options), GROUP, exclusive=True, name=GROUP)
        return await self.desk.ask(page) is not None

    async def _walk(self, page: ShowsWalk, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        from tui.service.lab.why import Why

        try:
            page.show_walk(await Why(self.desk.service.api).explain(key, item_key, query, options))
        except AppError as error:
            self.desk.record_error(error, "why")
            page.show_failure(error)

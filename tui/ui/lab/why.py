"""Why an item is not found: asks for what is missing, walks the pipeline, shows the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search_options import SearchOptions
from tui.text import visible
from tui.ui.desk import Desk

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
        """Ask for the query that should find an item, and explain."""
        from tui.ui.kit.line_dialog import LineDialog

        facts = (("Instance", str(key)), ("Item", visible(item_key)))
        dialog = LineDialog("Why is it not found?", facts, self._query, placeholder="the query", button="Ask why")
        if (query := await self.desk.ask(dialog)) is not None:
            await self.explain(key, item_key, query, self._options)

    async def of_query(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        """Ask for the item that a query should find, and explain; `item_key` is suggested."""
        from tui.ui.kit.line_dialog import LineDialog

        facts = (("Instance", str(key)), ("Query", visible(query)))
        title, words = "Why is an item not found?", "the key of the item"
        suggested = visible(item_key)
        dialog = LineDialog(title, facts, suggested, placeholder=words, button="Ask why")
        if (wanted := await self.desk.ask(dialog)) is not None:
            await self.explain(key, item_key if wanted == suggested else wanted, query, options)

    async def explain(self, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        """Walk the pipeline and show the page. An error is shown on it too."""
        from tui.ui.lab.why_page import WhyPage

        self._query, self._options = query, options
        page = WhyPage(item_key)
        self.desk.start(self._walk(page, key, item_key, query, options), GROUP, exclusive=True, name=GROUP)
        await self.desk.ask(page)

    async def _walk(self, page: ShowsWalk, key: InstanceKey, item_key: str, query: str, options: SearchOptions) -> None:
        from tui.service.lab.why import Why

        try:
            page.show_walk(await Why(self.desk.service.api).explain(key, item_key, query, options))
        except AppError as error:
            self.desk.record_error(error, "why")
            page.show_failure(error)

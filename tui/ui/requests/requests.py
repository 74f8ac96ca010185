"""The request log: every call to the API."""

from __future__ import annotations

from collections.abc import Callable

from tui.contract import Exchange
from tui.errors import NotConnected
from tui.ui.desk import Desk


class Requests:
    """Opens the request log."""

    def __init__(self, desk: Desk, copy: Callable[[str, str], None]) -> None:
        """`copy` puts a text on the clipboard, and names it in what it says."""
        self.desk = desk
        self._copy = copy
        self.actions = {"app.requests": self.open}

    async def open(self) -> None:
        """Show every call of this session; it goes on while the log is open."""
        from tui.ui.requests.table import RequestTable

        await self.desk.ask(RequestTable(self._calls, self.desk.state.identity.base_url, self._copy))

    def _calls(self) -> tuple[Exchange, ...]:
        try:
            return self.desk.service.api.exchanges
        except NotConnected:
            return ()

"""`@`: opens the request log."""

from __future__ import annotations

from tui.contract import Exchange
from tui.ui.base import ConsoleScreen


class RequestLog(ConsoleScreen):
    """Opens the request log."""

    def action_requests(self) -> None:
        """Show every call of this session."""
        from tui.ui.requests.table import Requests

        def calls() -> tuple[Exchange, ...]:
            return self.session.service.api.exchanges if self.session else ()

        self.app.push_screen(Requests(calls, self.state.identity.base_url))

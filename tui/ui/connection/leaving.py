"""Leaving the console."""

from __future__ import annotations

from collections.abc import Callable

from tui.ui.connection.connector import Connector
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question

EFFECT = "A write is still on its way: you would not see its outcome."


class Leaving:
    """Ends the console; asks only while a write is in flight."""

    def __init__(self, desk: Desk, leave: Callable[[int], None], connector: Connector) -> None:
        """`leave` ends the console with an exit code."""
        self.desk = desk
        self._leave = leave
        self._connector = connector

    def quit(self) -> None:
        """Leave, now or after a question."""
        if self.desk.state.busy:
            self.desk.start(self._ask(), "quit")
        else:
            self._leave(self._connector.exit_code)

    async def _ask(self) -> None:
        if await self.desk.ask(Confirm(Question("Quit", (), EFFECT, "Quit"))) is not None:
            self._leave(0)

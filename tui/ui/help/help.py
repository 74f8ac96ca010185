"""Help and the errors so far."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.ui.desk import Desk
from tui.ui.help_text import help_text
from tui.ui.kit.text_dialog import TextDialog


class Help:
    """Shows every key, those of the place in focus first, and the errors so far."""

    def __init__(self, desk: Desk, place: Callable[[], str]) -> None:
        """`place` gives the name of the place in focus."""
        self.desk = desk
        self._place = place
        self.actions = {"app.help": self.keys, "app.errors": self.errors}

    async def keys(self) -> None:
        """Every action with its keys, and why it cannot run now."""
        desk = self.desk
        await desk.ask(TextDialog("Help", partial(help_text, self._place(), desk.state, desk.now, desk.look)))

    async def errors(self) -> None:
        """The errors so far in full; `d` dismisses them."""
        from tui.ui.help.errors import Errors, errors_text

        dialog = Errors("Errors so far", errors_text(self.desk.state.notices, self.desk.look))
        if await self.desk.ask(dialog) == "dismiss":
            self.desk.service.dismiss()

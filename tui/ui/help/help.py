"""Help, and the errors and outcomes so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tui.ui.desk import Desk
from tui.ui.help_text import help_text
from tui.ui.kit.text_dialog import TextDialog


class Help:
    """Shows every key, those of the place in focus first, and the errors and outcomes so far."""

    def __init__(
        self,
        desk: Desk,
        place: Callable[[], str],
        copy: Callable[[str, str], None],
        commands: Callable[[], Sequence[tuple[str, str]]] = tuple,
    ) -> None:
        """`place` gives the name of the place in focus; `copy` puts a text on the clipboard, and names it.

        `commands` are those that can be typed, each with what it does.
        """
        self.desk = desk
        self._place = place
        self._copy = copy
        self._commands = commands
        self.actions = {"app.help": self.keys, "app.errors": self.errors}

    async def keys(self) -> None:
        """Every action with its keys, and why it cannot run now."""
        desk = self.desk
        text = partial(help_text, self._place(), desk.state, desk.now, desk.look, commands=self._commands())
        await desk.ask(TextDialog("Help", text))

    async def errors(self) -> None:
        """The errors and outcomes so far in full; `d` dismisses them."""
        from tui.ui.help.errors import Errors

        desk = self.desk
        if await desk.ask(Errors(lambda: desk.state, desk.subscribe, self._copy)) == "dismiss":
            desk.service.dismiss()

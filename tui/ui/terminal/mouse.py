"""The mouse, on or off: over ssh it starts with the terminal, where it selects text and costs no bytes."""

from __future__ import annotations

from collections.abc import Callable

from tui.ui.desk import Desk

ON = "The mouse is on: it clicks and scrolls here, and most terminals select text with shift held."
OFF = "The mouse is off: the terminal has it again, to select text."
NEITHER = "This terminal's mouse cannot be switched."


class Mouse:
    """Switches the reporting of the mouse."""

    def __init__(self, desk: Desk, switch: Callable[[], bool | None]) -> None:
        """`switch` returns whether the mouse is on now, None where it cannot be switched."""
        self.desk = desk
        self._switch = switch
        self.actions = {"app.mouse": self.switch}

    def switch(self) -> None:
        """On, or off."""
        self.desk.say({True: ON, False: OFF, None: NEITHER}[self._switch()])

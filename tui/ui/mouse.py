"""The mouse, on or off: over ssh it starts with the terminal, where it selects text and costs no bytes."""

from __future__ import annotations

from collections.abc import Callable

from tui.ui.base import ConsoleScreen

ON = "The mouse is on: it clicks and scrolls here, and most terminals select text with shift held."
OFF = "The mouse is off: it is the terminal's again, to select text."


class Mouse(ConsoleScreen):
    """Switches the reporting of the mouse, which Textual decides once, at the start; the names are private to it."""

    def action_mouse(self) -> None:
        """On, or off; it stays so after ctrl+z and fg."""
        driver = self.app._driver
        switch_on: Callable[[], None] | None = getattr(driver, "_enable_mouse_support", None)
        switch_off: Callable[[], None] | None = getattr(driver, "_disable_mouse_support", None)
        if driver is None or switch_on is None or switch_off is None:
            self.say("This terminal's mouse cannot be switched.")
        elif driver._mouse:
            switch_off()
            driver._mouse = False
            self.say(OFF)
        else:
            driver._mouse = True
            switch_on()
            self.say(ON)

"""The title of the terminal's window: what the fleet does, for a glance at the tab or at tmux's list."""

from __future__ import annotations

from tui.ui.parts import AppPart

NAME = "aisearch"
_PUSH, _POP = "\x1b[22;2t", "\x1b[23;2t"
"""Keep the title that was there, and bring it back; a terminal that knows neither is left with an empty one."""


class WindowTitle(AppPart):
    """The part of the app that owns the title. Only our own words go into it: a title is a way into a terminal."""

    titles = False
    """Whether this terminal takes titles."""
    _shown = ""

    def show_title(self, words: str) -> None:
        """Show the words after the program's name; an equal title sends nothing."""
        title = f"{NAME}: {words}" if words else NAME
        if self.titles and title != self._shown:
            before, self._shown = self._shown, title
            self._send(("" if before else _PUSH) + _titled(title))

    def on_unmount(self) -> None:
        """Leave the title as it was."""
        if self._shown:
            self._shown = ""
            self._send(_titled("") + _POP)

    def _send(self, sequence: str) -> None:
        if self._driver:
            self._driver.write(sequence)
            self._driver.flush()


def _titled(words: str) -> str:
    return f"\x1b]2;{words}\x07"

"""The title of the terminal's window: what the fleet does, for a glance at the tab or at tmux's list."""

from __future__ import annotations

from collections.abc import Callable

NAME = "aisearch"
_PUSH, _POP = "\x1b[22;2t", "\x1b[23;2t"
"""Keep the title that was there, and bring it back; a terminal that knows neither is left with an empty one."""


class WindowTitle:
    """Owns the title. Only our own words go into it: a title is a way into a terminal."""

    def __init__(self, send: Callable[[str], None], *, taken: bool) -> None:
        """`send` writes to the terminal; `taken` says whether this terminal takes titles."""
        self.send = send
        self.taken = taken
        self._shown = ""

    def show(self, words: str) -> None:
        """Show the words after the program's name; an equal title sends nothing."""
        title = f"{NAME}: {words}" if words else NAME
        if self.taken and title != self._shown:
            before, self._shown = self._shown, title
            self.send(("" if before else _PUSH) + _titled(title))

    def restore(self) -> None:
        """Leave the title as it was."""
        if self._shown:
            self._shown = ""
            self.send(_titled("") + _POP)


def _titled(words: str) -> str:
    return f"\x1b]2;{words}\x07"

"""The dialog for the list of what a source should hold: a file, or the address of a sitemap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tui.errors import AppError
from tui.ui.kit.path_dialog import PathDialog


class ListDialog(PathDialog):
    """Reads the list that is typed; closes when that went well. The result is what was typed."""

    def __init__(self, title: str, suggested: str, read: Callable[[str], Awaitable[None]], *, hint: str) -> None:
        super().__init__((), suggested, title=title, button="Compare", hint=hint)
        self._read = read

    async def go(self) -> None:
        """Read it; an error is shown here, so that it can be corrected."""
        typed = self.value("path")
        self.problem(f"Reading {typed}{self.look.signs.ellipsis}", "active")
        try:
            await self._read(typed)
        except AppError as error:
            self.problem(" ".join(part for part in (f"{error.title}.", error.detail, error.hint) if part), "error")
        else:
            self.dismiss(typed)

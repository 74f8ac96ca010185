"""The dialog for the files of the retrieval lab: query sets and runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from tui.errors import AppError
from tui.ui.kit.path_dialog import PathDialog, path_of


class FileDialog(PathDialog):
    """Does something with the path that is typed; closes when that went well. The result is the path."""

    def __init__(
        self, title: str, path: str, use: Callable[[Path], Awaitable[None]], *, button: str, hint: str
    ) -> None:
        super().__init__((), path, title=title, button=button, hint=hint)
        self._use = use

    async def go(self) -> None:
        """Use the file; an error is shown here, so that the path can be corrected."""
        try:
            path = path_of(self.value("path"))
            await self._use(path)
        except AppError as error:
            self.problem(" ".join(part for part in (f"{error.title}.", error.detail) if part), "error")
        else:
            self.dismiss(str(path))

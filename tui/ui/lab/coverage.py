"""Coverage: asks for a list of what the source should hold, and compares the items of the selected instance with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import UsageError
from tui.models import InstanceKey
from tui.text import safe
from tui.ui.desk import Desk

if TYPE_CHECKING:
    from tui.service.lab.listings import Listed

MOST_BYTES = 256 * 1024 * 1024


class CoverInstance:
    """Reads only: the instance, and all its items, page by page."""

    def __init__(self, desk: Desk, open_item: Callable[[InstanceKey, str], Coroutine[Any, Any, None]]) -> None:
        """`open_item` shows the item with a key."""
        self.desk = desk
        self._open_item = open_item
        self._path = ""
        self._listed: tuple[Listed, ...] = ()
        self.actions = {"instance.coverage": self.open}

    async def open(self) -> None:
        """Ask for the list, then show how every document of it stands. Raises AppError."""
        from tui.ui.lab.coverage_view import CoverageView
        from tui.ui.lab.file_dialog import FileDialog

        key, _ = self.desk.state.selected, self.desk.service
        if key is None:
            return
        hint = "One key a line, the JSON of a lister of buckets, or a sitemap."
        path = self._path or str(Path.cwd() / "keys.txt")
        dialog = FileDialog(f"What {key.id} should hold", path, self._load, button="Compare", hint=hint)
        if (chosen := await self.desk.ask(dialog)) is not None:
            self._path = chosen
            await self.desk.ask(CoverageView(self.desk, key, self._listed, self._open_item))

    async def _load(self, path: Path) -> None:
        self._listed = await asyncio.to_thread(_read, path)


def _read(path: Path) -> tuple[Listed, ...]:
    """The list in a file. Raises UsageError."""
    from tui.service.lab.listings import read_listing

    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError("Cannot read the list", f"{safe(str(path))}: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise UsageError("The list is too large", f"More than {MOST_BYTES // 1024 // 1024} MiB.")
    return read_listing(data.decode("utf-8-sig", "replace"))

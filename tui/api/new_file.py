"""A file that is there whole or not at all, readable by its owner only."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from tui.errors import UsageError
from tui.text import safe


class NewFile:
    """A new file of mode 0600, written off the event loop; removed again when its block ends in an exception.

    Never overwrites and never follows a link at its name: it must not exist. Raises UsageError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._handle = -1

    async def __aenter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._handle = await asyncio.to_thread(os.open, self.path, flags, 0o600)
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from None
        return self

    async def write(self, piece: bytes) -> None:
        """Append `piece`."""
        try:
            await asyncio.to_thread(self._write_all, piece)
        except OSError as error:
            raise self._unwritable(error) from None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)
        if kind is not None:
            self.path.unlink(missing_ok=True)

    def _write_all(self, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            written = os.write(self._handle, view)
            self.size += written
            view = view[written:]

    def _unwritable(self, error: Exception) -> UsageError:
        reason = getattr(error, "strerror", None) or "not a usable name"
        return UsageError("Cannot write the file", f"{safe(str(self.path))}: {reason}.", "Choose another name.")

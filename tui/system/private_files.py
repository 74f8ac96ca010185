"""A file that is there whole or not at all, readable by its owner only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
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
        try:
            await _to_its_end(self._open)
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from None
        except asyncio.CancelledError:
            self._drop()
            raise
        return self

    async def write(self, piece: bytes) -> None:
        """Append `piece`."""
        try:
            await _to_its_end(lambda: self._write_all(piece))
        except OSError as error:
            raise self._unwritable(error) from None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            os.close(self._handle)
        else:
            self._drop()

    def _open(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        self._handle = os.open(self.path, flags, 0o600)

    def _drop(self) -> None:
        """Close and remove what was made; a name that was not ours stays."""
        if self._handle >= 0:
            os.close(self._handle)
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


async def _to_its_end(work: Callable[[], None]) -> None:
    """Run `work` in a thread. A cancellation passes only when it has ended: until then it uses the file's handle."""
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # seen: the cancellation is what is told
        raise

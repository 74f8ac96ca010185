"""The one way to write a file that only its owner may read: whole or not at all, and never through a link.

Everything here blocks, but `NewFile`: not for the event loop. Folders are made with mode 0700 whatever the umask says.
Text that cannot be encoded (surrogates out of file names, hosts, replies) is written with escapes and never raises.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tui.errors import UsageError
from tui.text import safe

MODE, FOLDER_MODE = 0o600, 0o700
_FLAGS = os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def make_folder(folder: Path) -> Path:
    """Make a folder and what is missing above it, readable by the owner only. Raises OSError."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):  # another process was faster
            one.mkdir(mode=FOLDER_MODE)
            one.chmod(FOLDER_MODE)
    return folder


def encoded(text: str) -> bytes:
    """UTF-8, with escapes for what has no encoding."""
    return text.encode("utf-8", "backslashreplace")


def open_new(path: Path, mode: int = MODE) -> int:
    """The descriptor of a new file. Raises FileExistsError for any file or link at that name, OSError."""
    return os.open(path, os.O_WRONLY | os.O_EXCL | _FLAGS, mode)


def open_to_append(path: Path) -> int:
    """The descriptor of a file to append to; one that is there becomes private. A link is not followed.

    Raises OSError.
    """
    opened = os.open(path, os.O_WRONLY | os.O_APPEND | _FLAGS, MODE)
    os.fchmod(opened, MODE)
    return opened


def write_new(path: Path, data: bytes | str, *, mode: int = MODE, sync: bool = False) -> Path:
    """A new file with all of `data`, or none; its path. `sync` waits until it is on the disk.

    Raises FileExistsError for any file or link at that name, OSError.
    """
    handle = open_new(path, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(encoded(data) if isinstance(data, str) else data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path


def replace_file(path: Path, data: bytes | str, *, mode: int = MODE, sync: bool = False) -> Path:
    """Write a file aside and put it in the place of the one that is there; its path. `sync` as in `write_new`.

    A reader never sees a part of it, and a failure leaves the old one as it is. Raises OSError.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # what a killed process of the same number has left
    try:
        return write_new(draft, data, mode=mode, sync=sync).replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def is_plain_file(path: Path) -> bool:
    """Whether there is a plain file at a name. Raises UsageError for anything else that is there, OSError."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        what = "a symbolic link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "not a plain file"
        raise UsageError("Not saved", f"{safe(str(path))} is {what}.", "Choose another name.")
    return True


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
        self._handle = open_new(self.path)

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

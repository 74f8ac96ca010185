"""The data folder: opened for one emulator at a time, and what cannot be used is refused in plain words."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import IO

_REASONS = {
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.EROFS: "its file system is read-only",
    errno.ENOSPC: "its disk is full",
    errno.ENOTDIR: "there is a file where a folder is needed",
    errno.EEXIST: "there is a file where a folder is needed",
    errno.ELOOP: "its lock is a symbolic link",
}


class FolderInUse(OSError):
    """The data folder belongs to another emulator that runs."""


class FolderUnusable(OSError):
    """The data folder cannot be worked in; the text says why."""


def claim(folder: Path) -> IO[bytes]:
    """Make `folder` when it is missing and return its lock, held until it is closed or the process ends.

    The system gives the lock back also after `kill -9`. Raises FolderInUse or FolderUnusable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Not opened to be emptied, and not through a link: it could name somebody else's file.
        number = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unusable(folder, error) from None
    lock = os.fdopen(number, "r+b")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise FolderInUse(f"another emulator works on {folder}") from None
    return lock


def unusable(folder: Path, error: OSError) -> FolderUnusable:
    """Return `error` with the name of the folder, in words."""
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return FolderUnusable(f"the data folder {folder} cannot be used: {reason}")

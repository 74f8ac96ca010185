"""A private file that grows line by line: what was written stays, whatever happens next."""

from __future__ import annotations

import os
from pathlib import Path

from tui.errors import UsageError
from tui.service.items.items import Taken
from tui.system.private_files import encoded, is_plain_file, open_new
from tui.text import safe


class LogFile:
    """A new file of mode 0600. One that replaces another is written beside it, and takes its place when it is whole.

    Never follows a link at its name. All methods block: not for the event loop.
    """

    def __init__(self, target: Path, *, replace: bool = False) -> None:
        """Raises Taken when the file is there and may not be replaced, UsageError for what cannot be written."""
        self.target = target.expanduser().absolute()
        try:
            there = is_plain_file(self.target)
            if there and not replace:
                raise Taken("The file exists", f"{safe(str(self.target))} is already there.", "Choose another name.")
            self.path = self.target.with_name(f"{self.target.name}.part") if there else self.target
            self._handle = open_new(self.path)
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from None

    def write(self, text: str) -> None:
        """Append `text`. Raises UsageError, as when the disk is full."""
        data = memoryview(encoded(text))
        try:
            while data:
                data = data[os.write(self._handle, data) :]
        except OSError as error:
            raise self._unwritable(error) from None

    def finish(self) -> Path:
        """All was written: where it is. Raises UsageError."""
        self.leave()
        try:
            if self.path != self.target:
                self.path.replace(self.target)
        except OSError as error:
            raise self._unwritable(error) from None
        return self.target

    def leave(self) -> Path:
        """No more will come: where the part is that was written."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        return self.path

    def _unwritable(self, error: Exception) -> UsageError:
        path = getattr(self, "path", self.target)
        reason = getattr(error, "strerror", None) or "not a usable name"
        return UsageError("Cannot write the file", f"{safe(str(path))}: {reason}.", "Choose another name or folder.")

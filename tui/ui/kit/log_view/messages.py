"""What a log view posts: where the reader is, and the form of all its messages."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from textual.message import Message


class Position(Struct, frozen=True):
    """Where the reader is. `number` is the number of the current line, `total` the lines of the log, both if known.

    `errors` are the error lines among those in memory, which are all there are unless `partly`.
    `loaded` lines were looked at, `shown` of them pass the filter. `new_below` have come since
    following stopped. With `utc` times are shown in UTC.
    """

    following: bool = True
    number: int | None = None
    total: int | None = None
    loaded: int = 0
    shown: int = 0
    new_below: int = 0
    marked: int = 0
    utc: bool = False
    errors: int = 0
    partly: bool = False
    search: str = ""
    filter: str = ""


class LogMessage(Message):
    """A message of a log view."""

    def __init__(self, view: Any) -> None:
        self.view = view
        super().__init__()

    @property
    def control(self) -> Any:
        """The view that sent it."""
        return self.view

"""Server-sent events: bytes in any pieces -> whole events. Pure."""

from __future__ import annotations

from typing import NamedTuple

from tui.errors import BadReply

MAX_EVENT = 8_000_000
"""Bytes of one event: more is no answer."""


class Event(NamedTuple):
    """One event: its name, `message` unless given, and its data lines joined."""

    name: str
    data: str


class EventParser:
    """Collects pieces until events are whole; lines may end in LF, CRLF or CR, and a piece may end anywhere."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[Event]:
        """The events that `piece` completes. Raises BadReply for one that grows beyond reason."""
        self._size += len(piece)
        if self._size > MAX_EVENT:
            raise BadReply("Reply too large", "One part of the streamed answer does not end.", "Ask again.")
        *lines, self._rest = _lines(self._rest + piece)
        return [event for line in lines if (event := self._take(line))]

    def finish(self) -> list[Event]:
        """What is left when the stream ends: servers forget the last empty line."""
        rest, self._rest = self._rest.rstrip(b"\r"), b""
        return [event for line in (rest, b"") if (event := self._take(line))]

    def _take(self, line: bytes) -> Event | None:
        if not line:
            event = Event(self._name or "message", "\n".join(self._data)) if self._data else None
            self._name, self._data, self._size = "", [], len(self._rest)
            return event
        field, _, value = line.decode("utf-8", "replace").removeprefix("\ufeff").partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        return None


def _lines(text: bytes) -> list[bytes]:
    """The lines of `text`, the last one unfinished. A CR at the very end may be half of a CRLF: it stays unfinished."""
    held = text.endswith(b"\r")
    whole = (text[:-1] if held else text).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = whole.split(b"\n")
    return [*lines[:-1], lines[-1] + b"\r"] if held else lines

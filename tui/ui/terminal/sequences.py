"""What a terminal sends, cut into whole escape sequences: late bytes are waited for, foreign replies are dropped.

Pure: text in, text out, and a clock. What comes out is whole, so that whoever reads it needs no clock of its own but
for a lone escape.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

ESC = "\x1b"
PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"
ESCAPE_SECONDS = 0.1
"""How long a lone escape may be the beginning of a sequence: it is a key of its own."""
SEQUENCE_SECONDS = 0.7
"""How long the rest of a sequence is waited for: nobody types escape and `[` in one moment, but a line may be slow."""
PASTE_SILENCE, PASTE_SECONDS = 1.0, 10.0
"""A paste has ended without its end after so long without a byte, or so long in all."""
PASTE_MOST = 1_000_000
"""Characters of a paste that are taken; the rest is dropped, and never typed as keys."""
STRING_SECONDS = 10.0
"""A string has ended without its end after so long: letters that are typed meanwhile would be taken for more of it."""
REPLY_MOST = 65_536
_KEY = re.compile(r"\x1b(?:O[^\x1b]|\[M[^\x1b]{3}|\[(?!M)[0-?]*[ -/]*[@-~])")
_BEGUN = re.compile(r"\x1b(?:O|\[[0-?]*[ -/]*|\[M[^\x1b]{0,2})?\Z")
_REPLY = re.compile(
    r"\x1b\[(?:\?[\d;]*[cnu]|[>=][\d;]*[cu]|[03]n|[4689];[\d;]*t|\?[\d;]+S)"  # attributes, status, keyboard, sizes
)
_STRING = re.compile(r"\x1b(?:\](?:\d|[lL])|P[\d>!$+=|]|_G)")
"""How a string begins that a terminal sends: colours, names, images. With `^` or `X` begins none: those are keys."""
_STRING_BEGUN = re.compile(r"\x1b[\]P_]\Z")
_STRING_END = re.compile(r"\x07|\x1b\\|\x9c|(?P<key>\x1b[^\\]|[\x00-\x06\x08-\x1a\x1c-\x1f\x7f])")
"""Its own end, or a key: no string holds an escape or another control character, such as that of ctrl+c."""
_NOT_TEXT = {ord(ESC): None, 0: None}
_SIZE = re.compile(r"\x1b\[48;")
"""The window's size, which the console asked for itself."""


def is_sequence(text: str) -> bool:
    """Whether it is one whole control sequence, which no keys could make together."""
    return len(text) > len(ESC + "[") and text.startswith(ESC + "[") and _KEY.fullmatch(text) is not None


class Pasted(str):
    """The text of a whole paste: no key of it is one."""

    __slots__ = ()


class Sequences:
    """Holds back what is not whole yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._held = ""
        self._since = 0.0
        self._string_began: float | None = None
        self._pasted: list[str] | None = None
        """What came of the paste that goes on."""
        self._paste_size = 0
        self._paste_began = self._paste_heard = 0.0

    def feed(self, text: str) -> Iterator[str]:
        """What is whole of it and of what was held back, in pieces."""
        now = self._clock()
        if self._held and now - self._since > SEQUENCE_SECONDS:
            yield from self.tick()
        data, self._held = self._held + text, ""
        while data:
            piece, data = self._outside(data, now) if self._pasted is None else self._in_paste(data, now)
            if piece:
                yield piece

    def tick(self) -> Iterator[str]:
        """What is given up waiting for."""
        now = self._clock()
        if self._pasted is not None:
            if now - self._paste_heard > PASTE_SILENCE or now - self._paste_began > PASTE_SECONDS:
                self._held = ""
                yield self._end_paste()
            return
        patience = ESCAPE_SECONDS if self._held == ESC else SEQUENCE_SECONDS
        if self._held and now - self._since >= patience:
            held, self._held, self._string_began = self._held, "", None
            if not _STRING.match(held):
                yield held
            elif held.endswith(ESC):  # half of a reply is no key, but the escape behind it is
                yield ESC

    def rest(self) -> str:
        """What is held back at the end of all input."""
        held, self._held = self._held, ""
        return held

    def _outside(self, data: str, now: float) -> tuple[str, str]:
        """The first piece of text that is no paste, and what follows it; what is not whole is held back."""
        at = data.find(ESC)
        if at:
            return (data, "") if at < 0 else (data[:at], data[at:])
        if data.startswith(PASTE):
            self._pasted, self._paste_size, self._paste_began = [], 0, now
            return "", data[len(PASTE) :]
        if _STRING.match(data):
            return self._string(data, now)
        if _REPLY.match(data) and not _SIZE.match(data):
            return "", self._after_reply(data)
        if match := _KEY.match(data):
            return match[0], data[match.end() :]
        if _BEGUN.match(data) or _STRING_BEGUN.match(data):
            return self._hold(data, now)
        size = 1 if data.startswith(ESC, 1) else 2  # an escape, and a key in one packet: the next may have its own
        return data[:size], data[size:]

    def _after_reply(self, data: str) -> str:
        match = _REPLY.match(data)
        return data[match.end() :] if match else data

    def _string(self, data: str, now: float) -> tuple[str, str]:
        """A string that somebody asked the terminal for is dropped when its end has come, or a key."""
        began = now if self._string_began is None else self._string_began
        self._string_began = None
        if end := _STRING_END.search(data, 2):
            return "", data[end.start() if end["key"] else end.end() :]
        if len(data) > REPLY_MOST or now - began > STRING_SECONDS:
            return "", ""
        self._string_began = began
        return self._hold(data, now)

    def _hold(self, data: str, now: float) -> tuple[str, str]:
        self._held, self._since = data[: REPLY_MOST + 1], now
        return "", ""

    def _in_paste(self, data: str, now: float) -> tuple[str, str]:
        """The whole paste, when its end has come; what may be the beginning of the end is held back."""
        self._paste_heard = now
        end = data.find(PASTE_END)
        if end >= 0:
            self._take(data[:end])
            return self._end_paste(), data[end + len(PASTE_END) :]
        begun = next((size for size in range(len(PASTE_END) - 1, 0, -1) if data.endswith(PASTE_END[:size])), 0)
        self._take(data[: len(data) - begun])
        self._held = data[len(data) - begun :]
        return "", ""

    def _take(self, text: str) -> None:
        """Keep what there is room for of pasted text; an escape in it is no key."""
        room = max(0, PASTE_MOST - self._paste_size)
        self._paste_size += len(text)
        if self._pasted is not None:
            self._pasted.append(text[:room].translate(_NOT_TEXT))

    def _end_paste(self) -> Pasted:
        text, self._pasted = Pasted("".join(self._pasted or ())), None
        return text

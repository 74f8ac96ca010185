"""Escape and the key after it, also where a slow line brings both in one packet.

A terminal says `alt+q` with the bytes of escape and `q`, so Textual takes the two for one key, or for the second alone.
The console has no alt keys: escape is meant, and then the other key.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

ALT = "alt+"
_OF_A_SEQUENCE = ("[", "O")
"""They begin the sequences of keys: what follows them is no key that was typed."""


class EscapeParser(XTermParser):
    """Names every key after an escape `alt+...`: Textual does so of letters only, and forgets the escape of others.

    Option with an arrow or backspace stays what it is to Textual: escape with `b`, `f`, tab or delete.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if isinstance(ANSI_SEQUENCES_KEYS.get(sequence), str):
            return  # escape and a digit, which Textual takes for a sign of a Mac's keyboard
        for event in super()._sequence_to_key_events(sequence, alt):
            plain = not alt or sequence in _OF_A_SEQUENCE or event.key.startswith(ALT)
            yield event if plain else events.Key(ALT + event.key, event.character)


def choose_parser() -> None:
    """How the bytes of this process's terminal become keys from now on."""
    linux_driver.XTermParser = EscapeParser  # type: ignore[attr-defined]


def key_after_escape(event: events.Key) -> events.Key | None:
    """The key that came with an escape; None for any other key, and for `[` and `O`, with which sequences begin."""
    key = event.key.removeprefix(ALT)
    if key == event.key or event.character is None or event.character in _OF_A_SEQUENCE:
        return None
    return events.Key(event.character if key.startswith("shift+") else key, event.character)

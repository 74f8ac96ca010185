"""A text for the terminal to show beside its window: the bell, OSC 9 and OSC 777, through tmux and screen."""

from __future__ import annotations

from tui.text import visible
from tui.ui.terminal.terminal import Terminal

TITLE = "aisearch"
BELL = "\x07"


def notification(text: str, terminal: Terminal) -> str:
    """What to write to the terminal. A console without windows gets the bell alone: it could print the rest.

    Only the bell is sure to come through a multiplexer: tmux hands on the rest where `allow-passthrough` is on.
    """
    if not terminal.titles:
        return BELL
    words = harmless(text)
    sequences = (f"\x1b]9;{words}\x07", f"\x1b]777;notify;{TITLE};{words}\x07")
    return BELL + "".join(_passed_through(one, terminal) for one in sequences)


def harmless(text: str) -> str:
    """The text without what would end the sequence, part its fields, or act on the terminal."""
    plain = visible(text).replace(";", ",")
    return "".join(char for char in plain if char.isprintable())


def _passed_through(sequence: str, terminal: Terminal) -> str:
    """Wrapped for the multiplexer that the program runs in; over ssh out of tmux, for the one that TERM speaks of."""
    if terminal.multiplexer == "tmux" or (terminal.nested and terminal.name.startswith("tmux")):
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
    return f"\x1bP{sequence}\x1b\\" if terminal.multiplexer == "screen" else sequence

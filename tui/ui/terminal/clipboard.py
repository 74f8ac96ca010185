"""Copying: to tmux's buffer or by OSC 52, and always to a private file; said in words that claim no more than is known.

No terminal tells whether it took a copy, so the file is the one place that is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from tui.errors import AppError
from tui.system.private_files import make_folder, replace_file
from tui.system.subprocesses import in_background, run
from tui.text import count
from tui.ui.terminal.terminal import Terminal

OSC52_LIMIT = 74_994
"""Bytes of text. With base64 and its frame 100,000, where terminals begin to drop or cut the sequence."""
FILE_NAME = "copied.txt"
TMUX_SECONDS = 2.0
_WITHOUT_OSC52 = ("linux", "vt", "cons")


class Copied(Struct, frozen=True):
    """Where a text went: a sentence for the operator, and the file that has it (None when none could be written)."""

    where: str
    path: Path | None


class _Sent(Struct, frozen=True):
    """Whether a text was handed to something that may have a clipboard, and what to say about it."""

    handed_over: bool
    words: str


async def copy(
    text: str, *, terminal: Terminal, folder: Path, environ: Mapping[str, str], osc52: Callable[[str], None]
) -> Copied:
    """Copy by every way that is open. `folder` is the state directory; `osc52` is Textual's `copy_to_clipboard`.

    The file is replaced by the next copy. Raises AppError when the text went nowhere at all.
    """
    data = text.encode("utf-8", "backslashreplace")
    if terminal.multiplexer == "tmux":
        sent = await in_background(lambda: _to_tmux(data, environ))
    else:
        sent = _by_osc52(text, len(data), terminal, osc52)
    try:
        path = _save(data, folder)
    except OSError as error:
        if not sent.handed_over:
            hint = "Make room in the state directory, or fix its permissions."
            raise AppError("Nothing was copied", f"{sent.words} {folder}: {error.strerror}.", hint) from None
        return Copied(f"{sent.words} Not in a file: {error.strerror}.", None)
    return Copied(f"{sent.words} Also in {path}" if sent.handed_over else f"In {path}. {sent.words}", path)


def way(terminal: Terminal) -> str:
    """How a copy would go, in words; nothing is copied."""
    if terminal.multiplexer == "tmux":
        return "tmux load-buffer -w: tmux's buffer, and the terminal's clipboard if tmux passes it on."
    return _by_osc52("", 0, terminal, lambda text: None).words


def _to_tmux(data: bytes, environ: Mapping[str, str]) -> _Sent:
    """`-w` hands it on to the terminal's clipboard, unless tmux was told otherwise; tmux before 3.2 lacks it."""
    try:
        if run(["tmux", "load-buffer", "-w", "-"], environ=environ, seconds=TMUX_SECONDS, give=data).code == 0:
            return _Sent(True, "In tmux's buffer (prefix ]), and offered to the terminal's clipboard.")
        if run(["tmux", "load-buffer", "-"], environ=environ, seconds=TMUX_SECONDS, give=data).code == 0:
            return _Sent(True, "In tmux's buffer (prefix ]).")
    except OSError:  # TimeoutError is one
        pass
    return _Sent(False, "tmux did not take it.")


def _by_osc52(text: str, size: int, terminal: Terminal, osc52: Callable[[str], None]) -> _Sent:
    if terminal.multiplexer == "screen":
        return _Sent(False, "GNU screen hands nothing on to the terminal's clipboard.")
    if terminal.name.startswith(_WITHOUT_OSC52):
        return _Sent(False, "This terminal has no clipboard.")
    if size > OSC52_LIMIT:
        return _Sent(False, f"{count(size)} bytes are too many for the terminal's clipboard.")
    osc52(text)
    if terminal.nested:
        return _Sent(True, "Sent to the terminal's clipboard; the tmux or screen around this session may drop it.")
    return _Sent(True, "Sent to the terminal's clipboard, if it takes copies (OSC 52).")


def _save(data: bytes, folder: Path) -> Path:
    """Write the private file whole, then put it in place of the last one: a reader never sees a part of it."""
    return replace_file(make_folder(folder) / FILE_NAME, data)

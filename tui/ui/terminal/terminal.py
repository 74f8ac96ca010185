"""What terminal this is, decided once and before Textual is imported: Textual reads its variables at import."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from io import TextIOWrapper
from typing import Literal, TextIO

from msgspec import Struct

from tui.errors import UsageError

SSH_FPS = 15
LOCAL_FPS = 120
TRUECOLOR = 1 << 24
_COLOR_SYSTEMS = {16: "standard", 256: "256", TRUECOLOR: "truecolor"}
_TRUECOLOR_TERMS = ("alacritty", "foot", "ghostty", "kitty", "wezterm")  # their COLORTERM does not survive ssh
_COERCED = ("C.UTF-8", "C.utf8")


class Terminal(Struct, frozen=True):
    """Facts about the terminal. `colours` is 16, 256 or TRUECOLOR; `no_color` asks for none whatever it can do.

    `multiplexer` is what the program itself runs in; `nested` that only TERM speaks of one, somewhere further out
    (ssh from inside tmux). `fps` is the most frames per second. No animation, ever.
    """

    name: str
    colours: int
    no_color: bool
    ssh: bool
    multiplexer: Literal["tmux", "screen"] | None
    nested: bool
    ascii: bool
    light: bool
    asked_theme: str | None = None

    @property
    def fps(self) -> int:
        """Frames per second at most: a slow line must not queue frames that nobody sees."""
        return SSH_FPS if self.ssh else LOCAL_FPS

    @property
    def mouse(self) -> bool:
        """Whether to report the mouse from the start: over ssh every movement would cost bytes both ways."""
        return not self.ssh

    @property
    def titles(self) -> bool:
        """Whether a window title may be set: a console without a window could print the sequence as text."""
        return not self.name.startswith(("linux", "vt", "cons", "sun"))

    @property
    def theme(self) -> str:
        """The theme's name. 16 colours and NO_COLOR need one of the terminal's own colours."""
        light = self.asked_theme.endswith("-light") if self.asked_theme else self.light
        if self.asked_theme and not self.no_color:
            return self.asked_theme
        ansi = "ansi-" if self.no_color or self.colours == 16 else ""
        return f"aisearch-{ansi}{'light' if light else 'dark'}"

    def apply(self, environ: MutableMapping[str, str]) -> None:
        """Set what Textual reads at import. A frame rate or colour system that the user set himself stays."""
        environ["TEXTUAL_ANIMATIONS"] = "none"
        environ.setdefault("TEXTUAL_FPS", str(self.fps))
        environ.setdefault("TEXTUAL_COLOR_SYSTEM", _COLOR_SYSTEMS[self.colours])
        if not self.no_color:
            environ.pop("NO_COLOR", None)  # Textual takes an empty one for a yes, the convention does not


def detect(
    environ: Mapping[str, str], *, stdin: bool, stderr: bool, ascii_only: bool = False, theme: str | None = None
) -> Terminal:
    """The terminal as `environ` tells; `stdin` and `stderr`: whether they are terminals, as Textual uses these two.

    Raises UsageError, one clear line, where no console can run: without a terminal Textual would spin for ever, and
    on TERM=dumb it would write escape sequences all the same.
    """
    _refuse(environ, stdin, stderr)
    name = environ.get("TERM", "")
    multiplexer = _multiplexer(environ)
    return Terminal(
        name=name,
        colours=_colours(name, environ.get("COLORTERM", ""), screen=multiplexer == "screen"),
        no_color=bool(environ.get("NO_COLOR")),
        ssh=bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")),
        multiplexer=multiplexer,
        nested=multiplexer is None and name.startswith(("tmux", "screen")),
        ascii=ascii_only or not _is_utf8(environ),
        light=environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15"),
        asked_theme=theme,
    )


def detect_here(*, ascii_only: bool = False, theme: str | None = None) -> Terminal:
    """`detect` for this process."""
    return detect(os.environ, stdin=os.isatty(0), stderr=os.isatty(2), ascii_only=ascii_only, theme=theme)


def _refuse(environ: Mapping[str, str], stdin: bool, stderr: bool) -> None:
    for name, is_terminal in (("input", stdin), ("error output", stderr)):
        if not is_terminal:
            hint = "Start it on a terminal; over ssh use `ssh -t`."
            raise UsageError("Not on a terminal", f"Standard {name} is not a terminal.", hint)
    if environ.get("TERM", "") in ("", "dumb", "unknown"):
        name = environ.get("TERM") or "empty"
        detail = f"TERM is {name}: this terminal cannot place a cursor."
        raise UsageError("Terminal too simple", detail, "Set TERM to what your terminal is, such as xterm-256color.")


def _multiplexer(environ: Mapping[str, str]) -> Literal["tmux", "screen"] | None:
    return "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else None


def _colours(name: str, colorterm: str, *, screen: bool) -> int:
    """How many colours the terminal shows. GNU screen hands on COLORTERM of a terminal whose colours it garbles."""
    if not screen:
        if colorterm.lower() in ("truecolor", "24bit") or name.endswith("-direct"):
            return TRUECOLOR
        if any(part in name for part in _TRUECOLOR_TERMS):
            return TRUECOLOR
    return 256 if "256color" in name else 16


def _is_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the user's locale is UTF-8. Python itself replaces C by C.UTF-8 in LC_CTYPE (PEP 538): not the user."""
    lang = environ.get("LANG", "")
    ctype = environ.get("LC_ALL") or environ.get("LC_CTYPE") or lang
    if ctype in _COERCED and not environ.get("LC_ALL") and lang in ("", "C", "POSIX"):
        return False
    return "utf-8" in ctype.lower() or "utf8" in ctype.lower()


def write_utf8(stream: TextIO | None = None) -> None:
    """Make the stream that Textual draws on (`sys.__stderr__`) write UTF-8 whatever the locale; before `run()`."""
    stream = stream or sys.__stderr__
    if isinstance(stream, TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
        stream.reconfigure(encoding="utf-8", errors="replace")

"""What terminal this is, decided once and before Textual is imported: Textual reads its variables at import."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Literal, TextIO

from msgspec import Struct

from tui.errors import UsageError

SSH_FPS = 15
LOCAL_FPS = 120
TRUECOLOR = 1 << 24
_COLOR_SYSTEMS = {16: "standard", 256: "256", TRUECOLOR: "truecolor"}
_TRUECOLOR_TERMS = ("alacritty", "foot", "ghostty", "kitty", "wezterm")  # their COLORTERM does not survive ssh
_ASKED_COLOURS = (*_COLOR_SYSTEMS.values(), "auto")
_KEPT = ("TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM")
_IN_CELLS = "aisearch-cells"
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
        for name in [name for name in environ if name.startswith("TEXTUAL")]:
            if name not in _KEPT:
                del environ[name]  # such as TEXTUAL_DEBUG and TEXTUAL_LOG, which write every key to a file
        environ["TEXTUAL_ANIMATIONS"] = "none"
        if not environ.get("TEXTUAL_FPS", "").isdecimal():
            environ["TEXTUAL_FPS"] = str(self.fps)
        if environ.get("TEXTUAL_COLOR_SYSTEM") not in _ASKED_COLOURS:
            environ["TEXTUAL_COLOR_SYSTEM"] = _COLOR_SYSTEMS[self.colours]
        if not self.no_color:
            environ.pop("NO_COLOR", None)  # Textual takes an empty one for a yes, the convention does not


def detect(
    environ: Mapping[str, str],
    *,
    stdin: bool,
    stderr: bool,
    stdout: bool = True,
    ascii_only: bool = False,
    theme: str | None = None,
    coerced: bool = True,
) -> Terminal:
    """The terminal as `environ` tells; `stdin`, `stderr`, `stdout`: whether they are terminals.

    Textual reads the first, draws on the second, and asks the third for its size. `coerced`: whether the environment is
    Python's, which may have replaced LC_CTYPE (PEP 538), and not the one that the process was started with.
    Raises UsageError, one clear line, where no console can run: without a terminal Textual would spin for ever, and
    on TERM=dumb it would write escape sequences all the same.
    """
    _refuse(environ, stdin, stderr, stdout)
    name = environ.get("TERM", "")
    multiplexer = _multiplexer(environ)
    return Terminal(
        name=name,
        colours=_colours(name, environ.get("COLORTERM", ""), screen=multiplexer == "screen"),
        no_color=bool(environ.get("NO_COLOR")),
        ssh=bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")),
        multiplexer=multiplexer,
        nested=multiplexer is None and name.startswith(("tmux", "screen")),
        ascii=ascii_only or not _is_utf8(environ, coerced=coerced),
        light=environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15"),
        asked_theme=theme,
    )


def detect_here(*, ascii_only: bool = False, theme: str | None = None) -> Terminal:
    """`detect` for this process, by the locale that it was started with where that is known."""
    environ, started = dict(os.environ), _started_with()
    if started is not None:
        environ.pop("LC_CTYPE", None)
        environ |= {name: value for name, value in started.items() if name == "LC_CTYPE"}
    return detect(
        environ,
        stdin=os.isatty(0),
        stderr=os.isatty(2),
        stdout=os.isatty(1),
        ascii_only=ascii_only,
        theme=theme,
        coerced=started is None,
    )


def _started_with() -> Mapping[str, str] | None:
    """The environment that this process was started with; None where the system does not tell."""
    try:
        data = Path("/proc/self/environ").read_bytes()
    except OSError:
        return None
    return {name: value for name, _, value in (os.fsdecode(one).partition("=") for one in data.split(b"\0") if one)}


def take_over(environ: MutableMapping[str, str]) -> None:
    """Make the terminal of this process what the screen needs; before Textual is imported.

    The window's own size goes before COLUMNS and LINES, which may be those of another window. A terminal that another
    program left non-blocking would drop what does not fit at once.
    """
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            os.set_blocking(descriptor, True)
    with suppress(OSError):
        if all(os.get_terminal_size(1)):
            for name in ("COLUMNS", "LINES"):
                environ.pop(name, None)


def _refuse(environ: Mapping[str, str], stdin: bool, stderr: bool, stdout: bool) -> None:
    for name, is_terminal in (("input", stdin), ("error output", stderr), ("output", stdout)):
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


def _is_utf8(environ: Mapping[str, str], *, coerced: bool) -> bool:
    """Whether the user's locale is UTF-8. Python itself replaces C by C.UTF-8 in LC_CTYPE (PEP 538): not the user."""
    lang = environ.get("LANG", "")
    ctype = environ.get("LC_ALL") or environ.get("LC_CTYPE") or lang
    if coerced and ctype in _COERCED and not environ.get("LC_ALL") and lang in ("", "C", "POSIX"):
        return False
    return "utf-8" in ctype.lower() or "utf8" in ctype.lower()


def write_ascii(stream: TextIO | None = None) -> None:
    """Make the stream that Textual draws on write ASCII only: what servers and files say too. Widths stay."""
    stream = stream or sys.__stderr__
    codecs.register_error(_IN_CELLS, _in_cells)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="ascii", errors=_IN_CELLS)


def _in_cells(error: UnicodeError) -> tuple[str, int]:
    """Letters without their accents, a `?` a cell for the rest."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from rich.cells import cell_len

    def plain(char: str) -> str:
        first = unicodedata.normalize("NFKD", char)[0]
        return first if first.isascii() and first.isprintable() and cell_len(char) == 1 else "?" * cell_len(char)

    return "".join(map(plain, error.object[error.start : error.end])), error.end


def write_utf8(stream: TextIO | None = None) -> None:
    """Make the stream that Textual draws on (`sys.__stderr__`) write UTF-8 whatever the locale; before `run()`."""
    stream = stream or sys.__stderr__
    if isinstance(stream, TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
        stream.reconfigure(encoding="utf-8", errors="replace")

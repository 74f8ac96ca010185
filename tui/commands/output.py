"""What a command prints: a table on a terminal, tabs in a pipe, JSON lines where asked for; all else on stderr.

Standard output has data and nothing else. Text of the server is safe already (see `tui.text`); here it is kept on one
line and within the width of the terminal.
"""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TextIO

from tui.text import one_line, safe, visible

_COLOURS = {"error": "31", "warning": "33", "ok": "32", "muted": "2", "head": "1"}
_GAP = 2
LEAST = 8
"""Cells to which a column that may shrink is cut at most."""


class Heading(NamedTuple):
    """One column: its heading, whether it is aligned to the right, and its turn to be cut where the line is too long.

    Columns with the highest `shrinks` are cut first, those with 0 never.
    """

    name: str
    right: bool = False
    shrinks: int = 0


class Cell(NamedTuple):
    """A text and how grave it is: error, warning, ok, muted, or nothing."""

    text: str
    level: str = ""


Texts = Sequence[str | Cell]


class Output:
    """Where a command's data and its notes go. `as_json`, `quiet`: the flags --json and --quiet."""

    def __init__(
        self,
        stdout: TextIO,
        stderr: TextIO,
        environ: Mapping[str, str],
        *,
        as_json: bool = False,
        quiet: bool = False,
    ) -> None:
        self._out = stdout
        self._err = stderr
        self.as_json = as_json
        self.quiet = quiet
        self.terminal = stdout.isatty()
        self._colour = self.terminal and not environ.get("NO_COLOR") and environ.get("TERM", "") not in ("", "dumb")
        self._ascii = (getattr(stdout, "encoding", None) or "ascii").lower().replace("-", "") != "utf8"

    @property
    def width(self) -> int:
        """Cells in a line of the terminal, at least 40."""
        return max(40, shutil.get_terminal_size((80, 24)).columns)

    # data

    def rows(self, columns: Sequence[Heading], rows: Iterable[tuple[Texts, Mapping[str, Any]]]) -> None:
        """A list: each entry as the cells of a row and as the object that stands for it in JSON."""
        if self.as_json:
            for _, value in rows:
                self.object(value)
        elif self.terminal:
            self._table(columns, [[self._cell(one) for one in cells] for cells, _ in rows])
        else:
            for cells, _ in rows:
                self._write("\t".join(self._cell(one).text for one in cells) + "\n")

    def fields(self, pairs: Iterable[tuple[str, str | Cell]], value: Mapping[str, Any]) -> None:
        """One thing: a name and its value a line, or one JSON object."""
        if self.as_json:
            self.object(value)
            return
        shown = [(name, self._cell(text)) for name, text in pairs]
        widest = max((len(name) for name, _ in shown), default=0) + _GAP
        for name, cell in shown:
            self._write(f"{name:<{widest}}{self.painted(cell)}\n" if self.terminal else f"{name}\t{cell.text}\n")

    def object(self, value: Mapping[str, Any]) -> None:
        """One JSON object on one line."""
        self._write(json.dumps(value, ensure_ascii=self._ascii, default=str) + "\n")

    def text(self, text: str, end: str = "\n") -> None:
        """A document, or one line of a stream: exact for a pipe, harmless for a terminal."""
        self._write((safe(text) if self.terminal else text) + end)

    def flush(self) -> None:
        """Let the reader have what was written. Raises BrokenPipeError when there is none any more."""
        self._out.flush()

    def _write(self, text: str) -> None:
        self._out.write(text)

    # the rest

    def note(self, text: str) -> None:
        """Progress, a wait, a warning: on stderr, unless --quiet."""
        if not self.quiet:
            self.problem(text)

    def problem(self, text: str) -> None:
        """What went wrong, or could not be read: on stderr, always."""
        with suppress(BrokenPipeError):  # without a reader of stderr there is nobody to tell
            print(f"aisearch: {safe(text)}", file=self._err, flush=True)

    # a table

    def _table(self, columns: Sequence[Heading], rows: Sequence[Sequence[Cell]]) -> None:
        widths = [max([len(one.name), *(cells(row[at].text) for row in rows)]) for at, one in enumerate(columns)]
        _fit(widths, columns, self.width)
        heads = [Cell(one.name.upper(), "head") for one in columns]
        for row in (heads, *rows) if rows else ():
            padded = (self._padded(*each) for each in zip(row, columns, widths, strict=True))
            self._write((" " * _GAP).join(padded).rstrip() + "\n")

    def _padded(self, cell: Cell, column: Heading, width: int) -> str:
        cell = cell._replace(text=cut(cell.text, width, "..." if self._ascii else "…"))
        space = " " * (width - cells(cell.text))
        return space + self.painted(cell) if column.right else self.painted(cell) + space

    def _cell(self, value: str | Cell) -> Cell:
        """A cell on one row: exact for a pipe but for line ends and tabs, harmless for a terminal."""
        cell = value if isinstance(value, Cell) else Cell(value)
        return cell._replace(text=visible(cell.text) if self.terminal else one_line(cell.text))

    def painted(self, cell: Cell) -> str:
        """The text of a cell in its colour, where colour is allowed."""
        if not self._colour or not cell.level or not cell.text:
            return cell.text
        return f"\x1b[{_COLOURS[cell.level]}m{cell.text}\x1b[0m"


def standard(environ: Mapping[str, str], *, as_json: bool = False, quiet: bool = False) -> Output:
    """The output of this process. What a locale cannot encode is escaped: no name ends a command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return Output(sys.stdout, sys.stderr, environ, as_json=as_json, quiet=quiet)


def _fit(widths: list[int], columns: Sequence[Heading], most: int) -> None:
    """Make columns narrower until a row fits: those whose turn is first, and of them the widest."""
    over = sum(widths) + _GAP * (len(widths) - 1) - most
    while over > 0:
        able = [at for at, one in enumerate(columns) if one.shrinks and widths[at] > LEAST]
        if not able:
            return
        turn = max(able, key=lambda at: (columns[at].shrinks, widths[at]))
        widths[turn] -= 1
        over -= 1


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def cut(text: str, width: int, sign: str = "…") -> str:
    """The text in at most this many cells, ending in a sign where something is left out."""
    if cells(text) <= width:
        return text
    kept = text[: max(0, width - len(sign))]
    while cells(kept) > width - len(sign):
        kept = kept[:-1]
    return kept + sign

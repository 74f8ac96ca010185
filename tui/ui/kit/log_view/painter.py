"""From a log line to a strip: time, severity sign, text with highlights, cut to the width in cells."""

from __future__ import annotations

import time
from enum import Enum

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.logtail import Kind, LogLine
from tui.logtail.severity import Severity
from tui.text import age
from tui.ui.kit.log_view.match import Matcher
from tui.ui.kit.log_view.rows import Role


class Times(Enum):
    """How the time of a line is shown, and the cells that it takes."""

    LOCAL = 8
    UTC = 9
    AGE = 4
    OFF = 0

    def text(self, seconds: float | None, now: float) -> str:
        """The time of a line, right-aligned in the column."""
        if seconds is None or self is Times.OFF:
            words = ""
        elif self is Times.AGE:
            words = age(now - seconds)
        elif self is Times.UTC:
            words = time.strftime("%H:%M:%SZ", time.gmtime(seconds))
        else:
            words = time.strftime("%H:%M:%S", time.localtime(seconds))
        return words.rjust(self.value)


class Inks(Struct, frozen=True):
    """The styles of a row's parts, laid over the background."""

    text: Style
    time: Style
    warning: Style
    error: Style
    separator: Style
    match: Style
    cursor: Style

    def of(self, severity: Severity) -> Style:
        """The style of a line's text."""
        return self.error if severity is Severity.ERROR else self.warning if severity is Severity.WARNING else self.text


class Sheet(Struct, frozen=True):
    """How all rows look now: `width` cells in all, `left` cells scrolled sideways, in the times of `now`."""

    width: int
    left: int = 0
    times: Times = Times.LOCAL
    now: float = 0.0
    ascii: bool = False
    search: Matcher | None = None

    @property
    def margin(self) -> int:
        """Cells before the text."""
        return self.times.value + (1 if self.times.value else 0) + 2

    @property
    def room(self) -> int:
        """Cells for the text."""
        return max(1, self.width - self.margin)

    @property
    def mark(self) -> str:
        """The sign of a marked line."""
        return "*" if self.ascii else "•"

    def sign(self, severity: Severity) -> str:
        """The sign of a severity, so that colour never tells alone."""
        if severity is Severity.ERROR:
            return "x" if self.ascii else "✗"
        return "!" if severity is Severity.WARNING else " "


def paint(line: LogLine, pieces: list[str], row: int, sheet: Sheet, inks: Inks, role: Role) -> Strip:
    """One row of a line; `pieces` is its text folded into rows, one piece when it is not wrapped."""
    over = inks.cursor if role.cursor else Style.null()
    if line.kind is Kind.SEPARATOR:
        return _separator(line, sheet, inks.separator + over)
    ink = inks.of(line.severity) + over
    mark = Segment(sheet.mark, inks.separator + over) if role.marked else Segment(" ", ink)
    head = [Segment(" " * (sheet.margin - 1), ink), mark]
    if row == 0:
        gap = " " if sheet.times.value else ""
        stamp = Segment(sheet.times.text(line.time_s, sheet.now) + gap, inks.time + over)
        head = [stamp, Segment(sheet.sign(line.severity), ink), mark]
    start = sum(len(piece) for piece in pieces[:row])
    body = _body(line.text, start, pieces[row], len(pieces) == 1, sheet, ink, inks.match)
    strip = Strip([segment for segment in (*head, *body) if segment.text])
    return strip.adjust_cell_length(sheet.width, ink).simplify()  # one style, one sequence of bytes


def _body(text: str, start: int, piece: str, whole: bool, sheet: Sheet, ink: Style, match: Style) -> Strip:
    """The text of a row: `piece`, which begins at character `start`; scrolled sideways when it is the whole line."""
    left = sheet.left if whole else 0
    stop = left + sheet.room
    spans = sheet.search.spans(text) if sheet.search else []
    if piece.isascii():
        cut = piece[left:stop]
        return _marked(_styled(cut, start + left, spans, ink, match), len(piece) > stop, sheet, ink)
    cut = piece[: 4 * stop + 8]  # a cell has at most four characters: text.safe cuts longer runs of marks
    strip = _styled(cut, start, spans, ink, match)
    more = len(cut) < len(piece) or cell_len(cut) > stop
    return _marked(strip.crop(left, stop), more, sheet, ink)


def _styled(text: str, start: int, spans: list[tuple[int, int]], ink: Style, match: Style) -> Strip:
    """The text, which begins at character `start` of its line, with the spans highlighted."""
    segments: list[Segment] = []
    at = 0
    for low, high in spans:
        low, high = max(0, low - start), min(len(text), high - start)
        if low < high:
            segments += [Segment(text[at:low], ink), Segment(text[low:high], ink + match)]
            at = high
    segments.append(Segment(text[at:], ink))
    return Strip([segment for segment in segments if segment.text])


def _marked(strip: Strip, more: bool, sheet: Sheet, ink: Style) -> Strip:
    """The strip, its last cell saying that the line goes on."""
    if not more:
        return strip
    sign = Segment("~" if sheet.ascii else "…", ink)
    return Strip.join([strip.crop(0, sheet.room - 1), Strip([sign], 1)])


def _separator(line: LogLine, sheet: Sheet, style: Style) -> Strip:
    rule = "-" if sheet.ascii else "─"
    words = f"{rule * 2} {line.text} "
    return Strip([Segment(words + rule * max(0, sheet.width - cell_len(words)), style)]).adjust_cell_length(
        sheet.width, style
    )

"""From a log line to a strip: time, severity sign, text with highlights, cut to the width in cells."""

from __future__ import annotations

import time
from enum import Enum

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.logtail import LineKind, LogLine
from tui.logtail.severity import Severity
from tui.text import age
from tui.text_filter import Matcher
from tui.ui.kit.log_view.rows import RowRole


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


class LineStyles(Struct, frozen=True):
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


class LineFormat(Struct, frozen=True):
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


def paint(line: LogLine, pieces: list[str], row: int, format: LineFormat, styles: LineStyles, role: RowRole) -> Strip:
    """One row of a line; `pieces` is its text folded into rows, one piece when it is not wrapped."""
    over = styles.cursor if role.cursor else Style.null()
    if line.kind is LineKind.SEPARATOR:
        return _separator(line, format, styles.separator + over)
    style = styles.of(line.severity) + over
    mark = Segment(format.mark, styles.separator + over) if role.marked else Segment(" ", style)
    head = [Segment(" " * (format.margin - 1), style), mark]
    if row == 0:
        gap = " " if format.times.value else ""
        stamp = Segment(format.times.text(line.time_s, format.now) + gap, styles.time + over)
        head = [stamp, Segment(format.sign(line.severity), style), mark]
    start = sum(len(piece) for piece in pieces[:row])
    body = _body(line.text, start, pieces[row], len(pieces) == 1, format, style, styles.match)
    strip = Strip([segment for segment in (*head, *body) if segment.text])
    return strip.adjust_cell_length(format.width, style).simplify()  # one style, one sequence of bytes


def _body(text: str, start: int, piece: str, whole: bool, format: LineFormat, style: Style, match: Style) -> Strip:
    """The text of a row: `piece`, which begins at character `start`; scrolled sideways when it is the whole line."""
    left = format.left if whole else 0
    stop = left + format.room
    spans = format.search.spans(text) if format.search else []
    if piece.isascii():
        cut = piece[left:stop]
        return _marked(_styled(cut, start + left, spans, style, match), len(piece) > stop, format, style)
    cut = piece[: 4 * stop + 8]  # a cell has at most four characters: text.safe cuts longer runs of marks
    strip = _styled(cut, start, spans, style, match)
    more = len(cut) < len(piece) or cell_len(cut) > stop
    return _marked(strip.crop(left, stop), more, format, style)


def _styled(text: str, start: int, spans: list[tuple[int, int]], style: Style, match: Style) -> Strip:
    """The text, which begins at character `start` of its line, with the spans highlighted."""
    segments: list[Segment] = []
    at = 0
    for low, high in spans:
        low, high = max(0, low - start), min(len(text), high - start)
        if low < high:
            segments += [Segment(text[at:low], style), Segment(text[low:high], style + match)]
            at = high
    segments.append(Segment(text[at:], style))
    return Strip([segment for segment in segments if segment.text])


def _marked(strip: Strip, more: bool, format: LineFormat, style: Style) -> Strip:
    """The strip, its last cell saying that the line goes on."""
    if not more:
        return strip
    sign = Segment("~" if format.ascii else "…", style)
    return Strip.join([strip.crop(0, format.room - 1), Strip([sign], 1)])


def _separator(line: LogLine, format: LineFormat, style: Style) -> Strip:
    rule = "-" if format.ascii else "─"
    words = f"{rule * 2} {line.text} "
    return Strip([Segment(words + rule * max(0, format.width - cell_len(words)), style)]).adjust_cell_length(
        format.width, style
    )

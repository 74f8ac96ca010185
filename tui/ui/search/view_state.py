"""What the search tab shows of one instance, as one frozen value, and the words around it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace
from rich.text import Text

from tui.errors import AppError
from tui.models import Instance, InstanceKey
from tui.service.search import Answer, Found
from tui.service.search_options import SearchOptions
from tui.text import one_line, plural
from tui.ui.kit.cut import shorten
from tui.ui.kit.stale import unread
from tui.ui.look import Look
from tui.ui.pane import NO_INSTANCE
from tui.ui.search.cells import (
    Asked,
    HitRow,
    answer_row,
    answer_text,
    failure,
    found_note,
    hit_rows,
    hit_text,
    no_hits,
    score,
    seconds,
    summary,
)


class Mode(StrEnum):
    """What enter in the query box does."""

    SEARCH = "Search"
    ASK = "Ask"


class SearchState(Struct, frozen=True):
    """A question and what came of it; `busy` while the reply is on its way.

    What came of the question before stays until then, and when none comes: it is `old` so long.
    """

    mode: Mode = Mode.SEARCH
    asked: str = ""
    busy: bool = False
    found: Found | None = None
    answer: Answer | None = None
    stopped: bool = False
    error: AppError | None = None
    old: bool = False

    def sent(self, query: str) -> SearchState:
        """A new question is on its way."""
        known = self.found is not None or self.answer is not None
        return SearchState(self.mode, query, True, self.found, self.answer, old=known)

    def searched(self, found: Found) -> SearchState:
        """The reply to a search has come."""
        return SearchState(self.mode, found.query, found=found)

    def answering(self, answer: Answer) -> SearchState:
        """More of an answer has come."""
        return SearchState(self.mode, answer.question, not answer.done, answer=answer)

    def failed(self, error: AppError) -> SearchState:
        """The question was not answered; what of an answer had come stays."""
        return replace(self, busy=False, error=error)

    def ended(self) -> SearchState:
        """The operator does not wait for the rest."""
        return replace(self, busy=False, stopped=True) if self.busy else self

    @property
    def question(self) -> str:
        """What the rows that are shown are the result of."""
        if self.answer:
            return self.answer.question
        return self.found.query if self.found else self.asked

    @property
    def options(self) -> SearchOptions | None:
        """The options that the rows that are shown were asked for with; None as long as there is no result."""
        shown = self.answer or self.found
        return shown.options if shown else None

    @property
    def cut(self) -> bool:
        """Whether the operator did not wait for the rest of the answer that is shown."""
        return self.stopped and not self.old

    @property
    def rows(self) -> tuple[HitRow, ...]:
        """What the table shows: hits, or an answer and its sources."""
        if self.answer:
            asked = Asked(self.answer.question, self.answer.options, answered=True)
            return (answer_row(self.answer), *hit_rows(self.answer.sources, asked=asked))
        found = self.found
        return hit_rows(found.hits, asked=Asked(found.query, found.options)) if found else ()


KEPT = 32
"""Results that are kept: two modes of each instance that was asked lately."""


class KeptResults:
    """The last result of each instance in each mode; the oldest one goes."""

    def __init__(self) -> None:
        self._views: dict[tuple[InstanceKey | None, Mode], SearchState] = {}

    def get(self, key: InstanceKey | None, mode: Mode) -> SearchState:
        """The last result of an instance in a mode; an empty one when it was never asked."""
        return self._views.get((key, mode)) or SearchState(mode)

    def put(self, key: InstanceKey | None, view: SearchState) -> None:
        """Keep a result."""
        self._views.pop((key, view.mode), None)
        self._views[key, view.mode] = view
        while len(self._views) > KEPT:
            self._views.pop(next(iter(self._views)))

    def clear(self) -> None:
        """Forget every result."""
        self._views.clear()


QUOTED = 40
"""Cells of a query that are shown in a sentence about it."""


def whose(view: SearchState, query: str, options: SearchOptions, look: Look) -> str:
    """What is shown, when it is the result of something else than `query` with `options`: `results for "label"`.

    Empty when it is the result of just that, and as long as there is neither a result nor an error.
    """
    asked, with_options = view.question, view.options
    if with_options is None:
        return f"the error for {_quoted(asked, look)}" if view.error and query != asked else ""
    if asked == query and with_options == options:
        return ""
    what = "the answer to" if view.answer else "results for" if view.rows else "nothing was found for"
    differs = "" if with_options == options else f" with {summary(with_options)}"
    return f"{what} {_quoted(asked, look)}{differs}"


def _quoted(query: str, look: Look) -> str:
    return f'"{shorten(one_line(query), QUOTED, look.signs.ellipsis)}"'


def note(view: SearchState, options: SearchOptions, width: int, look: Look, other: str = "") -> Text:
    """How the question stands at the left, its options at the right.

    `other` says what is shown when that is the result of another question: the options are cut first then.
    """
    words = progress(view, look, look.key("search.stop"))
    if other and view.busy:
        words = f"{words}  Old: {other}"
    elif other:
        words = f"Old: {other}  {words if view.error or view.stopped else ''}".rstrip()
    left, right = look.text(f" {words}", "warning" if other else ""), look.text(f"{summary(options)} ", "muted")
    most = width - left.cell_len - 2 if other or right.cell_len > width // 2 > left.cell_len else width
    look.cut(right, most) if most > SHORT else right.truncate(0)
    return Text.assemble(look.fit(left, width - right.cell_len - 2), "  ", right)


SHORT = 8
"""Cells below which the options are not begun."""


def progress(view: SearchState, look: Look, stop: str = "") -> str:
    """How the question stands, in a few words. `stop` is the key that stops it, where there is one."""
    if view.busy:
        growing = view.answer is not None and not view.old
        words = f"{'Answering' if growing else 'Waiting for the reply'}{look.signs.ellipsis}"
        return f"{words}  {stop} stops" if stop else words
    if view.error:
        return f"Not answered{before(view)}: {view.error.title}"
    if view.stopped:
        return f"Stopped{before(view)}"
    if view.answer:
        return f"{plural(len(view.answer.sources), 'source')}, {seconds(view.answer.seconds)}"
    return found_note(view.found) if view.found else ""


def before(view: SearchState) -> str:
    """Says that the reply before is shown instead."""
    return ", old reply" if view.old else ""


def empty(view: SearchState, start: str, look: Look) -> Text | str:
    """What stands where no row is; `start` as long as nothing was asked."""
    if view.error:
        return unread(view.error, look)
    if view.busy:
        return f"Waiting for the reply{look.signs.ellipsis}"
    if view.stopped:
        return f"Stopped. {look.key('search.query')} changes the query, enter sends it again."
    return no_hits(view.found.options, look) if view.found else start


def start(mode: Mode, instance: Instance | None, look: Look, *, demo: bool = False) -> str:
    """What to do first."""
    if instance is None:
        return NO_INSTANCE
    key = look.key("search.query")
    if mode is Mode.ASK:
        return f"{key} types a question, enter sends it to {instance.id}.\nThe answer names the chunks it rests on."
    note = "\nThe demo has no vectors of meaning: its vector ranking compares spelling." if demo else ""
    return f"{key} types what to look for, enter sends it to {instance.id}.{note}"


def below(view: SearchState, row: HitRow | None, look: Look) -> tuple[str, Text]:
    """Heading and text below the table for a row."""
    if row is None:
        return "", Text()
    why = look.text(failure(view.error), "error") if view.error else Text()
    if row.rank:
        heading, text = f"{row.rank}  {one_line(row.item_key)}", hit_text(row.hit.text, view.question, look)
    else:
        heading, text = "Answer", answer_text(view.answer, view.cut, look) if view.answer else Text()
    parts = (why, text) if view.old else (text, why)  # an answer that broke off ends with the reason
    return heading, Text("\n\n").join(part for part in parts if part)


def answer_page(answer: Answer, view: SearchState, look: Look) -> Text:
    """Question, answer and every source in full, to read and to select; why it broke off, when it did."""
    heading = f"bold {look.style('active')}"
    blocks = [Text("Question", heading), Text(answer.question), Text(), Text("Answer", heading)]
    blocks.append(answer_text(answer, view.cut, look))
    if view.error and not view.old:
        blocks += [Text(), look.text(failure(view.error), "error")]
    blocks += [Text(), Text("Sources", heading)]
    for row in hit_rows(answer.sources):
        blocks.append(Text.assemble((f"{row.rank:>2}  ", look.style("muted")), one_line(row.item_key) or "-", "  "))
        blocks[-1].append(score(row.hit.score), look.style("muted"))
    if not answer.sources:
        blocks.append(look.text("The server named none.", "muted"))
    return Text("\n").join(blocks)

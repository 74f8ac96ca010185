"""The words around a log: its note in the title, its empty states, the details of a line. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.text import Text

from tui.explain import explain_slug, slugs
from tui.logtail import Badge, LineKind, LogLine, LogTail
from tui.logtail.severity import slug_in
from tui.models import JobState
from tui.state.store import State
from tui.text import plural
from tui.ui.kit.log_view.log_view import Position
from tui.ui.look import Look
from tui.ui.pane import NO_INSTANCE, reading

_LEVELS = {"ok": "success", "muted": "muted", "warning": "warning", "error": "error"}


def note(badge: Badge, position: Position, look: Look, next_key: str = "", busy: bool = False) -> Text:
    """`LIVE 1s`, and what is searched for and kept: what seldom changes.

    With `next_key`, the key that goes there, that the next job has started: the end reason is not of interest any
    more. When `busy`, the badge alone: the room is for what is being done.
    """
    words = badge.word if (next_key or busy) and badge.word == "ENDED" else str(badge)
    parts = [look.text(words, _LEVELS[badge.level])]
    if busy:
        return parts[0]
    if next_key:
        parts.append(look.text(f"next job started {look.signs.dot} {next_key}", "accent"))
    if position.search and position.search != position.filter:
        parts.append(Text(f"/{position.search}"))
    if position.filter:
        parts.append(Text(f"&{position.filter}"))
    return Text(f" {look.signs.dot} ").join(parts)


def counts(position: Position, look: Look, short: bool = False) -> tuple[Text, ...]:
    """` · 412 lines` at the end, else ` · 37 new below · 17 of 412`; of a filter `12 of 4,310`, as far as loaded.

    When `short`, what is below is all. Then the same with less and less around what matters: how many errors there
    are, and what is new.
    """
    total, number = position.total, position.number
    if position.filter:
        unloaded = " loaded" if total is None or total > position.loaded else ""
        words = f"{position.shown:,} of {position.loaded:,}{unloaded}"
    elif position.following or number is None:
        words = "" if total is None else plural(total, "line")
    else:
        words = f"line {number:,}" if total is None else f"{number:,} of {total:,}"
    if short and position.new_below and not position.filter:
        words = ""
    more = "+" if position.partly else ""
    noun = "error line" if position.errors == 1 and not more else "error lines"
    failed = f"{position.errors:,}{more}"
    errors = (f"{failed} {noun}", f"{failed} {noun.replace(' line', '')}", f"{look.job(JobState.FAILED)} {failed}")
    marked = f"{position.marked:,} marked" if position.marked else ""
    new = f"{position.new_below:,} new below" if position.new_below else ""
    essential = words if position.filter else ""
    choices = ((errors[0], words), (errors[1], words), (errors[1], essential), (errors[2], essential))
    texts = (
        "".join(f" {look.signs.dot} {part}" for part in (new, error if position.errors else "", marked, last) if part)
        for error, last in choices
    )
    return tuple(look.text(text, "accent" if new else "") for text in dict.fromkeys(texts))


def no_job(state: State, look: Look) -> str:
    """What stands where no job is, whose log could be shown."""
    jobs = state.selected_jobs
    if state.selected is None:
        return NO_INSTANCE
    if jobs.value:
        return "No job is selected."
    if jobs.value is not None:
        return "No job yet, so there is no log."
    return "No log: the jobs could not be read." if jobs.error else reading("the jobs", state, look)


def empty(tail: LogTail | None, state: State, filtered: bool, look: Look) -> Text | str:
    """What stands where no line is."""
    if tail is None:
        return no_job(state, look)
    if filtered and tail.lines:
        return f"No loaded line passes the filter.\n{look.key('app.escape')} clears it."
    if tail.error:
        more = f"\n{tail.error.hint}\n{look.key('log.details')} tells more"
        return Text.assemble((tail.error.title, look.style("error")), more)
    return (
        "This job wrote no log." if tail.badge.word == "ENDED" else f"Waiting for the first line{look.signs.ellipsis}"
    )


_MEANING = {
    "LIVE": "Lines arrive, or arrived a moment ago: the log is read this often.",
    "QUIET": "Nothing new for a while: the log is read this often, and quickly again with the next line.",
    "THROTTLED": "The request budget is used up: the log is read again after this time.",
    "STALLED": "The job has not ended, and its log has had no line for this long.",
    "ENDED": "The job has ended and its last line was read. The next job is followed when it starts.",
    "OFFLINE": "The log could not be read: it is tried again after this time.",
    "PAUSED": "All polling is paused.",
}


def standing(tail: LogTail, look: Look) -> Text:
    """How a log stands: the badge, what it means, and what went wrong in full."""
    text = Text.assemble((str(tail.badge), f"bold {look.style(_LEVELS[tail.badge.level])}"))
    if tail.error is None:
        text.append(f"\n{_MEANING.get(tail.badge.word, '')}")
    rows = [("job", tail.source.job_id), ("lines", "not known" if tail.total is None else f"{tail.total:,}")]
    rows.append(("loaded", f"{len(tail.window.own()):,}"))
    for name, value in rows:
        text.append("\n").append(f"{name:<14}", look.style("muted")).append(value)
    if error := tail.error:
        text.append(f"\n\n{error.title}", "bold")
        for words in (error.detail, error.hint, error.reference):
            text.append(f"\n{words}" if words else "")
    return text


def details(line: LogLine, number: int | None, look: Look) -> Text:
    """Everything known of a line, its raw type included, and what its error slug means."""
    rows: list[tuple[str, str]] = []
    if line.time_s is not None:
        utc = datetime.fromtimestamp(line.time_s, UTC)
        rows.append(("time", f"{utc:%Y-%m-%d %H:%M:%S} UTC, {utc.astimezone():%H:%M:%S} local"))
    if number is not None:
        rows.append(("line", f"{number:,}"))
    if line.kind is LineKind.LINE:
        rows.append(("id", str(line.id)))
    if line.kind is not LineKind.SEPARATOR:
        rows.append(("message_type", "none" if line.type is None else str(line.type)))
        rows.append(("shown as", line.severity.name.lower()))
    if line.problem:
        rows.append(("problem", line.problem))
    text = Text("\n").join(Text.assemble((f"{name:<14}", look.style("muted")), value) for name, value in rows)
    text.append(f"\n\n{line.text}")
    if slug := slug_in(line.text, slugs()):
        told = explain_slug(slug)
        text.append(f"\n\n{slug}: ", "bold").append(told.title, "bold")
        text.append(f"\n{told.meaning}\n{told.remedy}")
    return text

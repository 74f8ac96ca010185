"""A form of settings as lines: label, value, what is default or was there before, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from rich.style import Style
from rich.text import Text

from tui.models.put_body import same
from tui.service.config.document import MISSING
from tui.service.config.draft import Draft
from tui.service.config.fields import Field, Group, Kind
from tui.service.config.text import SHEETS, TYPED
from tui.service.config.validation import Problem, bounds
from tui.text import duration, one_line, plural, safe
from tui.ui.kit.field import CHANGED, REQUIRED
from tui.ui.look import Look

MARK, LABEL, SHORT, NOTE, NARROW_NOTE = 2, 24, 22, 22, 17
"""Cells of the mark of a change, of a label with the sign of a field that must be filled in, of the API's name, and of
the note at the right."""
NARROW = 90
"""Cells under which the API's name stands below the form only, and notes are shorter."""
_SECONDS = frozenset({"sync_interval", "cache_ttl"})


class FormLine(Struct, frozen=True):
    """One line of a form: a group's title, a field, or what is wrong with the field above."""

    field: Field | None = None
    group: Group | None = None
    words: str = ""


def form_lines(draft: Draft, problems: Iterable[Problem]) -> tuple[FormLine, ...]:
    """The lines of the form: fields below their groups, problems below their fields."""
    wrong = {one.path: one.words for one in problems}
    lines: list[FormLine] = []
    group: Group | None = None
    for field in draft.fields:
        if field.group is not group:
            group = field.group
            lines += [FormLine()] * bool(lines) + [FormLine(group=group)]
        lines.append(FormLine(field))
        if field.path in wrong:
            lines.append(FormLine(words=wrong[field.path]))
    return tuple(lines)


class Columns(Struct, frozen=True):
    """How a line of the form is laid out, in cells: `start` is the left edge of the field, `room` what it holds."""

    short: int
    start: int
    room: int
    note: int


def columns(width: int) -> Columns:
    """The columns of a form so wide."""
    short, note = (SHORT, NOTE) if width >= NARROW else (0, NARROW_NOTE)
    start = MARK + LABEL + short
    return Columns(short, start, max(8, width - start - note - 3), note)


def painted(
    line: FormLine, draft: Draft, width: int, look: Look, *, current: bool = False, ground: Style | None = None
) -> Text:
    """One line, `width` cells wide at most. The `current` field's label is bold: so it is found without colours.

    `ground` is behind what is typed into.
    """
    if line.group:
        return Text.assemble((str(line.group), f"bold {look.style('active')}"))
    laid = columns(width)
    if line.field is None:
        words = f"{'':<{laid.start - 1}}{look.signs.wrong} {line.words}" if line.words else ""
        return Text.assemble((words, look.style("error")))
    field, muted = line.field, look.style("muted")
    changed = field.path in draft.unread or not same(draft.value(field), draft.was(field))
    text = Text.assemble((f"{CHANGED} " if changed and not draft.creating else "  ", look.style("accent")))
    label = field.label + (f" {REQUIRED}" if field.path in draft.required else "")
    text.append(_cut(label, LABEL - 1, look).ljust(LABEL), "bold" if current else "")
    if laid.short:
        text.append(_cut(field.short, laid.short - 1, look).ljust(laid.short), muted)
    style = (ground or Style()) + Style(bold=True if changed else None)
    words = note(field, draft)
    text.append_text(_value(field, draft, laid.room, look, style, 0 if words else laid.note - 1))
    return text.append(_cut(words, width - text.cell_len, look), muted)


def _value(field: Field, draft: Draft, room: int, look: Look, style: Style, spare: int) -> Text:
    """The value in its field: between edges what is typed, between the signs of a choice what is chosen.

    A long choice goes on into the `spare` cells of a note that is not there.
    """
    words, edge = shown(field, draft), look.style("active")
    if field.kind in TYPED or field.kind in SHEETS:
        left, right = look.signs.edges
        opens = f" {look.signs.arrow}" if field.kind in SHEETS else ""
        inside = look.fit(Text(words, style), room - Text(opens).cell_len)
        return Text.assemble(
            (left, edge), inside, (opens, Style.parse(edge) + Style(bgcolor=style.bgcolor)), (f"{right} ", edge)
        )
    left, right = look.signs.choice
    text = Text.assemble((left, edge), look.cut(Text(words, Style(bold=style.bold)), room + spare), (right, edge))
    return look.fit(text, max(room + 3, text.cell_len))


def _cut(words: str, width: int, look: Look) -> str:
    return look.cut(Text(words), width).plain


def shown(field: Field, draft: Draft) -> str:
    """What stands in the row of a field, safe and in one line."""
    if field.path in draft.unread:
        return one_line(safe(draft.unread[field.path][0]))
    value = draft.value(field)
    if isinstance(value, str) and value in draft.names:
        return one_line(safe(f"{draft.names[value]}  {value}"))
    if field.kind is Kind.LONG and isinstance(value, str):
        lines = value.count("\n") + 1
        words = one_line(safe(value))
        return f"{words}  ({plural(lines, 'line')})" if lines > 1 else words
    return brief(field, value)


def brief(field: Field, value: Any) -> str:
    """A value in one line; a dash where there is none."""
    if value is MISSING or value is None or value == "":
        return "" if field.kind in TYPED else "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.path == "type":
        return {"r2": "r2 bucket", "web-crawler": "website", "built-in": "built-in storage"}.get(value, str(value))
    if field.path in _SECONDS and isinstance(value, int):
        return f"{duration(value)}  ({value:,} s)"
    if field.kind is Kind.LIST and isinstance(value, list):
        return one_line(safe(", ".join(map(str, value)))) or "-"
    return one_line(safe(value)) if isinstance(value, str) else one_line(safe(json.dumps(value, ensure_ascii=False)))


def note(field: Field, draft: Draft) -> str:
    """What the field was before the change, else how its value stands to the default."""
    value, was = draft.value(field), draft.was(field)
    if not draft.creating and not same(value, was):
        return f"was {brief(field, was) or '-'}"
    if field.default is None:
        return "default" if field.kind is Kind.MODEL and not value else ""
    if same(value, field.default):
        return "default"
    return f"default {_short(field, field.default)}"


def _short(field: Field, value: Any) -> str:
    return f'"{value}"' if field.kind is Kind.TEXT else brief(field, value).partition("  ")[0]


def named(field: Field) -> str:
    """A field as a title: the label, and the API's name."""
    return f"{field.label} ({field.path})"


def about(field: Field) -> str:
    """What a field is for, what it takes, and what a change of it costs."""
    parts = [f"{field.path}: {field.help}"]
    if field.kind in (Kind.INTEGER, Kind.NUMBER):
        parts.append(f"{field.kind.value.capitalize()}{f', {bounds(field)}' if bounds(field) else ''}.")
    if field.reindexes:
        parts.append("A change re-indexes every document.")
    parts.append(_how(field))
    return " ".join(part for part in parts if part)


def _how(field: Field) -> str:
    if field.kind in SHEETS:
        return "Enter opens it."
    if field.kind is Kind.YES_NO:
        return "Space or enter switches."
    return "" if field.kind in TYPED else "Enter opens the list."

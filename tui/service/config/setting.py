"""One setting as a line of text, `chunk_size 512`: which field is meant, and what its value is. Pure.

The value is read as the form reads it; what has a list in the form is found by the words of that list too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from tui.errors import UsageError
from tui.service.config.draft import Draft
from tui.service.config.fields import Field, Kind
from tui.service.config.names import found, one_field
from tui.service.config.text import written
from tui.service.config.validation import bounds
from tui.text import duration, similar

YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
FIXED = {
    "id": "An id cannot be changed.",
    "type": "The kind of source cannot be changed.",
    "namespace": "Move the instance instead.",
}
"""What is chosen once, when an instance is made."""
NOTHING = ('""', "''")
"""How an empty value is written."""


class Completion(Struct, frozen=True):
    """A way to go on: the line so far, what it is about, and whether a value is still to come."""

    line: str
    note: str
    open: bool = False


def split(fields: Sequence[Field], line: str) -> tuple[Field, str]:
    """The field that a line names, and the rest of it. A label may have several words. Raises UsageError."""
    words = line.strip().replace("=", " ", 1).split(" ")
    if not words[0]:
        raise UsageError("Which field?", "A field and its value are needed, such as chunk_size 512.")
    for many in range(min(len(words), 4), 0, -1):
        try:
            field = one_field(fields, " ".join(words[:many]))
        except UsageError as error:
            wrong = error
        else:
            return field, " ".join(words[many:]).strip()
    if words[0] in FIXED:
        raise UsageError("Not a setting", FIXED[words[0]])
    raise wrong


def put(draft: Draft, field: Field, text: str) -> Draft:
    """The draft with a value that was typed. What means no value stays as it was typed, with the reason."""
    if text in NOTHING:
        text = ""
    elif not text:
        return draft
    if field.kind is Kind.YES_NO or field.kind is Kind.CHOICE:
        return _chosen(draft, field, text)
    if field.kind is Kind.MODEL:
        return draft.with_value(field, text or (draft.was(field) if not draft.was(field) else ""))
    if field.kind is Kind.TOKEN:
        return draft.with_value(field, text)
    return draft.with_text(field, _sheet(field, text))


def _sheet(field: Field, text: str) -> str:
    """A list in one line is JSON or separated by commas; in a text `\\n` begins a new line."""
    if field.kind is Kind.LONG:
        return text.replace("\\n", "\n")
    if field.kind is not Kind.LIST:
        return text
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    entries = values if isinstance(values, list) else text.split(",")
    return "\n".join(str(one).strip() for one in entries)


def _chosen(draft: Draft, field: Field, text: str) -> Draft:
    """One of a list, as the API names it or as the list does."""
    for value, names in _values(field):
        if text.casefold() in names:
            return draft.with_value(field, value)
    words = [names[0] for _, names in _values(field)]
    guess = similar(text.casefold(), words)
    known = ", ".join(words)
    why = "yes or no is needed" if field.kind is Kind.YES_NO else f"one of {known} is needed"
    return draft.unreadable(field, text, f"{why}. {guess}" if guess else why)


def _values(field: Field) -> Iterator[tuple[Any, tuple[str, ...]]]:
    if field.kind is Kind.YES_NO:
        yield from ((True, YES), (False, NO))
    for value in field.choices:
        yield value, (str(value).casefold(), *((_plain_time(value),) if isinstance(value, int) else ()), *_times(value))


def _plain_time(seconds: int) -> str:
    return duration(seconds).casefold()


def _times(value: Any) -> tuple[str, ...]:
    """A length of time as `6h`, `90m` and `1d`, where it is one."""
    if not isinstance(value, int):
        return ()
    return tuple(f"{value // size}{unit}" for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")) if not value % size)


# completion


def completions(fields: Sequence[Field], line: str, draft: Draft | None = None) -> list[Completion]:
    """What a line can become: the fields that its beginning may mean, then the values of the one that it names.

    `draft` is the configuration as it is, where it is known.
    """
    try:
        field, value = split(fields, line)
    except UsageError:
        field, value = None, ""
    if field is None or (not value and not line.endswith(" ")):
        named = found(fields, line)
        return [Completion(one.path, _about(one, draft), open=True) for one in named]
    return _of_field(field, value, draft)


def _of_field(field: Field, value: str, draft: Draft | None) -> list[Completion]:
    offered = [names[0] for _, names in _values(field)]
    if field.kind is Kind.MODEL:
        offered = [str(one) for one in field.choices]
    matches = [one for one in offered if value.casefold() in one.casefold()]
    if field.kind is Kind.MODEL and value and value not in matches:
        matches.append(value)
    if matches:
        matches.sort(key=lambda one: (one != value, not one.startswith(value)))
        return [Completion(f"{field.path} {one}", _about(field, draft)) for one in matches]
    return [Completion(f"{field.path} {value}".strip(), _about(field, draft), open=not value)]


def _about(field: Field, draft: Draft | None) -> str:
    now = written(field, draft.value(field)) if draft else ""
    shown = f", now {now}" if now and "\n" not in now else ""
    parts = [f"{field.label}{shown}.", field.help, f"{bounds(field)}." if bounds(field) else ""]
    return " ".join(part for part in parts if part)


def check(fields: Sequence[Field], line: str, draft: Draft | None = None) -> str:
    """The line in its plain form. Raises UsageError: no such field, no value, or one that cannot be."""
    field, text = split(fields, line)
    if not text:
        raise UsageError(
            "A value is missing", f"{field.path}: {field.kind.value} is needed.", 'An empty value is written "".'
        )
    start = draft or Draft({}, {})
    wanted = put(start, field, text)
    wrong = [one.words for one in wanted.problems() if one.path == field.path]
    if not draft:
        wrong = [why for _, why in wanted.unread.values()]
    if wrong:
        raise UsageError("Wrong value", f"{field.path}: {wrong[0]}{'' if wrong[0].endswith('?') else '.'}")
    return f"{field.path} {text}"

"""The operator's own commands: `[commands.NAME]` of the configuration, checked at the start.

[commands.dashboard]
key = "ctrl+g"
place = "instances"
title = "Dashboard"
run = ["xdg-open", "https://dash.cloudflare.com/{account}/ai/ai-search/{id}"]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from tui.errors import UsageError
from tui.text import similar

PLACES = ("everywhere", "instances", "detail", "items", "jobs", "log")
"""Where the key of a command works."""
OUTPUTS = ("view", "terminal")
"""Its output in a view, or the terminal lent to it, as an editor needs it."""
VALUES = {
    "account": "the id of the account",
    "namespace": "the namespace of the selected instance",
    "id": "the id of the selected instance",
    "job": "the id of the selected job",
    "item": "the id of the item under the cursor of the items tab",
    "key": "the key of that item",
}
"""What an argument may contain in braces, and what is put there."""
_FIELDS = ("key", "place", "title", "run", "output")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


class CustomCommand(Struct, frozen=True):
    """One command. `keys` are separated by commas, as in a keymap; `where` is the file with the line, for a reader."""

    name: str
    keys: str
    place: str
    title: str
    run: tuple[str, ...]
    output: str = "view"
    where: str = ""

    @property
    def needs(self) -> frozenset[str]:
        """The values that its arguments contain."""
        return frozenset(found[1] for word in self.run for found in _BRACES.finditer(word) if found[1] is not None)

    def argv(self, values: Mapping[str, str]) -> list[str]:
        """The program and its arguments with the values in their places. No shell ever sees them."""

        def put(found: re.Match[str]) -> str:
            return found[0][0] if found[1] is None else values[found[1]]

        return [_BRACES.sub(put, word) for word in self.run]


def read_commands(table: Any, place_of: Callable[..., str]) -> tuple[CustomCommand, ...]:
    """The commands of the table `commands`; `place_of(*path)` tells where a key stands. Raises UsageError."""
    if not isinstance(table, dict):
        raise UsageError("Wrong setting: commands", f"{place_of('commands')}: allowed are tables [commands.NAME].")
    return tuple(_read(name, fields, place_of) for name, fields in table.items())


def _read(name: str, fields: Any, place_of: Callable[..., str]) -> CustomCommand:
    where = place_of("commands", name)
    if not _NAME.fullmatch(name) or not isinstance(fields, dict):
        raise UsageError(
            f"Wrong command: {name[:40]}",
            f"{where}: allowed is a table [commands.NAME], with a name of small letters, digits and -.",
        )
    for field in fields:
        if field not in _FIELDS:
            at, known = place_of("commands", name, field), ", ".join(_FIELDS)
            raise UsageError(
                f"Unknown field of a command: {field}", f"{at}: allowed are {known}.", similar(field, _FIELDS)
            )
    given = {"place": "instances", "title": name, "output": "view", **fields}

    def check(field: str, right: bool, allowed: str, hint: str = "") -> None:
        if not right:
            at = place_of("commands", name, field) if field in fields else where
            raise UsageError(f"Wrong command: {name}, {field}", f"{at}: allowed is {allowed}.", hint)

    check("key", _is_text(given.get("key")), 'a key, such as "f6" or "ctrl+g"')
    check("place", given["place"] in PLACES, f"one of {', '.join(PLACES)}")
    check("title", _is_text(given["title"]) and len(given["title"]) <= 30, "a text of at most 30 letters")
    check("output", given["output"] in OUTPUTS, f"one of {', '.join(OUTPUTS)}")
    run: Any = given.get("run")
    words = isinstance(run, list) and run and all(isinstance(word, str) and word for word in run)
    check("run", bool(words), 'a list such as ["git", "-C", "/srv/{id}", "log"], run without a shell')
    command = CustomCommand(name, given["key"], given["place"], given["title"], tuple(run), given["output"], where)
    for value in sorted(command.needs - VALUES.keys()):
        known = ", ".join(f"{{{one}}}" for one in VALUES)
        hint = f"{similar(value, VALUES)} Two braces {{{{ and }}}} are one brace that means itself.".strip()
        check("run", False, f"in braces only {known}", hint)
    return command


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "the operator's own commands",
    "propertyNames": {"pattern": f"^{_NAME.pattern}$"},
    "additionalProperties": {
        "type": "object",
        "properties": {
            "key": {"type": "string", "pattern": r"\S", "description": "its key or keys, with commas"},
            "place": {"enum": list(PLACES), "description": "where the key works (default: instances)"},
            "title": {"type": "string", "pattern": r"\S", "maxLength": 30, "description": "default: its name"},
            "run": {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": 1,
                "description": f"program and arguments; {', '.join(f'{{{one}}}' for one in VALUES)} are filled in",
            },
            "output": {"enum": list(OUTPUTS), "description": "a view, or the terminal itself (default: view)"},
        },
        "required": ["key", "run"],
        "additionalProperties": False,
    },
}

"""What each setting may be: a reader that returns the value to keep, and the words for one who got it wrong."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from tui.base_url import DEFAULT_BASE_URL, checked_base_url
from tui.errors import UsageError

COLOURS = ("red", "green", "yellow", "blue", "magenta", "cyan", "white")
COLUMNS = ("state", "name", "word", "namespace", "error", "queued", "done", "age", "next", "source")
"""Columns of the instance table that a configuration may choose and order; `name` is always among them."""
THEMES = ("aisearch-dark", "aisearch-light", "aisearch-ansi-dark", "aisearch-ansi-light")


class Rule(Struct, frozen=True):
    """`read` returns the value to keep, or raises ValueError or TypeError; the rest is for the operator to read.

    `sets` says what the setting is for: the table in `docs/` derives from it. `schema` is the same rule as JSON Schema,
    `of_text` makes of the text of a variable what the file would have; it may raise ValueError.
    """

    read: Callable[[Any], object]
    allowed: str
    hint: str = ""
    sets: str = ""
    schema: Mapping[str, Any] = {}
    of_text: Callable[[str], Any] = str


def _matching(pattern: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return str(value)

    return read


def _one_of(*allowed: str, sets: str) -> Rule:
    read = _matching("|".join(map(re.escape, allowed)))
    return Rule(read, "one of " + ", ".join(allowed), sets=sets, schema={"enum": list(allowed)})


def _yes_or_no(sets: str) -> Rule:
    return Rule(_read_bool, "true or false", sets=sets, schema={"type": "boolean"}, of_text=_bool_of)


def _bool_of(text: str) -> bool:
    """As a variable says it: true or false, 1 or 0, yes or no, on or off."""
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError
    return word in _YES


_YES, _NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


def _list_of(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")]


def _table_of(text: str) -> dict[str, Any]:
    """A table as the file has it, without its heading."""
    from tui.config import toml_lines

    return toml_lines.parsed(text)


def _read_account(value: Any) -> str:
    return _matching("[0-9a-f]{32}")(value.lower() if isinstance(value, str) else value)


def _read_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _read_seconds(value: Any) -> float:
    if isinstance(value, bool) or not 1 <= value <= 3600:
        raise ValueError
    return float(value)


def read_command(value: Any) -> tuple[str, ...]:
    """A program and its arguments, none of them empty."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str) and part for part in value):
        raise TypeError
    return tuple(value)


def _read_columns(value: Any) -> tuple[str, ...]:
    """Columns, none of them twice, and the name, without which no row could be told from another."""
    if not isinstance(value, list) or len(set(value)) != len(value) or not {"name"} <= set(value) <= set(COLUMNS):
        raise TypeError
    return tuple(value)


def _read_keymap(value: Any) -> dict[str, str]:
    """Keys by action id. Every value is one string: the keys of an action are separated by commas."""
    if not isinstance(value, dict):
        raise TypeError
    keymap = flat(value)
    if not all(isinstance(keys, str) and keys.strip() for keys in keymap.values()):
        raise TypeError
    return {action: ",".join(key.strip() for key in keys.split(",")) for action, keys in keymap.items()}


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as dotted names: TOML reads the bare key `log.follow` as a table in a table."""
    names: dict[str, Any] = {}
    for name, value in table.items():
        names |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return names


def _read_base_url(value: Any) -> str:
    """An address that the wire accepts too."""
    try:
        return checked_base_url(value)
    except UsageError as refused:
        raise ValueError from refused


_HINT_ACCOUNT = (
    "The account id is in the dashboard's address, https://dash.cloudflare.com/<account id>, and under "
    "Account home > Copy account ID."
)
RULES = {
    "account": Rule(
        _read_account,
        "an account id, 32 hexadecimal digits",
        _HINT_ACCOUNT,
        "the account",
        {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"},
    ),
    "namespace": Rule(
        _matching(r"[^\s/\x00-\x1f\x7f]+"),
        "the name of a namespace",
        sets="the one namespace to show at first",
        schema={"type": "string", "pattern": r"^[^\s/\x00-\x1f\x7f]+$"},
    ),
    "base_url": Rule(
        _read_base_url,
        "an https:// address without user, query or fragment; http:// only to localhost",
        f"Cloudflare's own is {DEFAULT_BASE_URL}.",
        "the API's address, with `/client/v4`",
        {"type": "string", "pattern": r"^(https://[^@?#\s]+|http://(localhost|127\.0\.0\.1|\[::1\])[:/]?[^@?#\s]*)$"},
    ),
    "read_only": _yes_or_no("refuse every write"),
    "colour": _one_of(*COLOURS, sets="colour of the profile on the status bar"),
    "refresh": Rule(
        _read_seconds,
        "seconds between two refreshes, 1 to 3600",
        sets="how often the jobs of the selected instance are read",
        schema={"type": "number", "minimum": 1, "maximum": 3600},
        of_text=float,
    ),
    "columns": Rule(
        _read_columns,
        "a list with name and any of " + ", ".join(name for name in COLUMNS if name != "name"),
        sets="columns of the instance table, in this order",
        schema={
            "type": "array",
            "items": {"enum": list(COLUMNS)},
            "uniqueItems": True,
            "contains": {"const": "name"},
        },
        of_text=_list_of,
    ),
    "keymap": Rule(
        _read_keymap,
        'a table of action = "key" or "key,key"',
        sets="other keys for actions; those of a profile add up",
        schema={"$ref": "#/$defs/keys"},
        of_text=_table_of,
    ),
    "token_command": Rule(
        read_command,
        'a list such as ["pass", "show", "cloudflare"], run without a shell',
        sets="a program that prints the token",
        schema={"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
        of_text=shlex.split,
    ),
    "notify": _yes_or_no(
        "ring the bell and tell the terminal (OSC 9, OSC 777) when a job ends or an instance gets into trouble"
    ),
    "cache": _yes_or_no("keep what was read of the account for the next start"),
    "audit_required": _yes_or_no("send no write that the audit file cannot take the record of"),
    "theme": _one_of(*THEMES, sets="colours; without it chosen by what the terminal can show"),
    "ascii": _yes_or_no("draw with ASCII characters only"),
    "no_color": _yes_or_no("no colours"),
}
FIELDS = tuple(RULES)
"""The names that a profile, or the top level of the file, may set."""
PROFILE_NAME = Rule(
    _matching(r"[\w.@-]{1,64}"),
    "a profile name: letters, digits, . _ @ and -",
    schema={"type": "string", "pattern": r"^[\w.@-]{1,64}$"},
)


def checked(name: str, raw: object, where: str, rule: Rule | None = None) -> Any:
    """The checked value. The message never quotes the value: people paste tokens into the wrong place."""
    rule = rule or RULES[name]
    try:
        return rule.read(raw)
    except (TypeError, ValueError):
        raise UsageError(f"Wrong setting: {name}", f"{where}: allowed is {rule.allowed}.", rule.hint) from None


def of_variable(name: str, text: str, where: str) -> Any:
    """The checked value of a setting that a variable has as text. Raises UsageError that does not quote it."""
    rule = RULES[name]
    return checked(name, text, where, Rule(lambda raw: rule.read(rule.of_text(raw)), rule.allowed, rule.hint))

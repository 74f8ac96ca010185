"""What each setting may be: a reader that returns the value to keep, and the words for one who got it wrong."""

from __future__ import annotations

import re
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

    `sets` says what the setting is for: the README's table derives from it.
    """

    read: Callable[[Any], object]
    allowed: str
    hint: str = ""
    sets: str = ""


def _matching(pattern: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return str(value)

    return read


def _one_of(*allowed: str, sets: str) -> Rule:
    return Rule(_matching("|".join(map(re.escape, allowed))), "one of " + ", ".join(allowed), sets=sets)


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
    "account": Rule(_read_account, "an account id, 32 hexadecimal digits", _HINT_ACCOUNT, "the account"),
    "namespace": Rule(
        _matching(r"[^\s/\x00-\x1f\x7f]+"), "the name of a namespace", sets="the one namespace to show at first"
    ),
    "base_url": Rule(
        _read_base_url,
        "an https:// address without user, query or fragment; http:// only to localhost",
        f"Cloudflare's own is {DEFAULT_BASE_URL}.",
        "the API's address, with `/client/v4`",
    ),
    "read_only": Rule(_read_bool, "true or false", sets="refuse every write"),
    "colour": _one_of(*COLOURS, sets="colour of the profile on the status bar"),
    "refresh": Rule(
        _read_seconds,
        "seconds between two refreshes, 1 to 3600",
        sets="how often the jobs of the selected instance are read",
    ),
    "columns": Rule(
        _read_columns,
        "a list with name and any of " + ", ".join(name for name in COLUMNS if name != "name"),
        sets="columns of the instance table, in this order",
    ),
    "keymap": Rule(
        _read_keymap, 'a table of action = "key" or "key,key"', sets="other keys for actions; those of a profile add up"
    ),
    "token_command": Rule(
        read_command,
        'a list such as ["pass", "show", "cloudflare"], run without a shell',
        sets="a program that prints the token",
    ),
    "cache": Rule(_read_bool, "true or false", sets="keep what was read of the account for the next start"),
    "audit_required": Rule(
        _read_bool, "true or false", sets="send no write that the audit file cannot take the record of"
    ),
    "theme": _one_of(*THEMES, sets="colours; without it chosen by what the terminal can show"),
    "ascii": Rule(_read_bool, "true or false", sets="draw with ASCII characters only"),
}
FIELDS = tuple(RULES)
"""The names that a profile, or the top level of the file, may set."""
PROFILE_NAME = Rule(_matching(r"[\w.@-]{1,64}"), "a profile name: letters, digits, . _ @ and -")


def checked(name: str, raw: object, where: str, rule: Rule | None = None) -> Any:
    """The checked value. The message never quotes the value: people paste tokens into the wrong place."""
    rule = rule or RULES[name]
    try:
        return rule.read(raw)
    except (TypeError, ValueError):
        raise UsageError(f"Wrong setting: {name}", f"{where}: allowed is {rule.allowed}.", rule.hint) from None

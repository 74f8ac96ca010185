"""Values of flags that are more than a word: lengths of time, and resources as JSON objects."""

from __future__ import annotations

import re
from typing import Any

from tui.errors import UsageError
from tui.models import Resource
from tui.models.item import plain

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


def seconds(text: str, flag: str) -> float:
    """A length of time such as `30`, `90s`, `10m`, `24h` or `2d`, in seconds. Raises UsageError that names the flag."""
    whole = _TIME.fullmatch(text.strip().lower())
    if not whole:
        raise UsageError(f"Wrong value of {flag}", f"{text!r} is not a length of time.", "Write 90s, 10m, 24h or 2d.")
    return float(whole[1]) * _UNITS[whole[2]]


def as_object(resource: Resource, **more: Any) -> dict[str, Any]:
    """A resource under the API's own names, with `more` after them. What could not be decoded is named as `problem`."""
    value: dict[str, Any] = plain(resource)
    problem = value.pop("$problem", "")
    return {**value, **({"problem": problem} if problem else {}), **more}

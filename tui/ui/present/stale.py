"""What stands by data that could not be read again."""

from __future__ import annotations

from tui.errors import AppError
from tui.text import age


def old(error: AppError | None, at: float | None, now: float) -> str:
    """`4m old: No connection`; `at` is when it was read last, None for never. Empty without an error."""
    if error is None:
        return ""
    return f"not read: {error.title}" if at is None else f"{age(now - at)} old: {error.title}"

"""What stands by data that could not be read again, and where nothing could be read."""

from __future__ import annotations

from rich.text import Text

from tui.errors import AppError
from tui.text import age
from tui.ui.look import Look


def old(error: AppError | None, at: float | None, now: float) -> str:
    """`4m old: No connection`; `at` is when it was read last, None for never. Empty without an error."""
    if error is None:
        return ""
    return f"not read: {error.title}" if at is None else f"{age(now - at)} old: {error.title}"


def unread(error: AppError, look: Look) -> Text:
    """In place of what could not be read: what is wrong, why, and what to do, each on a line."""
    rest = (f"\n{part}" for part in (error.detail, error.hint, error.reference) if part)
    return Text.assemble((error.title, look.style("error")), *rest)

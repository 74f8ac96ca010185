"""A clock of this machine that is far from the server's: what that means, and what to do."""

from __future__ import annotations

from tui.errors import AppError
from tui.text import duration

CLOCK_MATTERS = 60.0
"""Seconds of difference from which on it is named."""


def wrong_clock(offset: float) -> AppError:
    """The words for a server that is `offset` seconds ahead of this machine, or behind it with a negative one.

    Nothing is judged by this machine's clock then, but what it writes has its times.
    """
    where = "behind" if offset > 0 else "ahead of"
    return AppError(
        "This machine's clock is wrong",
        f"It is {duration(abs(offset))} {where} the server's. Ages and states are judged by the server's clock.",
        "Set the clock of this machine: the audit file and TLS certificates go by it.",
    )

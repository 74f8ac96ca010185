"""The form of an explanation."""

from __future__ import annotations

from typing import NamedTuple


class Explanation(NamedTuple):
    """A few words of title, what it means, and what to do next: at most two short sentences each."""

    title: str
    meaning: str
    remedy: str


Key = tuple[int, int | str | None]
"""An API code with the HTTP status or the message that it means this for; None for any."""

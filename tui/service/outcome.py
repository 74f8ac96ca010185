"""What became of a write, in an operator's words."""

from __future__ import annotations

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """The result of a use case that changed something. `certain` is False when nobody knows whether it happened."""

    title: str
    detail: str = ""
    certain: bool = True

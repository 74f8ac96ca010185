"""What became of a write, in an operator's words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a use case that changed something. `certain` is False when nobody knows whether it happened."""

    title: str
    detail: str = ""
    certain: bool = True

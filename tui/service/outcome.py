"""What became of a write, in an operator's words."""

from __future__ import annotations

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """The result of a use case that changed something.

    `certain` is False when the reply was lost, and this was found by looking, or when less was stored than was sent.
    `done` is whether it took effect as far as is known, None where nobody can tell. `missing` names the fields that
    were sent and are not stored.
    """

    title: str
    detail: str = ""
    certain: bool = True
    done: bool | None = True
    missing: tuple[str, ...] = ()

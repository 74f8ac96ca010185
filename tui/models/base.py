"""How a decoded JSON value becomes a resource: strictly first, then field by field, never all or nothing."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from tui.errors import BadReply

NAMELESS = "?"
"""Begins the stand-in for a missing id: no real one has it (api-facts: Instances)."""


class Resource(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of everything the API returns. `problem` is not the API's: it says what could not be decoded.

    Nothing in it leads back to it: the garbage collector need not look through the thousands of them (`gc=False`).
    """

    problem: str = msgspec.field(default="", name="$problem")


R = TypeVar("R", bound=Resource)
T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """One page of a list. `total` and `cursor` are None where the server does not tell (api-facts: Envelope)."""

    items: tuple[T, ...]
    page: int | None = None
    per_page: int | None = None
    total: int | None = None
    cursor: str | None = None


def decode_one(kind: type[R], raw: Any) -> R:
    """The resource in `raw` (text already safe). A wrong field is left at its default and named in `problem`.

    Raises BadReply when `raw` is not a JSON object at all.
    """
    if not isinstance(raw, dict):
        raise BadReply(
            "The API sent something else",
            f"Expected one {kind.__name__.lower()} as a JSON object, got {type(raw).__name__}.",
            "Refresh. If it happens again, the API has changed: look at the raw reply in the request log.",
        )
    return _decode(kind, raw, 0)


def decode_list(kind: type[R], raw: Any) -> tuple[R, ...]:
    """The resources in the list `raw`, each on its own: a malformed one becomes a marked row, not an empty list.

    Raises BadReply when `raw` is not a list. `null` counts as an empty list.
    """
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise BadReply(
            "The API sent something else",
            f"Expected a list of {kind.__name__.lower()}s, got {type(raw).__name__}.",
            "Refresh. If it happens again, the API has changed: look at the raw reply in the request log.",
        )
    try:
        return msgspec.convert(raw, tuple[kind, ...])  # type: ignore[valid-type]
    except msgspec.ValidationError:
        return tuple(_decode(kind, entry, number) for number, entry in enumerate(raw, 1))


def _decode(kind: type[R], raw: Any, number: int) -> R:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        return _salvage(kind, raw if isinstance(raw, dict) else {}, number, str(error))


def _salvage(kind: type[R], raw: dict[str, Any], number: int, first: str) -> R:
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for info in msgspec.structs.fields(kind):
        if info.name == "problem":
            continue
        if info.encode_name in raw:
            try:
                values[info.name] = msgspec.convert(raw[info.encode_name], info.type, strict=False)
                continue
            except msgspec.ValidationError:
                wrong.append(info.encode_name)
        if info.required:
            values[info.name] = _placeholder(info, number)
    return kind(**values, problem=f"malformed: {', '.join(wrong)}" if wrong else f"malformed: {first}")


def _placeholder(info: FieldInfo, number: int) -> Any:
    """A stand-in for a required field that is missing: unlike every real id, so that rows stay apart."""
    return f"{NAMELESS}{number}" if info.type is str else 0

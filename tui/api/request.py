"""A request as a value before anything is sent: path, query, body, and how it shows in the request log. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from tui.contract import Progress
from tui.errors import UsageError
from tui.secret import MASK

SECRET_FIELDS = frozenset({"cf_api_key"})
"""Body fields that are secrets themselves."""
SECRET_MAPS = frozenset({"include_headers"})
"""Body fields whose values may be secrets: crawl headers sign the crawler in."""
ANYTHING = "*/*"
"""The media type of a document: whatever it is."""
_MAX_LOGGED = 4000


class UploadBody(Struct, frozen=True):
    """One file of a multipart request: its name, bytes, form fields beside it, and who hears of the progress."""

    name: str
    content: bytes
    fields: Mapping[str, str]
    progress: Progress | None = None


class Call(Struct, frozen=True):
    """One request. `read_back` is set for writes: what to look at, in an operator's words, if no reply comes.

    `slow` calls (models at work, uploads) get three times the time to answer. `accept` names another media type than
    JSON for the reply. `reads` says that it changes nothing though it is no GET, and may be sent again.
    """

    method: str
    path: str
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    body: Any = None
    upload: UploadBody | None = None
    read_back: str = ""
    slow: bool = False
    accept: str = "application/json"
    reads: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again by itself: GET, and what only reads and was allowed to."""
        return self.method == "GET" or self.reads

    @property
    def parameters(self) -> dict[str, str]:
        """The query without what is None."""
        return {name: str(value) for name, value in self.query.items() if value is not None}

    def content(self) -> bytes | None:
        """The JSON body as bytes, None without one. Raises UsageError for what cannot be written as JSON."""
        if self.body is None:
            return None
        try:
            return msgspec.json.encode(self.body)
        except (TypeError, ValueError, msgspec.MsgspecError, RecursionError):
            raise UsageError(
                "Cannot be sent",
                "A value cannot be written as JSON, or is text that is not Unicode. Nothing was sent.",
                "Use text, numbers, true, false, null.",
            ) from None

    def shown_body(self) -> str:
        """The body for the request log: secrets masked, cut to a readable length."""
        if self.upload:
            return f"[file {self.upload.name}, {len(self.upload.content):,} bytes]"
        if self.body is None:
            return ""
        text = msgspec.json.encode(masked(self.body)).decode()
        return text if len(text) <= _MAX_LOGGED else f"{text[:_MAX_LOGGED]}…"


def route(*parts: str) -> str:
    """The path of `parts`, each percent-encoded. Raises UsageError for a part that would lead somewhere else.

    Ids come from the server and from the keyboard: neither may climb out of its place with `..` or vanish as ``.
    """
    return "".join(f"/{_part(part)}" for part in parts)


def _part(text: str) -> str:
    try:
        encoded = quote(text, safe="")
    except UnicodeEncodeError:
        encoded = ""
    if encoded in ("", ".", ".."):
        raise UsageError("Not a usable id", f"{text!a} cannot be part of an address.", "Choose it from its list.")
    return encoded


def masked(body: Any) -> Any:
    """A copy of a request body with its secrets replaced by a mask."""
    if isinstance(body, Mapping):
        return {name: _masked_field(name, value) for name, value in body.items()}
    return [masked(entry) for entry in body] if isinstance(body, list | tuple) else body


def _masked_field(name: object, value: Any) -> Any:
    if name in SECRET_FIELDS:
        return MASK
    if name in SECRET_MAPS and isinstance(value, Mapping):
        return dict.fromkeys(value, MASK)
    return masked(value)

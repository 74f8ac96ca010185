"""A reply as bytes -> its result and paging, or a typed error. Pure: no network, no clock.

Text is made safe here, once, for everything above. The exact tree is kept for PUT, which must send back what it read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tui.api.api_errors import Failure, failure_error, foreign_body
from tui.errors import AppError
from tui.text import MAX_TEXT, safe_tree

_LONG_STRING = re.compile(rb'"[^"]{%d}' % MAX_TEXT)


class Info(Struct, frozen=True):
    """What `result_info` says; None where it is silent. It may be missing on any list (api-facts: Envelope)."""

    page: int | None = None
    per_page: int | None = None
    total: int | None = None
    cursor: str | None = None


class Reply(Struct, frozen=True):
    """A successful reply. `result` has safe text; `exact` is the same tree untouched, never to be displayed."""

    result: Any = None
    exact: Any = None
    info: Info = Info()
    ray: str | None = None


def decode(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The reply's result. Raises AppError: the API's refusal, or BadReply for what is not the API's envelope.

    `headers` is case-insensitive or has lower-case names. An empty body with a 2xx status is a result of None:
    DELETE answers 200 with the resource or 204 with nothing (api-facts: Routes).
    """
    ok = 200 <= status < 300
    if ok and not body.strip():
        return Reply(ray=headers.get("cf-ray"))
    if ok and headers.get("cf-mitigated") is None:
        tree, safe = parse(body, status, headers)
        if isinstance(tree, dict) and tree.get("success") is not False and ("success" in tree or "result" in tree):
            info = read_info(tree.get("result_info"))
            return Reply(safe.get("result"), tree.get("result"), info, headers.get("cf-ray"))
        raise refusal(status, headers, safe)
    raise refusal(status, headers, _tree_or_none(body, status, headers))


def refusal(status: int, headers: Mapping[str, str], tree: Any) -> AppError:
    """The error in a reply that is not a success; `tree` is its decoded body with safe text, None if it has none."""
    found = _failures(tree)
    if found is None:
        return foreign_body(status, headers)
    return failure_error(status, headers, found)


def parse(body: bytes, status: int, headers: Mapping[str, str]) -> tuple[Any, Any]:
    """The JSON tree twice: as sent, and with every string made safe (the same object where nothing had to change)."""
    try:
        tree = _json(body)
        return tree, tree if _harmless(body) else safe_tree(tree)
    except (ValueError, RecursionError):
        raise foreign_body(status, headers) from None


def read_info(raw: Any) -> Info:
    """Paging from `result_info`, its three forms (page, offset, cursor) and any mixture; wrong types are left out."""
    if not isinstance(raw, dict):
        return Info()
    cursor = raw.get("cursor")
    total = raw.get("total_count")
    return Info(
        page=_count(raw.get("page")),
        per_page=_count(raw.get("per_page", raw.get("limit"))),
        total=_count(raw.get("total") if total is None else total),
        cursor=cursor if isinstance(cursor, str) and cursor else None,
    )


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Lone surrogates, a byte-order mark, invalid UTF-8: the slow parser knows them and `safe` spells them out.
        return json.loads(body.decode("utf-8-sig", "replace"), parse_constant=_nothing, parse_float=_finite)


def _finite(text: str) -> float | None:
    value = float(text)
    return value if abs(value) < float("inf") else None


def _nothing(_: str) -> None:
    return None


def _harmless(body: bytes) -> bool:
    """Whether no string in this JSON can need changing: plain ASCII without escapes, and none is too long.

    JSON forbids raw control characters but DEL.
    """
    if not body.isascii() or b"\\" in body or b"\x7f" in body:
        return False
    return len(body) <= MAX_TEXT or _LONG_STRING.search(body) is None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _tree_or_none(body: bytes, status: int, headers: Mapping[str, str]) -> Any:
    try:
        return parse(body, status, headers)[1]
    except AppError:
        return None


def _failures(tree: Any) -> list[Failure] | None:
    """The errors of an envelope; None when it is none. `messages` and `errors` may be absent (api-facts: Envelope)."""
    if not isinstance(tree, dict) or not ("errors" in tree or "success" in tree):
        return None
    errors = tree.get("errors")
    return [_failure(error) for error in errors] if isinstance(errors, list) else []


def _failure(raw: Any) -> Failure:
    if not isinstance(raw, dict):
        return Failure(None, raw if isinstance(raw, str) else "")
    code, message = raw.get("code"), raw.get("message")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        code = int(code)
    return Failure(_count(code), message if isinstance(message, str) else "")

"""Which error of our family a failed reply is, with the words of `tui.explain`. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tui.api.headers import retry_after
from tui.errors import (
    AppError,
    BadReply,
    Conflict,
    CoolingDown,
    Forbidden,
    NotFound,
    RateLimited,
    Refused,
    ServerFault,
    Unauthorized,
)
from tui.explain import codes, explain_api

COOLDOWN = 7020
QUOTA_USED_UP = 7069
NOT_FOUND = 7002
NOT_OUR_TOKEN = frozenset({7071, 7077})
"""401, but about the credentials of the instance or of its gateway (api-facts: Errors)."""
BAD_CREDENTIALS = frozenset({(400, 9106), (400, 6003), (400, 6111), (403, 9109), (400, 10001), (403, 10001)})
"""Refusals of the token that do not come as a 401: a header that is missing or malformed, a filter of addresses."""
TAKEN = frozenset({7022, 7042, 7064, 7066, 7076, 7091, 7099})
"""Something else holds the name or the resource, whatever the status."""
_MAX_QUOTE = 400


class Failure(Struct, frozen=True):
    """One entry of `errors`: its code, None when it has none, and its message, `` when it has none."""

    code: int | None
    message: str


def error_type(status: int, code: int | None) -> type[AppError]:
    """The member of our family for a status and the API's own code."""
    if status == 401:
        return Refused if code in NOT_OUR_TOKEN else Unauthorized
    if (status, code) in BAD_CREDENTIALS:
        return Unauthorized
    if status == 429:
        return {COOLDOWN: CoolingDown, QUOTA_USED_UP: Forbidden}.get(code or 0, RateLimited)
    if code in TAKEN:
        return Conflict
    if status >= 500 or status == 408:
        return ServerFault
    return {403: Forbidden, 404: NotFound, 409: Conflict}.get(status, Refused if status >= 400 else BadReply)


def failure_error(status: int, headers: Mapping[str, str], failures: list[Failure]) -> AppError:
    """The typed error for an envelope with `failures`, which may be empty."""
    first = next((entry for entry in failures if entry.code is not None), None)
    first = first or (failures[0] if failures else Failure(None, ""))
    words = explain_api(first.code, status, first.message)
    quotes = dict.fromkeys(entry.message for entry in (first, *failures) if _tells_more(entry))
    detail = " ".join([words.meaning, *(f"The API says: {quote[:_MAX_QUOTE]}" for quote in quotes)])
    return error_type(status, first.code)(
        words.title,
        detail,
        words.remedy,
        code=first.code,
        http=status,
        ray=headers.get("cf-ray"),
        retry_after=retry_after(headers),
    )


def foreign_body(status: int, headers: Mapping[str, str]) -> AppError:
    """The error for a reply that is not the API's JSON: a page of the edge or of a proxy, a redirect, a cut body."""
    kind: type[AppError]
    if headers.get("cf-mitigated"):
        kind, title = Forbidden, "Stopped by a challenge page"
        detail = "Cloudflare's edge asked for a browser check instead of passing the request to the API."
        hint = "Try from another network, or have the rule that challenges this address changed."
    elif 300 <= status < 400:
        kind, title = BadReply, "The API host redirects"
        detail = f"It answered with a redirect (HTTP {status}), which is never followed: the token stays with one host."
        hint = "Check the base URL of the profile."
    elif 200 <= status < 300:
        kind, title = BadReply, "Not an API reply"
        detail = f"The reply (HTTP {status}, {_media_type(headers)}) is not the JSON of the API, or was cut short."
        hint = "Check the base URL and whether a proxy or a sign-in page stands in between."
    elif status in (401, 403, 404):
        # Not a word about our token: the API itself says 10000, a gate in front of it sends a page.
        kind, title = NotFound if status == 404 else Forbidden, f"Something in between answered (HTTP {status})"
        detail = (
            f"The reply was {_media_type(headers)} instead of the API's JSON: a firewall, a proxy or a wrong address."
        )
        hint = "Check the base URL of the profile, HTTPS_PROXY, and whether this network may reach the API."
    else:
        words = explain_api(None, status, "")
        kind, title, hint = error_type(status, None), words.title, words.remedy
        detail = f"{words.meaning} The reply was {_media_type(headers)} instead of the API's JSON."
    return kind(title, detail, hint, http=status, ray=headers.get("cf-ray"), retry_after=retry_after(headers))


def _media_type(headers: Mapping[str, str]) -> str:
    kind = headers.get("content-type", "").split(";")[0].strip()
    return kind if kind and kind.isascii() and kind.isprintable() and len(kind) < 60 else "of no named type"


def _tells_more(failure: Failure) -> bool:
    """Whether a message says more than our words: most are a snake_case word that the explanation already covers."""
    if failure.code not in codes():
        return bool(failure.message)
    return " " in failure.message and failure.message not in ("Internal Error", "Authentication error")

"""Bodies on their way: replies read up to a cap, uploads sent in slices."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from tui.api.request import UploadBody
from tui.errors import BadReply

MAX_BODY = 32_000_000
ENCODINGS = "gzip, deflate"
"""What a reply may be compressed with, once: 64 kB from the network then grow to 70 MB at most, not to gigabytes."""
_SLICE = 65_536


async def whole_body(response: httpx.Response) -> bytes:
    """The body in one piece, up to the cap."""
    return b"".join([piece async for piece in pieces(response)])


async def pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """The decompressed body piece by piece. Raises BadReply past the cap: a hostile reply must not fill the memory."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", *ENCODINGS.split(", ")):
        hint = "Refresh. If it happens again, a proxy may be changing replies."
        raise BadReply(
            "Unreadable reply", "It is compressed in a way that was not asked for.", hint, http=response.status_code
        )
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > MAX_BODY:
            raise BadReply(
                "Reply too large",
                f"It has more than {MAX_BODY // 1_000_000} MB.",
                "Ask for fewer rows a page.",
                http=response.status_code,
            )
        yield piece


def multipart(upload: UploadBody) -> tuple[bytes, str]:
    """The form as bytes, and its content type. Field names are those of the wire (api-facts: Official clients)."""
    files = {"file": (upload.name, upload.content)}
    form = httpx.Request("POST", "http://form/", data=dict(upload.fields), files=files)
    return form.read(), form.headers["Content-Type"]


async def in_slices(whole: bytes, upload: UploadBody) -> AsyncIterator[bytes]:
    """The form in slices; progress is told when the network took one."""
    for start in range(0, len(whole), _SLICE):
        yield whole[start : start + _SLICE]
        if upload.progress is not None:
            upload.progress(min(start + _SLICE, len(whole)), len(whole))

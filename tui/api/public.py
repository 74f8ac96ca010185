"""Pages of public websites, such as sitemaps: read without any token, bounded in size."""

from __future__ import annotations

import zlib
from types import TracebackType
from typing import Self

import httpx

from tui import __version__
from tui.errors import BadReply, Unreachable
from tui.text import safe

LIMIT = 30.0
"""Seconds for connecting, and for each wait in between."""
MOST = 50 * 1024 * 1024
"""Bytes of one document, the most that a sitemap may have by its own standard."""


class Pages:
    """Reads pages. It has a connection of its own, so that no header of the API can go along."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        agent = {"User-Agent": f"aisearch/{__version__}"}
        self._http = httpx.AsyncClient(transport=transport, timeout=LIMIT, headers=agent)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def text(self, address: str) -> str:
        """The text of a page, unpacked when it is a .gz. Raises Unreachable, BadReply; redirects are not followed."""
        data = bytearray()
        try:
            async with self._http.stream("GET", address) as reply:
                if reply.status_code != httpx.codes.OK:
                    raise BadReply("The website did not return the page", f"{safe(address)}: HTTP {reply.status_code}.")
                async for piece in reply.aiter_bytes():
                    data += piece
                    if len(data) > MOST:
                        raise BadReply("The page is too large", safe(address))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable("The website does not answer", f"{safe(address)}: {safe(str(error))}") from None
        return _unpacked(bytes(data), address).decode("utf-8-sig", "replace")


def _unpacked(data: bytes, address: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        whole = unpack.decompress(data, MOST + 1)
    except zlib.error:
        raise BadReply("The page cannot be unpacked", safe(address)) from None
    if len(whole) > MOST:
        raise BadReply("The page is too large", safe(address))
    return whole

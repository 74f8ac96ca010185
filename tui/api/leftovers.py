"""Idle connections with bytes that nobody asked for: a faulty proxy repeats a reply, and every later one shifts."""

from __future__ import annotations

import httpx


async def close_leftovers(pool: httpx.AsyncHTTPTransport) -> None:
    """Close every idle connection that has bytes nobody asked for: the rest of a reply, or a second one.

    What has not been read from the socket yet httpcore sees by itself. What came in one packet with the reply lies in
    the parser of HTTP/1.1, which would take it for the next reply. Both are private names of httpcore, and nothing is
    checked where they have changed.
    """
    for one in tuple(getattr(getattr(pool, "_pool", None), "connections", ())):
        parser = getattr(getattr(one, "_connection", None), "_h11_state", None)
        if one.is_idle() and parser is not None and parser.trailing_data[0]:
            await one.aclose()

"""What one request may take of the server: memory and time for its body, time to take the reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Send

from tui.emulator.errors import ApiError

BODY_SECONDS = 30.0
REPLY_SECONDS = 30.0
"""For taking each piece of a reply."""
BODIES_AT_ONCE = 64 * 1024 * 1024
"""Bytes of request bodies in memory at a time."""


class Bodies:
    """Reads request bodies within bounds: each of them, all together, and in time."""

    def __init__(self, at_once: int = BODIES_AT_ONCE, seconds: float = BODY_SECONDS) -> None:
        """Allow `at_once` bytes in memory at a time and `seconds` for each body."""
        self._left = at_once
        self._seconds = seconds

    @asynccontextmanager
    async def read(self, request: Request, most: int) -> AsyncIterator[bytes]:
        """Give the whole body and keep its memory accounted for until the block ends.

        Raises 413/7054 over `most` bytes, 408/7001 when it is late, 503/7017 when too many others are being read.
        """
        parts: list[bytes] = []
        taken = 0
        try:
            async with asyncio.timeout(self._seconds):
                async for part in _stream(request):
                    taken += len(part)
                    self._left -= len(part)
                    if taken > most:
                        raise ApiError.named("file_exceeds_maximum_size")
                    if self._left < 0:
                        raise ApiError(503, 7017, "unable_to_connect_to_ai_search", {"Retry-After": "1"})
                    parts.append(part)
        except TimeoutError:
            self._left += taken
            raise ApiError(408, 7001, "the body did not arrive in time") from None
        except BaseException:
            self._left += taken
            raise
        try:
            yield b"".join(parts)
        finally:
            self._left += taken


async def _stream(request: Request) -> AsyncIterator[bytes]:
    try:
        async for part in request.stream():
            yield part
    except ClientDisconnect:
        raise ApiError.invalid("the body is not complete") from None


class Patient:
    """A `send` that drops the connection of a client which does not take the reply."""

    def __init__(self, send: Send, seconds: float = REPLY_SECONDS) -> None:
        """Send by `send`, which belongs to a connection, and wait `seconds` for each piece."""
        self._send = send
        self._seconds = seconds

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except TimeoutError:
            drop(self._send)  # what the application sends after this goes nowhere


def drop(send: Send, *, gently: bool = False) -> bool:
    """Close the connection behind a server's own `send`; returns False where there is none (in process).

    `gently` lets what was written so far still arrive.
    """
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        return False
    if gently:
        transport.close()
    else:
        transport.abort()
    return True

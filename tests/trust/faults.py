"""The fault matrix: everything that can come instead of a good reply, as functions between console and emulator."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

Send = Callable[[httpx.Request], Awaitable[httpx.Response]]
Fault = Callable[[httpx.Request, Send], Awaitable[httpx.Response]]
PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
HUGE = 100_000_000


def answer(status: int, code: int, message: str, **headers: str) -> Fault:
    """The API says no."""

    async def fault(request: httpx.Request, send: Send) -> httpx.Response:
        body = {"success": False, "errors": [{"code": code, "message": message}], "result": {}}
        return httpx.Response(status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return fault


def page(status: int) -> Fault:
    """Something in front of the API sends a page."""

    async def fault(request: httpx.Request, send: Send) -> httpx.Response:
        return httpx.Response(status, html=PAGE.format(f"Error {status}"))

    return fault


def broken(make: Callable[[httpx.Request], Exception]) -> Fault:
    """The network fails."""

    async def fault(request: httpx.Request, send: Send) -> httpx.Response:
        raise make(request)

    return fault


def name_not_found(request: httpx.Request) -> Exception:
    error = httpx.ConnectError("[Errno -2] Name or service not known", request=request)
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    return error


def certificate_refused(request: httpx.Request) -> Exception:
    error = httpx.ConnectError("certificate verify failed", request=request)
    cause = ssl.SSLCertVerificationError("certificate verify failed")
    cause.verify_message = "self-signed certificate in certificate chain"
    error.__cause__ = cause
    return error


def spoiled(spoil: Callable[[bytes], bytes]) -> Fault:
    """The reply arrives with another body."""

    async def fault(request: httpx.Request, send: Send) -> httpx.Response:
        response = await send(request)
        body = spoil(await response.aread())
        return httpx.Response(response.status_code, content=body, headers={"content-type": "application/json"})

    return fault


def reshaped(change: Callable[[Any], Any]) -> Fault:
    """The reply arrives with every entry of its result changed."""

    def spoil(body: bytes) -> bytes:
        whole = json.loads(body)
        result = whole.get("result")
        whole["result"] = [change(entry) for entry in result] if isinstance(result, list) else change(result)
        return json.dumps(whole).encode()

    return spoiled(spoil)


def _of_wrong_type(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _of_wrong_type(entry) for name, entry in value.items()}
    return [7] if isinstance(value, str) else {"odd": "text"} if isinstance(value, int | float) else 3.5


def _of_unknown_words(value: Any) -> Any:
    if isinstance(value, dict):
        enums = ("status", "type", "source", "message_type", "end_reason", "index_method")
        return {name: "zorblax" if name in enums else _of_unknown_words(entry) for name, entry in value.items()}
    return value


class Wire:
    """The way to the emulator, with a fault on it for as long as it is set; counts what is sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fault: Fault | None = None
        self.only = ""
        """A pattern in the paths that meet the fault; all do without one."""
        self.sent = self.struck = 0
        self.paths: list[str] = []
        """Paths of the requests that met the fault."""
        real = httpx.ASGITransport.handle_async_request

        async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
            self.sent += 1

            async def send(one: httpx.Request) -> httpx.Response:
                return await real(transport, one)

            if self.fault is None or not re.search(self.only, request.url.path):
                return await send(request)
            self.struck += 1
            self.paths.append(request.url.path)
            return await self.fault(request, send)

        monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)


class _Flood(httpx.AsyncByteStream):
    """A body without end; counts what was taken of it."""

    def __init__(self) -> None:
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        piece = b'{"success": true, "result": [' + b" " * 999_971
        while self.sent < HUGE:
            self.sent += len(piece)
            yield piece


floods: list[_Flood] = []


async def flood(request: httpx.Request, send: Send) -> httpx.Response:
    """100 MB, for the list of instances; the rest answers."""
    if not request.url.path.endswith("/instances"):
        return await send(request)
    return await flood_all(request, send)


async def flood_all(request: httpx.Request, send: Send) -> httpx.Response:
    """100 MB, whatever was asked."""
    floods.append(_Flood())
    return httpx.Response(200, stream=floods[-1], headers={"content-type": "application/json"})


FAULTS: dict[str, tuple[Fault, str]] = {
    "403": (answer(403, 10000, "Authentication error"), "FAILING"),
    "404": (answer(404, 7002, "ai_search_not_found"), "FAILING"),
    "409": (answer(409, 7064, "namespace_already_exists"), "FAILING"),
    "429": (answer(429, 971, "slow down", Retry_After="20"), "THROTTLED"),
    "429 without a word": (page(429), "THROTTLED"),
    "401 of the instance": (answer(401, 7071, "invalid_credentials"), "FAILING"),
    "500": (answer(500, 7001, "Internal Error"), "FAILING"),
    "503": (answer(503, 7017, "unable_to_connect_to_ai_search"), "FAILING"),
    "502 page": (page(502), "FAILING"),
    "200 page": (page(200), "FAILING"),
    "302": (page(302), "FAILING"),
    "time-out": (broken(lambda request: httpx.ReadTimeout("", request=request)), "OFFLINE"),
    "connect time-out": (broken(lambda request: httpx.ConnectTimeout("", request=request)), "OFFLINE"),
    "reset": (broken(lambda request: httpx.ReadError("Connection reset by peer", request=request)), "OFFLINE"),
    "closed": (broken(lambda request: httpx.RemoteProtocolError("Server disconnected", request=request)), "OFFLINE"),
    "name": (broken(name_not_found), "OFFLINE"),
    "certificate": (broken(certificate_refused), "OFFLINE"),
    "truncated": (spoiled(lambda body: body[: len(body) // 2]), "FAILING"),
    "not json": (spoiled(lambda body: b"{'odd': NaN,}"), "FAILING"),
    "no utf-8": (spoiled(lambda body: b'{"success": true, "result": "\xff\xfe"}'), "FAILING"),
    "a list": (spoiled(lambda body: b"[1, 2]"), "FAILING"),
    "deep": (spoiled(lambda body: b'{"success": true, "result": ' + b"[" * 100_000), "FAILING"),
    "result of wrong type": (spoiled(lambda body: b'{"success": true, "result": 7}'), "FAILING"),
    "100 MB": (flood, "FAILING"),
}
"""What comes, and what the badge must say of it. The screen keeps what it has."""

LIES: dict[str, Fault] = {
    "wrong types": reshaped(_of_wrong_type),
    "nulls": reshaped(lambda entry: dict.fromkeys(entry) if isinstance(entry, dict) else None),
    "missing fields": reshaped(lambda entry: {}),
    "unknown words": reshaped(_of_unknown_words),
    "null": spoiled(lambda body: b'{"success": true, "result": null}'),
    "numbers": reshaped(lambda entry: dict.fromkeys(entry, 1e308) if isinstance(entry, dict) else 1e308),
}
"""Replies that are good in form and odd in content: shown as far as they can be, marked, and gone with the next."""

"""The ASGI application: reading a request, checking who asks and how often, and sending the reply.

The event loop only reads and writes. The work of a request runs in the one thread of the emulator, so that a
console in the same process is never held up by the database.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import logging
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from email.utils import formatdate
from typing import Any, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.emulator.bounds import Bodies, Patient
from tui.emulator.config import EmulatorConfig, is_account_id
from tui.emulator.doorway import Doorway
from tui.emulator.errors import ApiError
from tui.emulator.faults import WIRE, Faults, deliver
from tui.emulator.limits import RateLimit
from tui.emulator.routes import ACCOUNT_OPERATIONS, OPERATIONS
from tui.emulator.web import Call, Operation, Received, Reply, Upload, refusal
from tui.emulator.world import World

PREFIX = "/client/v4"
ENVELOPE_ROOM = 1024 * 1024
MOST_PARTS = 20
log = logging.getLogger(__name__)


class Host(Protocol):
    """What the application needs of the emulator that it belongs to."""

    config: EmulatorConfig
    bodies: Bodies
    received: deque[Received]
    limit: RateLimit
    faults: Faults
    executor: ThreadPoolExecutor

    @property
    def world(self) -> World:
        """The model, seeded."""

    @property
    def account(self) -> str:
        """The id of the one account."""


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, host: Host, operation: Operation | None) -> None:
        """Serve `operation`; None answers that there is no such route."""
        self._host = host
        self._operation = operation
        self._doorway = None if host.config.hosts is None else Doorway(host.config.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        fault = self._host.faults.pick(self._operation.name if self._operation else "")
        body: Any = None
        try:
            if self._doorway is not None:
                self._doorway.check(request.headers)
            most = self._host.config.largest_upload(None) + ENVELOPE_ROOM
            async with self._host.bodies.read(request, most) as content:
                body = await parse_body(request, content)
                work = self._answer if fault is None or not fault.instead else _nothing
                reply = await asyncio.get_running_loop().run_in_executor(self._host.executor, work, request, body)
        except ApiError as error:
            reply = refusal(error)
        reply = replace(reply, headers={**reply.headers, **self._host.limit.headers(), **self._passing()})
        path = request.url.path
        status = fault.status if fault and fault.kind in {"status", "html"} else reply.status
        self._host.received.append(Received(request.method, path, dict(request.query_params), _shown(body), status))
        await deliver(fault, render(reply), scope, receive, send)

    def _passing(self) -> dict[str, str]:
        """Headers of every reply: its number, and what time it is here."""
        return {"CF-Ray": next(_RAYS), "Date": formatdate(self._host.config.clock(), usegmt=True)}

    def _answer(self, request: Request, body: Any) -> Reply:
        """Check and do the work; runs in the thread of the emulator."""
        try:
            self._admit(request)
            if self._operation is None:
                raise ApiError.no_route(request.method, request.url.path)
            with ExitStack() as stack:
                now = stack.enter_context(self._host.world.moment())
                call = Call(
                    self._host.world, self._host.account, request.path_params, dict(request.query_params), body, now
                )
                return self._operation.handler(call)
        except ApiError as error:
            return refusal(error)
        except sqlite3.OperationalError as error:  # a full disk, mostly: the transaction is undone as a whole
            log.error("%s %s failed: %s", request.method, request.url.path, error)
            reply = refusal(ApiError.named("Internal Error"))
            reply.payload["messages"] = [{"code": 7001, "message": f"nothing was stored: {error}"}]
            return reply
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            return refusal(ApiError.named("Internal Error"))

    def _admit(self, request: Request) -> None:
        """Let the bearer of the token through; raises 400/9106, 401/10000, 404/7003 or 429."""
        header = request.headers.get("authorization")
        if header is None:
            text = "Missing X-Auth-Key, X-Auth-Email or Authorization headers"
            raise ApiError(400, 9106, text)
        kind, _, token = header.partition(" ")
        right = hmac.compare_digest(token.strip().encode(), self._host.config.token.encode())
        if kind.lower() != "bearer" or not right:
            raise ApiError.named("Authentication error")
        self._host.limit.spend()
        account = request.path_params.get("account_id")
        if account is None:
            return
        if not is_account_id(account):
            raise ApiError.no_route(request.method, request.url.path)
        if not self._may(account, request.url.path):
            raise ApiError(self._host.config.denied_status, 10000, "Authentication error")

    def _may(self, account: str, path: str) -> bool:
        """Tell whether the token has the permission for `path` of `account`."""
        config = self._host.config
        if "/ai-search/" in path:
            return config.permitted and account == self._host.account
        return account in {self._host.account, *(other for other, _ in config.other_accounts)}


def _nothing(request: Request, body: Any) -> Reply:
    """Stand for the work of a request whose fault comes instead of it."""
    return Reply({})


def _shown(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: value.shortened() if isinstance(value, Upload) else value for name, value in body.items()}
    return body


def _rays() -> Iterable[str]:
    return (f"{0x9A0000000000000 + n:016x}-EMU" for n in itertools.count(1))


_RAYS = iter(_rays())


class Entrance:
    """The outermost ASGI layer: remembers the server's own `send`, which knows the connection (see faults)."""

    def __init__(self, inner: ASGIApp) -> None:
        """Pass everything on to `inner`."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        await self._inner({**scope, WIRE: send}, receive, Patient(send))


def build(host: Host) -> ASGIApp:
    """Assemble the application: every operation below /client/v4, and 7003 for all other paths."""
    routes: list[BaseRoute] = []
    below_account = [op._replace(path=f"/accounts/{{account_id}}/ai-search{op.path}") for op in OPERATIONS]
    for operation in [*ACCOUNT_OPERATIONS, *below_account]:
        routes.append(Route(PREFIX + operation.path, Endpoint(host, operation), methods=[operation.method]))
    for pattern in ("/accounts/{account_id}/{rest:path}", "/{rest:path}"):
        routes.append(Route(PREFIX + pattern, Endpoint(host, None)))
    routes.append(Route("/{rest:path}", Endpoint(host, None)))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    return Entrance(app)


async def parse_body(request: Request, content: bytes) -> Any:
    """Return the body as parsed JSON, as form fields with `Upload`s, or None; raises 400/7001."""
    if not content:
        return None
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _form(request, content)
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ApiError.invalid("the body is not valid JSON") from None
    except RecursionError:
        raise ApiError.invalid("the body is nested too deeply") from None


async def _form(request: Request, content: bytes) -> dict[str, Any]:
    async def again() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    fields: dict[str, Any] = {}
    try:
        async with Request(request.scope, again).form(
            max_files=MOST_PARTS, max_fields=MOST_PARTS, max_part_size=ENVELOPE_ROOM
        ) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    fields[name] = Upload(value.filename or "", value.content_type or "", await value.read())
                else:
                    fields[name] = value
    except Exception:  # Starlette raises its own HTTPException for a broken form
        raise ApiError.invalid("the body is not a valid multipart form") from None
    return fields


def render(reply: Reply) -> Response:
    """Turn a reply into a response."""
    headers = dict(reply.headers)
    if reply.events is not None:
        return StreamingResponse(_flow(reply.events), reply.status, headers, media_type="text/event-stream")
    if reply.raw is not None:
        return Response(reply.raw, reply.status, headers, media_type="application/octet-stream")
    return Response(msgspec.json.encode(reply.payload), reply.status, headers, media_type="application/json")


async def _flow(events: Iterable[bytes]) -> AsyncIterator[bytes]:
    for event in events:
        yield event
        await asyncio.sleep(0)  # each event leaves on its own

"""One `send()`: budget, signature, time limits, retries of GET, and every failure as an `AppError`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Final

import httpx

from tui import __version__
from tui.api import envelope
from tui.api.call import Call, Upload
from tui.api.endpoint import checked_base_url, tls_context
from tui.api.governor import Governor
from tui.api.headers import Signals, read_signals
from tui.api.network import network_error, settled
from tui.api.request_log import Record, RequestLog
from tui.api.retry import retry_wait
from tui.api.timing import TimeLimits, Timing
from tui.contract import Priority
from tui.errors import AppError, BadReply, CredentialError, RateLimited, Unreachable
from tui.secret import Secret

MAX_BODY = 32_000_000
CONNECTIONS = 6
LANES = {Priority.USER: CONNECTIONS, Priority.VISIBLE: 3, Priority.BACKGROUND: 2}
"""Requests at once by class: the others leave a connection for the user, and no class waits in the pool's queue."""
PATIENCE = {Priority.USER: 10.0}
"""Seconds that a call waits for the budget before it fails and says how long; 5 for the other classes."""
GATEWAY_LIMIT: Final = 2003
"""A 429 of the AI Gateway: not about our budget."""
_BIG = 1_000_000
_SLICE = 65_536


class _Bearer(httpx.Auth):
    """Signs at the last moment, so that no header with the token is kept on the client."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the Authorization header."""
        request.headers["Authorization"] = f"Bearer {self._secret.reveal()}"
        yield request


class Transport:
    """The connection to one API host with one token, shared by the clients of every class of the budget."""

    def __init__(
        self,
        base_url: str,
        secret: Secret,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timing: Timing | None = None,
        limits: TimeLimits | None = None,
    ) -> None:
        self._base = checked_base_url(base_url)
        self._secret = _checked(secret)
        self._custom = transport
        self._timing = timing or Timing()
        self._limits = limits or TimeLimits()
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._lanes = {priority: asyncio.Semaphore(size) for priority, size in LANES.items()}
        self._tasks: set[asyncio.Task[object] | None] = set()
        self._closed = False
        self.governor = Governor(self._timing.clock)
        self.log = RequestLog(secret, self._timing.wall)

    async def send(self, call: Call, priority: Priority) -> envelope.Reply:
        """The result of `call`. Only GET is repeated, at most three times. Raises AppError and nothing else."""
        content = call.content()
        async with self._running(call, priority) as record:
            while True:
                outcome = await self._attempt(call, content, priority, record)
                if isinstance(outcome, envelope.Reply):
                    record.failure = ""
                    return outcome
                blocked = self.governor.delay(priority)
                wait = retry_wait(call, outcome, record.retries, blocked, self._timing.rng)
                if wait is None:
                    raise self._final(outcome, record)
                record.retries += 1
                await self._timing.sleep(wait)

    async def stream(self, call: Call, priority: Priority) -> AsyncGenerator[bytes]:
        """The body of a successful reply, piece by piece; never repeated. Raises AppError and nothing else."""
        content = call.content()
        async with self._running(call, priority) as record:
            error: AppError | None = None
            try:
                await self._admit(priority)
                async with self._opened(call, content, record) as response:
                    if response.is_success:
                        async for piece in _capped(response):
                            yield piece
                    else:
                        outcome = await self._decoded(call, response, await _whole(response))
                        error = outcome if isinstance(outcome, AppError) else None
            except GeneratorExit:
                record.failure = ""  # the reader has enough: a chat ends before its connection does
                raise
            except Exception as failure:
                error = self._translated(failure, call)
            record.failure = ""
            if error:
                raise self._final(error, record)

    async def aclose(self) -> None:
        """Cancel the calls in flight and close every connection; later calls fail as Unreachable."""
        self._closed = True
        for task in self._tasks - {asyncio.current_task()}:
            if task is not None:
                task.cancel()
        if self._http is not None:
            await self._http.aclose()

    async def _attempt(
        self, call: Call, content: bytes | None, priority: Priority, record: Record
    ) -> envelope.Reply | AppError:
        """One round trip. The error is returned, not raised: so it carries no frames that hold the signed request."""
        whole = self._limits.whole * (self._limits.slow_factor if call.slow else 1.0)
        try:
            await self._admit(priority)
            async with asyncio.timeout(whole), self._opened(call, content, record) as response:
                body = await _whole(response)
            return await self._decoded(call, response, body)
        except Exception as failure:
            return self._translated(failure, call)

    async def _admit(self, priority: Priority) -> None:
        """Wait for the budget, shortly, and take from it. Raises RateLimited with the time when it is far off."""
        while (wait := self.governor.delay(priority)) > 0:
            if wait > PATIENCE.get(priority, 5.0):
                raise RateLimited(
                    "Request budget used up",
                    f"The next request of this kind may go in {wait:.0f} s. Nothing was sent.",
                    "Wait for the countdown in the status bar; other tools share this token's budget.",
                    retry_after=wait,
                )
            await self._timing.sleep(wait)
        self.governor.take(priority)

    @asynccontextmanager
    async def _opened(self, call: Call, content: bytes | None, record: Record) -> AsyncGenerator[httpx.Response]:
        """The reply's headers have arrived; its body has not been read. Closes it and settles the budget."""
        signals: Signals | None = None
        began = self._timing.clock()
        try:
            http = await self._client()
            response = await http.send(self._request(http, call, content), stream=True)
            try:
                signals = read_signals(response.headers)
                record.status, record.ray = response.status_code, response.headers.get("cf-ray")
                yield response
            finally:
                await response.aclose()
        finally:
            record.millis = (self._timing.clock() - began) * 1000
            self.governor.settle(signals)

    async def _decoded(self, call: Call, response: httpx.Response, body: bytes) -> envelope.Reply | AppError:
        """The reply's meaning. A large body is decoded in a thread, so that the screen stays alive."""
        parts = (response.status_code, response.headers, body)
        try:
            return envelope.decode(*parts) if len(body) < _BIG else await asyncio.to_thread(envelope.decode, *parts)
        except AppError as error:
            if isinstance(error, RateLimited) and error.code != GATEWAY_LIMIT:
                self.governor.refused(read_signals(response.headers))
            return settled(call, error)

    async def _client(self) -> httpx.AsyncClient:
        """The client, made at the first call: certificates take their time and are read in a thread."""
        async with self._opening:
            if self._http is None:
                secure = self._base.startswith("https:")
                self._http = httpx.AsyncClient(
                    auth=_Bearer(self._secret),
                    transport=self._custom,
                    verify=await asyncio.to_thread(tls_context) if secure and not self._custom else False,
                    # A proxy of the environment would see a token that goes to loopback in plain http.
                    trust_env=secure,
                    follow_redirects=False,
                    limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
                    headers={"User-Agent": f"aisearch-tui/{__version__}"},
                )
            return self._http

    def _request(self, http: httpx.AsyncClient, call: Call, content: bytes | None) -> httpx.Request:
        factor = self._limits.slow_factor if call.slow else 1.0
        limits = httpx.Timeout(
            self._limits.write, connect=self._limits.connect, read=self._limits.read * factor, pool=self._limits.pool
        )
        headers = {"Accept": call.accept}
        body: bytes | AsyncIterator[bytes] | None = content
        if call.upload is not None:
            whole, kind = _multipart(call.upload)
            body = _slices(whole, call.upload)
            headers |= {"Content-Type": kind, "Content-Length": str(len(whole))}
        elif content is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self._base}{call.path}"
        return http.build_request(
            call.method, url, params=call.parameters or None, content=body, headers=headers, timeout=limits
        )

    @asynccontextmanager
    async def _running(self, call: Call, priority: Priority) -> AsyncGenerator[Record]:
        """A call from its place in the lane of its class to its line in the request log."""
        if self._closed:
            raise Unreachable("The connection is closed", "The console is leaving or changing its profile.")
        task = asyncio.current_task()
        self._tasks.add(task)
        record = self.log.start(call)
        try:
            async with self._lanes[priority]:
                yield record
        finally:
            self._tasks.discard(task)
            self.log.finish(record)

    def _final(self, error: AppError, record: Record) -> AppError:
        """`error` as it leaves this room: without the token, should a server quote it, and without our frames."""
        mask = self._secret.masked_in
        error.title, error.detail, error.hint = mask(error.title), mask(error.detail), mask(error.hint)
        error.args = (error.title,)
        record.failure = str(error)
        return error.with_traceback(None)

    def _translated(self, failure: Exception, call: Call) -> AppError:
        return network_error(failure, call, httpx.URL(self._base).host)


def _checked(secret: Secret) -> Secret:
    """`secret`, if it can stand in a header: otherwise h11 would quote it in an exception."""
    text = secret.reveal()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise CredentialError(
            "Not a usable token",
            "It is empty, or has spaces, line ends or characters that no token has.",
            "Enter the token again, whole and without quotes.",
        )
    return secret


async def _whole(response: httpx.Response) -> bytes:
    """The body in one piece, up to the cap."""
    return b"".join([piece async for piece in _capped(response)])


async def _capped(response: httpx.Response) -> AsyncIterator[bytes]:
    """The decompressed body piece by piece. Raises BadReply past the cap: a hostile reply must not fill the memory."""
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


def _multipart(upload: Upload) -> tuple[bytes, str]:
    """The form as bytes, and its content type. Field names are those of the wire (FACTS: Official clients)."""
    files = {"file": (upload.name, upload.content)}
    form = httpx.Request("POST", "http://form/", data=dict(upload.fields), files=files)
    return form.read(), form.headers["Content-Type"]


async def _slices(whole: bytes, upload: Upload) -> AsyncIterator[bytes]:
    """The form in slices; progress is told when the network took one."""
    for start in range(0, len(whole), _SLICE):
        yield whole[start : start + _SLICE]
        if upload.progress is not None:
            upload.progress(min(start + _SLICE, len(whole)), len(whole))

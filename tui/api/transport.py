"""One `send()`: budget, signature, time limits, retries of GET, and every failure as an `AppError`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

import httpx

from tui import __version__
from tui.api import envelope
from tui.api.admission import Admission
from tui.api.api_errors import foreign_body
from tui.api.bodies import ENCODINGS, in_slices, multipart, pieces, whole_body
from tui.api.governor import Governor
from tui.api.headers import read_signals, server_time
from tui.api.network import cannot_be_sent, close_idle, close_leftovers, keeps_idle, network_error, settled
from tui.api.proxy import checked_proxy, proxy_for
from tui.api.request import ANYTHING, Call
from tui.api.request_log import Record, RequestLog
from tui.api.retry import retry_wait
from tui.api.server_clock import ServerClock
from tui.api.slots import CONNECTIONS
from tui.api.timing import TimeLimits, Timing
from tui.api.tls import tls_context
from tui.base_url import checked_base_url
from tui.contract import Heard, Priority
from tui.errors import AppError, CredentialError, RateLimited, Unreachable
from tui.secret import Secret

KEEP_ALIVE = 60.0
"""Seconds that an idle connection is kept: a quiet console polls every 10 s and must not shake hands each time."""
QUIET, DOUBT_AGAIN = 5.0, 60.0
"""Seconds without a reply after which kept connections are not used for a write; between two doubts of a read."""
GATEWAY_LIMIT: Final = 2003
"""A 429 of the AI Gateway: not about our budget."""
_BIG = 1_000_000


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
        self._pooled: httpx.AsyncHTTPTransport | None = None
        self._heard = self._timing.clock()
        self._doubted = self._heard - DOUBT_AGAIN - 1
        """When something was heard from the server, and when kept connections were doubted."""
        self._unanswered: dict[int, float] = {}
        """When each request that waits for its reply was sent, by its number in the budget."""
        self._opening = asyncio.Lock()
        self._tasks: set[asyncio.Task[object] | None] = set()
        self._closing: set[asyncio.Future[None]] = set()
        self._closed = False
        self.governor = Governor(self._timing.clock)
        self._admission = Admission(self.governor, self._timing.sleep)
        self.log = RequestLog(secret, self._timing.wall)
        self.clock = ServerClock(self._timing.wall)

    async def send(self, call: Call, priority: Priority) -> envelope.Reply:
        """The result of `call`. Only what reads is repeated, at most three times. Raises AppError and nothing else."""
        content = call.content()
        with self._running(call) as record:
            while True:
                outcome = await self._attempt(call, content, priority, record)
                if isinstance(outcome, envelope.Reply):
                    record.failure = ""
                    return outcome
                await self._before_next(call, outcome, record, priority)

    async def stream(self, call: Call, priority: Priority) -> AsyncGenerator[bytes]:
        """The body of a successful reply, piece by piece. Raises AppError and nothing else.

        A GET is repeated like any other until its first piece was handed on, and never after it.
        """
        content = call.content()
        with self._running(call) as record:
            begun, error = False, None
            while True:
                try:
                    async with (
                        self._admission.admitted(priority) as number,
                        self._opened(call, content, record, number) as reply,
                    ):
                        error = await self._unwanted(call, reply)
                        if error is None:
                            async for piece in pieces(reply):
                                begun = True
                                yield piece
                except GeneratorExit:
                    record.failure = ""  # the reader has enough: a chat ends before its connection does
                    raise
                except Exception as failure:
                    error = self._translated(failure, call)
                if error is None:
                    record.failure = ""
                    return
                await self._before_next(call, error, record, priority, begun=begun)

    @property
    def heard(self) -> Heard:
        """When the server was heard last, and how long the oldest request without a reply waits.

        What models work at, and uploads, may take long without a word: nobody waits for them here.
        """
        now, oldest = self._timing.clock(), min(self._unanswered.values(), default=None)
        return Heard(now - self._heard, 0.0 if oldest is None else now - oldest)

    def drop_connections(self) -> None:
        """Make new connections from now on: those that are open may be dead. What runs on them fails by itself.

        A GET is then repeated on a new connection like after any other lost one.
        """
        old, self._http = self._http, None
        if old is not None:
            closing = asyncio.ensure_future(old.aclose())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _reply_to(
        self, call: Call, content: bytes | None, http: httpx.AsyncClient, record: Record
    ) -> httpx.Response:
        """The headers of the reply. A kept connection may have died unnoticed, as while a laptop slept.

        A read that hears nothing on one is sent again on a new one, once a minute at most: a server may be slow. A
        write, which is never repeated, goes out on a new one when nothing has been heard for a while.
        """
        now, pool = self._timing.clock(), self._pooled
        if pool is None or not keeps_idle(pool):
            return await http.send(self._built(http, call, content), stream=True)
        if not call.repeatable:
            if now - self._heard > QUIET:
                await close_idle(pool)
        elif now - self._doubted > DOUBT_AGAIN:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.silence):
                    return await http.send(self._built(http, call, content), stream=True)
            self._doubted = self._timing.clock()
            record.retries += 1
            await close_idle(pool)
        return await http.send(self._built(http, call, content), stream=True)

    async def _drop_leftovers(self) -> None:
        """Close idle connections with unread bytes: the next reply on one would be the answer to another request."""
        if self._pooled is not None:
            await close_leftovers(self._pooled)

    async def aclose(self) -> None:
        """Cancel the calls in flight and close every connection; later calls fail as Unreachable."""
        self._closed = True
        for task in self._tasks - {asyncio.current_task()}:
            if task is not None:
                task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    async def _attempt(
        self, call: Call, content: bytes | None, priority: Priority, record: Record
    ) -> envelope.Reply | AppError:
        """One round trip. The error is returned, not raised: so it carries no frames that hold the signed request."""
        whole = self._limits.whole * (self._limits.slow_factor if call.slow else 1.0)
        try:
            async with (
                self._admission.admitted(priority) as number,
                asyncio.timeout(whole),
                self._opened(call, content, record, number) as response,
            ):
                body = await whole_body(response)
            if not (response.is_success and call.repeatable):  # a refusal counts at once, a write's reply too
                return await self._decoded(call, response, body)
            await asyncio.sleep(0)  # to take a reply, to decode it and to use it are three pieces of work
            outcome = await self._decoded(call, response, body)
            await asyncio.sleep(0)
            return outcome
        except Exception as failure:
            return self._translated(failure, call)

    async def _before_next(
        self, call: Call, error: AppError, record: Record, priority: Priority, *, begun: bool = False
    ) -> None:
        """Wait until `call` may be sent again. Raises `error` when it may not, as when its reply had `begun`."""
        wait = retry_wait(call, error, record.retries, self.governor.delay(priority), self._timing.rng)
        if wait is None or begun:
            raise self._final(error, record)
        record.retries += 1
        await self._timing.sleep(wait)

    @asynccontextmanager
    async def _opened(
        self, call: Call, content: bytes | None, record: Record, number: int
    ) -> AsyncGenerator[httpx.Response]:
        """The reply's headers have arrived and told of the budget; its body has not been read. Closes it."""
        record.status = record.ray = None
        began = self._timing.clock()
        try:
            http = await self._client()
            with self._unanswered_meanwhile(call, number):
                response = await self._reply_to(call, content, http, record)
            self._heard = self._timing.clock()
            try:
                self.governor.learn(number, read_signals(response.headers))
                self.clock.learn(response.headers)
                record.status, record.ray = response.status_code, response.headers.get("cf-ray")
                sent = server_time(response.headers)
                record.ahead = None if sent is None else sent - self._timing.wall()
                yield response
            finally:
                await response.aclose()
                await self._drop_leftovers()
        finally:
            record.millis = (self._timing.clock() - began) * 1000

    @contextmanager
    def _unanswered_meanwhile(self, call: Call, number: int) -> Generator[None]:
        """A request that is waited for, from being sent to the headers of its reply."""
        if not call.slow:
            self._unanswered[number] = self._timing.clock()
        try:
            yield
        finally:
            self._unanswered.pop(number, None)

    async def _unwanted(self, call: Call, response: httpx.Response) -> AppError | None:
        """Why the body of a reply is not handed on; None when it is what was asked for."""
        if not response.is_success:
            outcome = await self._decoded(call, response, await whole_body(response))
            return outcome if isinstance(outcome, AppError) else None
        page = "html" in response.headers.get("content-type", "")
        return foreign_body(response.status_code, response.headers) if page and call.accept != ANYTHING else None

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
                self._pooled = None if self._custom else await self._pool()
                self._http = httpx.AsyncClient(
                    auth=_Bearer(self._secret),
                    transport=self._custom or self._pooled,
                    trust_env=False,
                    follow_redirects=False,
                    headers={"User-Agent": f"aisearch-tui/{__version__}", "Accept-Encoding": ENCODINGS},
                )
            return self._http

    async def _pool(self) -> httpx.AsyncHTTPTransport:
        """The connections. The proxy is chosen by us, so that a variable that httpx cannot read is named."""
        secure = self._base.startswith("https:")
        limits = httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=KEEP_ALIVE
        )
        return httpx.AsyncHTTPTransport(
            verify=await asyncio.to_thread(tls_context) if secure else False,
            proxy=checked_proxy(proxy_for(self._base)) if secure else None,
            trust_env=False,
            limits=limits,
        )

    def _built(self, http: httpx.AsyncClient, call: Call, content: bytes | None) -> httpx.Request:
        """The request, before its first byte is sent. Raises UsageError for what has no form in HTTP."""
        try:
            return self._request(http, call, content)
        except Exception:  # whatever it is: nothing was sent
            raise cannot_be_sent() from None

    def _request(self, http: httpx.AsyncClient, call: Call, content: bytes | None) -> httpx.Request:
        factor = self._limits.slow_factor if call.slow else 1.0
        limits = httpx.Timeout(
            self._limits.write, connect=self._limits.connect, read=self._limits.read * factor, pool=self._limits.pool
        )
        headers = {"Accept": call.accept}
        body: bytes | AsyncIterator[bytes] | None = content
        if call.upload is not None:
            whole, kind = multipart(call.upload)
            body = in_slices(whole, call.upload)
            headers |= {"Content-Type": kind, "Content-Length": str(len(whole))}
        elif content is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self._base}{call.path}"
        return http.build_request(
            call.method, url, params=call.parameters or None, content=body, headers=headers, timeout=limits
        )

    @contextmanager
    def _running(self, call: Call) -> Generator[Record]:
        """A call from its beginning to its line in the request log."""
        if self._closed:
            raise Unreachable("The connection is closed", "The console is leaving or changing its profile.")
        task = asyncio.current_task()
        self._tasks.add(task)
        record = self.log.start(call)
        try:
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
        return settled(call, network_error(failure, call, httpx.URL(self._base).host))


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

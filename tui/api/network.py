"""What httpx raises -> our errors. The only place that reads its exceptions."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from typing import Any

import httpx

from tui.api.request import Call
from tui.base_url import is_loopback
from tui.errors import AppError, BadReply, OutcomeUnknown, Unreachable, UsageError
from tui.text import safe

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""Failures that come before the first byte of the request has left."""
_UNREADABLE = (httpx.DecodingError, httpx.TooManyRedirects, httpx.StreamError)


def network_error(failure: Exception, call: Call, host: str) -> AppError:
    """The error for a call that ended in `failure` instead of a reply.

    A write that may have arrived is OutcomeUnknown. The text of httpx's protocol errors is never used: it can quote
    the Authorization header.
    """
    if isinstance(failure, AppError):
        return failure
    sent = not isinstance(failure, (*NEVER_SENT, httpx.InvalidURL, httpx.LocalProtocolError))
    if sent and call.read_back:
        return outcome_unknown(call, _what_happened(failure))
    if isinstance(failure, NEVER_SENT):
        return _not_reached(failure, host)
    if isinstance(failure, httpx.InvalidURL | httpx.LocalProtocolError | UnicodeError):
        return cannot_be_sent()
    if isinstance(failure, httpx.TransportError | TimeoutError | OSError) and not isinstance(failure, _UNREADABLE):
        return Unreachable("No answer", f"{_what_happened(failure)} ({host}).", "Refresh; check the network.")
    hint = "Refresh. If it happens again, a proxy may be changing replies."
    return BadReply("Unreadable reply", f"{_what_happened(failure)} ({host}).", hint)


def cannot_be_sent() -> UsageError:
    """A request that could not be built: nothing has left this machine."""
    return UsageError(
        "Cannot be sent",
        "Part of the request cannot be sent over HTTP: a name may have bytes that are not UTF-8. Nothing was sent.",
        "Check ids, names and the token.",
    )


def outcome_unknown(call: Call, what: str) -> OutcomeUnknown:
    """A write that may or may not have happened, and what to look at to find out."""
    return OutcomeUnknown(
        "Outcome unknown",
        f"{what}, so it may or may not have happened.",
        f"It is not repeated by itself. Look at {call.read_back} before trying again.",
        read_back=call.read_back,
    )


def settled(call: Call, error: AppError) -> AppError:
    """`error` as it is for a read. For a write, a fault without the API's own code says nothing about the outcome:

    the edge answers so when the API behind it was slow, or the reply was lost on the way.
    """
    http = error.http or 0
    if not call.read_back or error.code is not None or (300 <= http < 500):
        return error
    if http >= 500 or (200 <= http < 300 and isinstance(error, BadReply)):
        return outcome_unknown(call, f"The request was sent and the answer was no API reply (HTTP {http})")
    return error


def _not_reached(failure: Exception, host: str) -> Unreachable:
    if certificate := _certificate_problem(failure):
        error = Unreachable("TLS certificate not trusted", f"{host}: {certificate}.", _certificate_remedy(certificate))
        error.retryable = False
        return error
    if isinstance(failure, httpx.PoolTimeout):
        return Unreachable("All connections are busy", "Nothing was sent.", "Try again in a moment.")
    reason = "no connection in time" if isinstance(failure, httpx.ConnectTimeout) else safe(str(failure))[:200]
    here = is_loopback(host) and any(isinstance(cause, ConnectionRefusedError) for cause in _causes(failure))
    return Unreachable(
        f"Cannot reach {host}",
        f"{reason or 'The connection failed'}. Nothing was sent.",
        "Does a server run there, such as `aisearch emulate`? Check the port of the base URL."
        if here
        else "Check the network, DNS, and HTTPS_PROXY.",
    )


def _certificate_problem(failure: BaseException | None) -> str:
    """The words of the certificate check, wherever in the chain of causes it is."""
    checks = (cause for cause in _causes(failure) if isinstance(cause, ssl.SSLCertVerificationError))
    return next((safe(check.verify_message)[:200] for check in checks), "")


def _certificate_remedy(problem: str) -> str:
    """What helps. Python 3.13 and later check the form of a certificate too: trust in its root does not help then."""
    if re.search(
        r"authority key identifier|basic constraints|key usage|subject key identifier", problem, re.IGNORECASE
    ):
        return (
            "Python 3.13 and later want this of a certificate: have the proxy's certificate issued again with it, "
            "or run aisearch with Python 3.12."
        )
    return "Set SSL_CERT_FILE to your proxy's root certificate if one is in between; check the clock."


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    """The failure and what led to it. Of a name with two addresses, as localhost, both attempts are told in a group."""
    for _ in range(8):
        if failure is None:
            return
        yield failure
        if isinstance(failure, BaseExceptionGroup):
            yield from failure.exceptions
        failure = failure.__cause__ or failure.__context__


def _what_happened(failure: Exception) -> str:
    known: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (httpx.WriteTimeout, "The request could not be sent in time"),
        ((httpx.TimeoutException, TimeoutError), "No reply came in time"),
        (httpx.DecodingError, "The compression of the reply is damaged"),
        ((httpx.RemoteProtocolError, httpx.ReadError), "The connection ended before the reply was complete"),
        ((httpx.TransportError, OSError), "The connection was lost"),
    )
    return next((words for kind, words in known if isinstance(failure, kind)), "The reply could not be read")


async def close_leftovers(pool: httpx.AsyncHTTPTransport) -> None:
    """Close every idle connection that has bytes nobody asked for: the rest of a reply, or a second one.

    A faulty proxy repeats a reply, and every later one would shift.

    What has not been read from the socket yet httpcore sees by itself. What came in one packet with the reply lies in
    the parser of HTTP/1.1, which would take it for the next reply. Both are private names of httpcore, and nothing is
    checked where they have changed.
    """
    for one in _connections(pool):
        parser = getattr(getattr(one, "_connection", None), "_h11_state", None)
        if one.is_idle() and parser is not None and parser.trailing_data[0]:
            await one.aclose()


def keeps_idle(pool: httpx.AsyncHTTPTransport) -> bool:
    """Whether the next request may go out on a connection that was used before."""
    return any(one.is_idle() for one in _connections(pool))


async def close_idle(pool: httpx.AsyncHTTPTransport) -> None:
    """Close every connection that nothing runs on."""
    for one in _connections(pool):
        if one.is_idle():
            await one.aclose()


def _connections(pool: httpx.AsyncHTTPTransport) -> tuple[Any, ...]:
    return tuple(getattr(getattr(pool, "_pool", None), "connections", ()))

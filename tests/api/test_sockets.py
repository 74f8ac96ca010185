"""The wire on real sockets: silence, dripping, cuts, floods, reuse, streams, certificates. No network but loopback."""

import asyncio
import datetime
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tui.api.bodies import MAX_BODY
from tui.api.client import Client
from tui.api.network import network_error
from tui.api.request import Call
from tui.api.slots import CONNECTIONS
from tui.api.timing import TimeLimits
from tui.api.transport import KEEP_ALIVE
from tui.errors import BadReply, OutcomeUnknown, Unreachable, UsageError
from tui.secret import Secret

from .kit import ACCOUNT, KEY, TOKEN

QUICK = TimeLimits(connect=1, read=0.1, write=1, pool=1, whole=0.3, slow_factor=1)
Handler = Callable[[asyncio.StreamWriter, "Seen"], Awaitable[None]]


@dataclass
class Seen:
    """What reached the server."""

    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def serving(
    handler: Handler, limits: TimeLimits = QUICK, context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Client, Seen]]:
    """A client and a server that hands each request to `handler`."""
    seen = Seen()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        seen.open_now += 1
        seen.most_open = max(seen.most_open, seen.open_now)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lower = head.lower()
                length = int(lower.split(b"content-length:")[1].split()[0]) if b"content-length:" in lower else 0
                seen.requests.append(head + await reader.readexactly(length))
                await handler(writer, seen)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            seen.open_now -= 1
            seen.closed.set()
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    scheme = "https" if context else "http"
    host = "localhost" if context else "127.0.0.1"
    client = Client(
        account=ACCOUNT, token=Secret(TOKEN), base_url=f"{scheme}://{host}:{port}/v4", limits=limits, sleep=no_sleep
    )
    try:
        yield client, seen
    finally:
        await client.aclose()
        server.close()


async def no_sleep(_: float) -> None:
    """Retries need not wait here."""


def reply(body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


OK = reply(b'{"success":true,"result":{"id":"j1","completed":4}}')


async def answer(writer: asyncio.StreamWriter, seen: Seen) -> None:
    writer.write(OK)


async def silence(writer: asyncio.StreamWriter, seen: Seen) -> None:
    await asyncio.sleep(30)


async def drip(writer: asyncio.StreamWriter, seen: Seen) -> None:
    for number in range(len(OK)):
        writer.write(OK[number : number + 1])
        await asyncio.sleep(0.02)


async def cut(writer: asyncio.StreamWriter, seen: Seen) -> None:
    writer.write(reply(b'{"success":true', length=500))
    await writer.drain()
    writer.close()


async def hang_up(writer: asyncio.StreamWriter, seen: Seen) -> None:
    writer.close()


async def garbage(writer: asyncio.StreamWriter, seen: Seen) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    writer.close()


async def test_requests_reuse_their_connection_and_name_the_client():
    async with serving(answer) as (client, seen):
        for _ in range(20):
            assert (await client.stats(KEY)).completed == 4
    assert (len(seen.requests), seen.connections) == (20, 1)
    head = seen.requests[0].decode()
    assert head.startswith(f"GET /v4/accounts/{ACCOUNT}/ai-search/namespaces/default/instances/docs/stats HTTP/1.1")
    assert f"Authorization: Bearer {TOKEN}" in head
    assert "User-Agent: aisearch-tui/" in head


async def test_no_more_than_six_connections():
    async def slowly(writer: asyncio.StreamWriter, seen: Seen) -> None:
        await asyncio.sleep(0.01)
        writer.write(OK)

    async with serving(slowly, TimeLimits(pool=0.02)) as (client, seen):
        await asyncio.gather(*(client.stats(KEY) for _ in range(40)))
    assert len(seen.requests) == 40
    assert {exchange.retries for exchange in client.exchanges} == {0}
    assert seen.most_open == CONNECTIONS


@pytest.mark.parametrize("behaviour", [silence, drip, cut, hang_up, garbage])
async def test_a_bad_server_costs_a_read_four_tries_and_ends_in_our_error(behaviour: Handler):
    async with serving(behaviour) as (client, seen):
        began = asyncio.get_running_loop().time()
        with pytest.raises(Unreachable) as caught:
            await client.stats(KEY)
        assert asyncio.get_running_loop().time() - began < 5
    assert client.exchanges[0].retries == 3
    assert 1 <= len(seen.requests) <= 4  # a busy machine may end a try before its request was read
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("behaviour", [silence, drip, cut, hang_up, garbage])
async def test_a_bad_server_leaves_a_write_unknown_after_one_try(behaviour: Handler):
    async with serving(behaviour) as (client, seen):
        with pytest.raises(OutcomeUnknown) as caught:
            await client.create_job(KEY)
    assert len(seen.requests) == 1
    assert caught.value.read_back == "the newest job of default/docs"


async def test_nobody_listening_is_told_as_such_and_a_write_was_not_sent():
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url=f"http://127.0.0.1:{port}", sleep=no_sleep)
    with pytest.raises(Unreachable) as caught:
        await client.create_job(KEY)
    assert "Nothing was sent" in caught.value.detail
    await client.aclose()


async def test_a_flood_stops_at_the_cap():
    async def flood(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10 * MAX_BODY // 1_000_000):
            writer.write(b"F4240\r\n" + b" " * 1_000_000 + b"\r\n")
            await writer.drain()

    async with serving(flood, TimeLimits()) as (client, seen):
        with pytest.raises(BadReply) as caught:
            await client.stats(KEY)
    assert caught.value.title == "Reply too large"
    assert len(seen.requests) == 1


async def test_a_compressed_flood_stops_at_the_cap_too():
    body = gzip.compress(b" " * (MAX_BODY + 1_000_000), 9)

    async def bomb(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(reply(body, "Content-Encoding: gzip"))

    async with serving(bomb, TimeLimits()) as (client, _):
        with pytest.raises(BadReply):
            await client.stats(KEY)


async def test_a_write_whose_reply_is_a_flood_is_unknown():
    async def flood(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10 * MAX_BODY // 1_000_000):
            writer.write(b"F4240\r\n" + b" " * 1_000_000 + b"\r\n")
            await writer.drain()

    async with serving(flood, TimeLimits()) as (client, seen):
        with pytest.raises(OutcomeUnknown):
            await client.create_job(KEY)
    assert len(seen.requests) == 1


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "gzip, deflate"])
async def test_compression_that_was_not_asked_for_is_not_undone(coding: str):
    """Two layers of gzip make gigabytes of 64 kB in one step: no cap on what comes out could stop that in time."""
    body = gzip.compress(gzip.compress(b'{"success":true,"result":{}}'))

    async def layered(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(reply(body, f"Content-Encoding: {coding}"))

    async with serving(layered, TimeLimits()) as (client, seen):
        with pytest.raises(BadReply) as caught:
            await client.stats(KEY)
    assert caught.value.title == "Unreadable reply"
    assert b"accept-encoding: gzip, deflate\r\n" in seen.requests[0].lower()


async def test_a_compressed_reply_is_read():
    async def packed(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(reply(gzip.compress(b'{"success":true,"result":{"completed":4}}'), "Content-Encoding: GZIP"))

    async with serving(packed, TimeLimits()) as (client, _):
        assert (await client.stats(KEY)).completed == 4


async def test_a_quiet_console_keeps_its_connection():
    """A log that is quiet is polled every 10 s; httpx alone would close the connection after 5."""
    async with serving(answer) as (client, _):
        await client.stats(KEY)
        pool = client._wire._http._transport._pool
        assert pool._keepalive_expiry == KEEP_ALIVE > 10
        assert pool._max_connections == CONNECTIONS


async def test_the_budget_is_told_when_a_stream_begins_not_when_it_ends():
    """What was left when a long answer began is no news when it ends: other requests have been sent since."""
    more = asyncio.Event()

    async def talk(writer: asyncio.StreamWriter, seen: Seen) -> None:
        if b"chat" not in seen.requests[-1]:
            writer.write(reply(b'{"success":true,"result":{}}', 'Ratelimit: "default";r=100;t=60'))
            return
        head = b'HTTP/1.1 200 OK\r\nConnection: close\r\nRatelimit: "default";r=900;t=60\r\n\r\n'
        writer.write(head + b'data: {"choices":[{"delta":{"content":"first"}}]}\n\n')
        await writer.drain()
        await more.wait()
        writer.write(b"data: [DONE]\n\n")
        await writer.drain()
        writer.close()

    async with serving(talk, TimeLimits()) as (client, _):
        chat = client.chat(KEY, {"messages": []})
        await anext(chat)
        assert client.budget.used == 300
        await client.stats(KEY)
        more.set()
        assert [step.text async for step in chat] == [""]
        assert client.budget.used == 1100


async def test_a_chat_arrives_while_it_is_written():
    more = asyncio.Event()

    async def talk(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        writer.write(b'data: {"choices":[{"delta":{"content":"first"}}]}\n\n')
        await writer.drain()
        await more.wait()
        writer.write(b'data: {"choices":[{"delta":{"content":"second"}}]}\n\ndata: [DONE]\n\n')
        await writer.drain()
        writer.close()

    async with serving(talk, TimeLimits()) as (client, _):
        chat = client.chat(KEY, {"messages": []})
        assert (await anext(chat)).text == "first"
        more.set()
        assert [step.text async for step in chat] == ["second", ""]


@pytest.mark.parametrize("leave", ["cancel", "break"])
async def test_leaving_a_chat_closes_its_connection(leave: str):
    async def talk(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        writer.write(b'data: {"choices":[{"delta":{"content":"on and on"}}]}\n\n')
        await writer.drain()

    async with serving(talk, TimeLimits()) as (client, seen):
        heard = asyncio.Event()

        async def listen() -> None:
            chat = client.chat(KEY, {"messages": []})
            async for _ in chat:
                heard.set()
                if leave == "break":
                    break
            await chat.aclose()

        task = asyncio.create_task(listen())
        await heard.wait()
        if leave == "cancel":
            task.cancel()
        await asyncio.wait([task])
        await asyncio.wait_for(seen.closed.wait(), 2)
        assert client._wire.governor.in_flight == 0


async def test_a_proxy_of_the_environment_is_not_used_for_loopback(monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serving(answer) as (client, _):
        assert (await client.stats(KEY)).completed == 4


def certificate(folder: Path) -> Path:
    """A key and a certificate for localhost that nobody has signed, in one file."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize("trusted", [False, True])
async def test_certificates_are_checked_and_ssl_cert_file_is_honoured(
    trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(answer, TimeLimits(), context) as (client, seen):
        if trusted:
            assert (await client.stats(KEY)).completed == 4
        else:
            with pytest.raises(Unreachable) as caught:
                await client.stats(KEY)
            assert caught.value.title == "TLS certificate not trusted"
            assert seen.requests == []
            assert client.exchanges[0].retries == 0


async def test_an_unusable_certificate_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "ca.pem").write_text("not a certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "absent.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        client = Client(account=ACCOUNT, token=Secret(TOKEN))
        with pytest.raises(UsageError) as caught:
            await client.stats(KEY)
        assert str(path) in caught.value.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_where_nothing_listens_on_this_machine_the_hint_is_about_the_server(host: str):
    with socket.socket() as taken:  # bound and not listening: the port refuses, and nobody else gets it
        taken.bind(("127.0.0.1", 0))
        url = f"http://{host}:{taken.getsockname()[1]}/client/v4"
        client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url=url, sleep=lambda _: asyncio.sleep(0))
        with pytest.raises(Unreachable) as caught:
            await client.stats(KEY)
        await client.aclose()
    assert "`aisearch emulate`" in caught.value.hint
    assert "PROXY" not in caught.value.hint


def test_of_a_name_with_two_addresses_both_were_refused():
    refusals = ExceptionGroup("attempts", [ConnectionRefusedError(111, "v6"), ConnectionRefusedError(111, "v4")])
    failure = httpx.ConnectError("All connection attempts failed")
    failure.__cause__ = OSError("All connection attempts failed")
    failure.__cause__.__cause__ = refusals
    call = Call("GET", "/x")
    assert "emulate" in network_error(failure, call, "localhost").hint
    assert "PROXY" in network_error(failure, call, "api.cloudflare.com").hint
    assert "PROXY" in network_error(httpx.ConnectTimeout("slow"), call, "localhost").hint


@pytest.mark.parametrize(
    ("problem", "remedy"),
    [
        ("Missing Authority Key Identifier", "Python 3.12"),
        ("Basic Constraints of CA cert not marked critical", "Python 3.12"),
        ("CA cert does not include key usage extension", "Python 3.12"),
        ("self-signed certificate", "SSL_CERT_FILE"),
        ("certificate has expired", "check the clock"),
    ],
)
def test_a_certificate_of_a_form_that_python_refuses_has_its_own_remedy(problem: str, remedy: str):
    refused, failure = ssl.SSLCertVerificationError(1, problem), httpx.ConnectError("refused")
    refused.verify_message, failure.__cause__ = problem, refused
    error = network_error(failure, Call("GET", "/instances"), "proxy.example")
    assert problem in error.detail
    assert remedy in error.hint

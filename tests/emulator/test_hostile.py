"""What a page, a stranger or a clumsy program may try with a served emulator, each thing really tried."""

from __future__ import annotations

import asyncio
import json
import socket
import time

import httpx
import pytest

from tui.emulator import bounds
from tui.emulator.bounds import Bodies, Patient
from tui.emulator.doorway import host_name
from tui.emulator.errors import ApiError

pytestmark = pytest.mark.exhaustive

PATH = "/namespaces/default/instances/docs"


def address(server):
    url = httpx.URL(server.url)
    return url.host, url.port


def ended(client):
    """Read until the server closes the connection; True when it does so without a word."""
    said = b""
    try:
        while piece := client.recv(1024):
            said += piece
    except ConnectionResetError:
        pass
    return not said


def opened(server):
    return socket.create_connection(address(server), timeout=20)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8787", "127.0.0.1.evil.example", "", "[::1", "a:b:c"])
def test_a_foreign_host_name_is_not_served(serving, host):
    server = serving("--seed", "empty")
    response = httpx.get(f"{server.api}/instances", headers={**server.headers, "Host": host})
    assert response.status_code in {400, 421}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8787", "api.localhost", "emulator"])
def test_this_machine_and_allowed_names_are_served(serving, host):
    server = serving("--seed", "empty", "--allow-host", "emulator")
    assert httpx.get(f"{server.api}/instances", headers={**server.headers, "Host": host}).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_page_in_a_browser_is_refused_and_given_no_cors(serving, method, more):
    server = serving("--seed", "empty")
    with httpx.Client(headers=server.headers) as http:
        response = http.request(method, f"{server.api}/instances", headers=more, json={"id": "made"})
        assert response.status_code == 403
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert http.get(f"{server.api}/instances").json()["result"] == []


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("A.b:1", "a.b"),
        ("[::1]:2", "::1"),
        ("[::1]", "::1"),
        ("a.", "a"),
        (":1", None),
        ("a:x", None),
        ("[::1]x", None),
    ],
)
def test_host_headers_are_read(host, expected):
    assert host_name(host) == expected


async def test_500_clients_at_once_are_all_answered(serving):
    server = serving("--seed", "empty", "--rate-limit", "0")
    limits = httpx.Limits(max_connections=500)
    async with httpx.AsyncClient(headers=server.headers, limits=limits, timeout=60) as http:
        replies = await asyncio.gather(*(http.get(f"{server.api}/instances") for _ in range(500)))
    assert {reply.status_code for reply in replies} == {200}


def test_connections_beyond_the_bound_are_closed_and_the_rest_goes_on(serving):
    server = serving("--seed", "empty")
    held = [opened(server) for _ in range(600)]
    over = opened(server)
    assert ended(over)
    for one in [*held, over]:
        one.close()
    deadline = time.monotonic() + 10
    while True:  # the server notices each of them by itself
        try:
            assert httpx.get(f"{server.api}/instances", headers=server.headers).status_code == 200
            return
        except httpx.HTTPError:
            assert time.monotonic() < deadline


@pytest.mark.parametrize("beginning", [b"", b"GET /client/v4/accounts HTTP/1.1\r\nHost: localhost\r\nX-Slow: "])
def test_a_request_whose_head_never_ends_is_dropped(serving, beginning):
    server = serving("--seed", "empty")
    with opened(server) as client:
        client.sendall(beginning)
        began = time.monotonic()
        ended(client)
        assert time.monotonic() - began < 20


def test_a_second_request_is_waited_for_no_longer_than_the_first(serving):
    server = serving("--seed", "empty")
    head = (
        f"GET /client/v4/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: {server.headers['Authorization']}\r\n"
    )
    with opened(server) as client:
        client.sendall(f"{head}\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        client.sendall(head.encode())
        began = time.monotonic()
        ended(client)
        assert time.monotonic() - began < 20


class Trickle:
    """A request whose body comes in the given pieces and then stops."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    async def stream(self):
        for piece in self.pieces:
            yield piece
        await asyncio.Event().wait()


async def test_a_body_that_stops_coming_is_given_up():
    with pytest.raises(ApiError, match="408"):
        async with Bodies(seconds=0.01).read(Trickle(b"x"), 10):
            pass


async def test_bodies_together_have_a_bound_which_is_given_back(make):
    api = make(token="t0ken")
    api.emulator.bodies = Bodies(at_once=1000)
    body = {"id": "docs", "source_params": {"prefix": "x" * 2000}}
    for _ in range(3):
        status, code, _ = await api.refused("POST", "!/accounts", json=body)
        assert (status, code) == (503, 7017)
    await api.ok("POST", "/instances", 201, json={"id": "docs"})
    assert api.emulator.bodies._left == 1000


async def test_a_reply_that_nobody_takes_ends_the_connection():
    class Stuck:
        aborted = False

        @property
        def transport(self):
            return self

        def abort(self):
            self.aborted = True

        async def send(self, message):
            await asyncio.Event().wait()

    client = Stuck()
    await Patient(client.send, seconds=0.01)({"type": "http.response.body", "body": b"x"})
    assert client.aborted
    assert bounds.REPLY_SECONDS <= 60


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"id":' * 100_000 + b"1",
        b'{"id": "a", "source_params": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        b'{"id": "\\ud83d"}',
        b'{"id": "a", "source_params": {"prefix": "\\udc00\\ud800"}}',
        b'{"id": "' + b"\xed\xa0\x80" + b'"}',
        b'{"id": "a", "chunk_size": 1e400}',
        b'{"id": "a", "chunk_size": ' + b"9" * 5000 + b"}",
        b'{"id": "a\\u0000b"}',
        json.dumps({"id": "a", "source_params": {"include_items": ["*" * 1025]}}).encode(),
        json.dumps({"id": "a", "source_params": {"include_items": ["*"] * 101}}).encode(),
    ],
)
async def test_strange_bodies_are_validation_errors(api, body):
    assert (await api.refused("POST", "/instances", content=body))[:2] == (400, 7001)
    assert await api.ok("GET", "/instances") == []


@pytest.mark.parametrize("parts", [21, 2000])
async def test_a_form_of_many_parts_is_refused(api, parts):
    await api.ok("POST", "/instances", 201, json={"id": "docs"})
    files = [("file", (f"{n}.md", b"text")) for n in range(parts)]
    assert (await api.refused("POST", f"{PATH}/items", files=files))[:2] == (400, 7001)


@pytest.mark.parametrize(
    "content",
    [b"", b"--x", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\nabc'],
)
async def test_a_broken_form_is_refused(api, content):
    await api.ok("POST", "/instances", 201, json={"id": "docs"})
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await api.refused("POST", f"{PATH}/items", content=content, headers=headers))[0] == 400
    assert await api.ok("GET", f"{PATH}/items") == []


@pytest.mark.parametrize("name", ["../evil.md", "/etc/passwd.md", "a/../../b.md", "..\\evil.md", "a//b.md", "./a.md"])
async def test_no_upload_leaves_the_data_folder(api, name):
    await api.ok("POST", "/instances", 201, json={"id": "docs"})
    before = sorted(api.data.parent.rglob("*"))
    response = await api.send("POST", f"{PATH}/items", files={"file": (name, b"text")})
    assert sorted(api.data.parent.rglob("*")) == before
    if response.status_code == 200:  # a name that the form parser had cut to its last part
        assert "/" not in response.json()["result"]["key"]


@pytest.mark.parametrize(
    "source", ["..", "../secrets", "buckets/../..", "a\n", "/etc", "a/b", ".", "https://../x", "~"]
)
async def test_no_source_leaves_the_data_folder(api, source):
    (api.data.parent / "secrets").mkdir()
    (api.data.parent / "secrets" / "a.md").write_text("secret")
    response = await api.send("POST", "/instances", json={"id": "docs", "source": source})
    if response.status_code == 201:
        await api.ok("POST", f"{PATH}/jobs")
        api.pass_time(60)
        assert await api.ok("GET", f"{PATH}/items") == []


@pytest.mark.parametrize("key", ["../../secret.md", "/etc/passwd", "link.md", "linked/a.md", "%2e%2e/secret.md"])
async def test_no_key_leads_out_of_a_bucket(api, key):
    (api.data.parent / "secret.md").write_text("secret")
    (api.data.parent / "folder").mkdir()
    (api.data.parent / "folder" / "a.md").write_text("secret")
    bucket = api.bucket("docs", {"a.md": "text"})
    (bucket / "link.md").symlink_to(api.data.parent / "secret.md")
    (bucket / "linked").symlink_to(api.data.parent / "folder")
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
    body = {"key": key, "next_action": "INDEX", "wait_for_completion": True}
    response = await api.send("PUT", f"{PATH}/items", json=body)
    assert response.status_code == 400 or response.json()["result"]["status"] == "error"
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    assert (await api.ok("POST", f"{PATH}/search", json={"query": "secret"}))["chunks"] == []
    done = await api.ok("GET", f"{PATH}/items?status=completed")
    assert [item["key"] for item in done] == ["a.md"]


async def test_a_bucket_that_is_a_link_out_is_not_read(api):
    outside = api.data.parent / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("secret")
    (api.data / "buckets").mkdir(parents=True)
    (api.data / "buckets" / "docs").symlink_to(outside)
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    assert await api.ok("GET", f"{PATH}/items") == []


async def test_a_website_that_is_a_link_out_is_no_site(api):
    outside = api.data.parent / "outside"
    outside.mkdir()
    (api.data / "sites").mkdir(parents=True)
    (api.data / "sites" / "a.example").symlink_to(outside)
    assert (await api.refused("POST", "/instances", json={"id": "docs", "source": "https://a.example"}))[1] == 7023


@pytest.mark.parametrize(
    "filters",
    [
        {"type": "and", "filters": [{"type": "eq", "key": "timestamp", "value": None}] * 5000},
        {"type": "and", "filters": [{"type": "and", "filters": []}] * 5000},
        {"type": "and", "filters": [{"type": "and", "filters": [{"type": "eq", "key": "a", "value": 1}] * 199}] * 9},
        {f"f{n}": None for n in range(900)},
        {"folder\n": "x"},
        {"folder": {"$in": [["x"]]}},
        {'a") OR 1=1 --': 1},
        {"folder": {"$eq": {"$eq": 1}}},
    ],
)
@pytest.mark.parametrize("where", ["search", "items"])
async def test_filters_neither_reach_sql_nor_outgrow_it(api, filters, where):
    path = await api.synced("docs", {"a.md": "boats"})
    if where == "search":
        body = {"query": "boats", "ai_search_options": {"retrieval": {"filters": filters}}}
        answer = await api.refused("POST", f"{path}/search", json=body)
    elif len(json.dumps(filters)) > 30_000:
        return  # more than an address may hold
    else:
        answer = await api.refused("GET", f"{path}/items", params={"metadata_filter": json.dumps(filters)})
    assert answer[:2] == (400, 7058)


@pytest.mark.parametrize("value", ["' OR 1=1 --", '"', "x' UNION SELECT token FROM meta --", "%", "\x00", "a" * 10_000])
async def test_values_are_values(api, value):
    path = await api.synced("docs", {"a.md": "boats"})
    for query in ({"search": value}, {"key": value}, {"source": value}, {"item_id": value}):
        assert await api.ok("GET", f"{path}/items", params=query) == []
    retrieval = {"filters": {"folder": value}, "match_threshold": 0}
    found = await api.ok(
        "POST", f"{path}/search", json={"query": "boats", "ai_search_options": {"retrieval": retrieval}}
    )
    assert found["chunks"] == []


async def test_a_sync_by_hostile_patterns_ends(api):
    began = time.process_time()
    files = {f"{'a' * 100}{n}/{'a' * 100}.md": "text" for n in range(20)}
    patterns = {"exclude_items": ["*a" * 60 + "b", "**a" * 60 + "b"], "include_items": ["**/*.md"]}
    path = await api.synced("docs", files, source_params=patterns)
    assert (await api.ok("GET", f"{path}/stats"))["completed"] == 20
    assert time.process_time() - began < 20

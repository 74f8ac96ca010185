"""What cannot be sent is said so before the first byte: never an unknown outcome, never a hint at something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.api.client import Client
from tui.api.proxy import checked_proxy, proxy_for
from tui.errors import AppError, UsageError
from tui.models import InstanceKey
from tui.secret import Secret

from .kit import ACCOUNT, KEY, TOKEN, Net, make_client, ok

NO_UNICODE = "caf\udce9"
"""What Python makes of a Latin-1 file name in a UTF-8 locale."""


async def upload_by_name(client: Client, folder: Path) -> object:
    file = folder / "plain.txt"
    file.write_bytes(b"text")
    return await client.upload_item(KEY, file, name=f"{NO_UNICODE}.txt")


async def upload_by_path(client: Client, folder: Path) -> object:
    file = folder / f"{NO_UNICODE}.txt"
    file.write_bytes(b"text")
    return await client.upload_item(KEY, file)


CALLS = {
    "upload by name": upload_by_name,
    "upload by path": upload_by_path,
    "upload with metadata": lambda client, folder: client.upload_item(KEY, file_in(folder), metadata={NO_UNICODE: 1}),
    "path": lambda client, folder: client.update_instance(InstanceKey("default", NO_UNICODE), {"paused": True}),
    "body": lambda client, folder: client.create_job(KEY, NO_UNICODE),
    "body name": lambda client, folder: client.update_instance(KEY, {NO_UNICODE: 1}),
    "query": lambda client, folder: client.list_items(KEY, search=NO_UNICODE),
    "item": lambda client, folder: client.delete_item(KEY, NO_UNICODE),
}


def file_in(folder: Path) -> Path:
    file = folder / "meta.txt"
    file.write_bytes(b"text")
    return file


@pytest.mark.parametrize("call", [name for name in CALLS if name != "upload with metadata"])
async def test_text_that_is_no_unicode_is_not_sent_and_said_so(call: str, tmp_path: Path) -> None:
    net = Net([ok({})])
    client = make_client(net)
    with pytest.raises(AppError) as caught:
        await CALLS[call](client, tmp_path)
    assert isinstance(caught.value, UsageError), caught.value
    assert net.requests == []
    assert client.exchanges == () or client.exchanges[0].status is None


async def test_metadata_is_sent_with_escapes(tmp_path: Path) -> None:
    net = Net([ok({"id": "1", "key": "meta.txt"})])
    await CALLS["upload with metadata"](make_client(net), tmp_path)
    assert b"caf\\udce9" in net.requests[0].content


def clear(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_PROXY".upper(), raising=False)


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ({"https_proxy": "http://q:1", "HTTPS_PROXY": "http://p:1"}, "http://q:1"),
        ({"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "socks://p:1"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8,fd00::/8"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "localhost,[::1]"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "[fd00::/8],.cloudflare.com"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "api.cloudflare.com"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
    ],
)
def test_the_proxy_of_the_environment(variables: dict[str, str], proxy: str | None) -> None:
    assert proxy_for("https://api.cloudflare.com/client/v4", variables) == proxy
    assert proxy_for("http://localhost:8787/client/v4", variables) is None


@pytest.mark.parametrize(
    ("name", "value", "no_proxy"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:1080/", ""),
        ("HTTPS_PROXY", "socks5://user:hunter2@127.0.0.1:1080", ""),
        ("https_proxy", "ftp://127.0.0.1", ""),
        ("ALL_PROXY", "socks4://127.0.0.1", "10.0.0.0/8,fd00::/8"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_named_with_its_variable(
    name: str, value: str, no_proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(monkeypatch)
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url="https://api.cloudflare.com/client/v4")
    with pytest.raises(UsageError) as caught:
        await client.delete_instance(KEY)
    assert name in caught.value.detail
    assert "Nothing was sent" in caught.value.detail
    assert "hunter2" not in str(caught.value) + caught.value.hint
    await client.aclose()


async def test_a_file_for_keys_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    clear(monkeypatch)
    monkeypatch.setenv("SSLKEYLOGFILE", "/nowhere/keys.log")
    client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url="https://api.cloudflare.com/client/v4")
    with pytest.raises(UsageError, match="TLS keys") as caught:
        await client.stats(KEY)
    assert "SSLKEYLOGFILE=/nowhere/keys.log" in caught.value.detail
    await client.aclose()


def test_a_usable_proxy_is_taken() -> None:
    assert checked_proxy(None) is None
    made = checked_proxy("http://user:word@proxy.example:3128")
    assert made is not None
    assert str(made.url) == "http://proxy.example:3128"

"""Items: uploads with progress and a limit, downloads that are whole or not there."""

import asyncio
import json
import os
import stat
import threading
from email.parser import BytesParser
from pathlib import Path

import httpx
import pytest

from tui.api.items import MAX_UPLOAD
from tui.errors import AppError, NotFound, Refused, ServerFault, Unreachable, UsageError
from tui.system import private_files as new_file

from .kit import KEY, Net, make_client, ok, refused

ITEM = {"id": "i1", "key": "a.md", "status": "queued"}


def parts_of(request: httpx.Request) -> dict[str, tuple[str | None, bytes]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.content)
    return {
        part.get_param("name", header="content-disposition"): (part.get_filename(), part.get_payload(decode=True))
        for part in message.get_payload()
    }


async def test_an_upload_carries_file_and_metadata_and_tells_its_progress(tmp_path: Path):
    file = tmp_path / "räport.md"
    file.write_bytes(b"x" * 200_000)
    net, told = Net([ok(ITEM)]), []
    item = await make_client(net).upload_item(
        KEY, file, name="a.md", metadata={"team": "docs"}, progress=lambda sent, total: told.append((sent, total))
    )
    assert item.id == "i1"
    parts = parts_of(net.requests[0])
    assert parts["file"] == ("a.md", b"x" * 200_000)
    assert json.loads(parts["metadata"][1]) == {"team": "docs"}
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == len(net.requests[0].content) == int(net.requests[0].headers["content-length"])
    assert len(told) == 4


async def test_the_name_and_no_metadata_by_default(tmp_path: Path):
    file = tmp_path / "plan.txt"
    file.write_text("x")
    net = Net([ok(ITEM)])
    client = make_client(net)
    await client.upload_item(KEY, file)
    assert parts_of(net.requests[0]) == {"file": ("plan.txt", b"x")}
    assert client.exchanges[0].body == "[file plan.txt, 1 bytes]"


async def test_a_file_over_the_limit_or_unreadable_is_refused_before_sending(tmp_path: Path):
    net, big, edge = Net([ok(ITEM)]), tmp_path / "big", tmp_path / "edge"
    big.write_bytes(b"x" * (MAX_UPLOAD + 1))
    edge.write_bytes(b"x" * MAX_UPLOAD)
    for path in (big, tmp_path / "absent", tmp_path):
        with pytest.raises(UsageError):
            await make_client(net).upload_item(KEY, path)
    assert net.requests == []
    await make_client(net).upload_item(KEY, edge)
    assert len(net.requests) == 1


async def test_a_download_is_a_new_private_file(tmp_path: Path):
    target = tmp_path / "out.bin"
    content = bytes(range(256)) * 1000
    client = make_client(Net([httpx.Response(200, content=content)]))
    assert await client.download_item(KEY, "i1", target) == len(content)
    assert target.read_bytes() == content
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert client.exchanges[0].path.endswith("/items/i1/download")


async def test_a_download_never_overwrites_or_follows_a_link(tmp_path: Path):
    target, link = tmp_path / "there", tmp_path / "link"
    target.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")
    net = Net([httpx.Response(200, content=b"theirs")])
    for path in (target, link, tmp_path / "no" / "folder", Path("nul\0byte")):
        with pytest.raises(UsageError):
            await make_client(net).download_item(KEY, "i1", path)
    assert target.read_text() == "mine"
    assert net.requests == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(refused(404, 7041), NotFound), (refused(400, 7059), Refused), (httpx.ReadError("cut"), AppError)],
)
async def test_a_failed_download_leaves_no_file(tmp_path: Path, answer, kind: type[AppError]):
    target = tmp_path / "out"
    with pytest.raises(kind):
        await make_client(Net([answer])).download_item(KEY, "i1", target)
    assert not target.exists()


async def test_a_download_is_tried_again_like_any_read_until_it_has_begun(tmp_path: Path):
    busy = refused(503, 7017)
    net = Net([busy, httpx.ConnectError("no"), httpx.Response(200, content=b"whole")])
    client = make_client(net)
    assert await client.download_item(KEY, "i1", tmp_path / "out") == 5
    assert (client.exchanges[0].retries, client.exchanges[0].failure) == (2, "")
    always = Net([busy])
    with pytest.raises(ServerFault):
        await make_client(always).download_item(KEY, "i1", tmp_path / "never")
    assert len(always.requests) == 4


async def test_a_download_that_breaks_off_is_not_begun_anew(tmp_path: Path):
    async def broken():
        yield b"half"
        raise httpx.ReadError("cut")

    net = Net([lambda _: httpx.Response(200, content=broken())])
    with pytest.raises(Unreachable):
        await make_client(net).download_item(KEY, "i1", tmp_path / "out")
    assert len(net.requests) == 1
    assert not (tmp_path / "out").exists()


async def test_a_cancelled_download_waits_for_the_disk_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A thread that still writes to a closed handle would write into whatever file is opened next."""
    began, allowed, closed = threading.Event(), threading.Event(), []
    write, close = os.write, os.close

    def slow(handle: int, data: bytes) -> int:
        if closed or bytes(data) != b"content":
            return write(handle, data)
        began.set()
        allowed.wait(5)
        assert handle not in closed
        return write(handle, data)

    monkeypatch.setattr(os, "write", slow)
    monkeypatch.setattr(os, "close", lambda handle: (closed.append(handle), close(handle))[1])
    target = tmp_path / "out"
    net = Net([httpx.Response(200, content=b"content")])
    task = asyncio.create_task(make_client(net).download_item(KEY, "i1", target))
    assert await asyncio.to_thread(began.wait, 5)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=0.05)
    assert not done, "the file was closed under the writing thread"
    allowed.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not target.exists()


async def test_a_download_cancelled_while_its_file_is_made_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    began, allowed, made, real = threading.Event(), threading.Event(), threading.Event(), os.open

    def slow(path: Path, *rest: int) -> int:
        began.set()
        allowed.wait(5)
        handle = real(path, *rest)
        made.set()
        return handle

    monkeypatch.setattr(new_file.os, "open", slow)
    target, net = tmp_path / "out", Net([httpx.Response(200, content=b"x")])
    task = asyncio.create_task(make_client(net).download_item(KEY, "i1", target))
    assert await asyncio.to_thread(began.wait, 5)
    task.cancel()
    allowed.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(made.wait, 5)
    assert not target.exists()
    assert net.requests == []


async def test_items_always_go_the_namespaced_way():
    net = Net([ok([])])
    await make_client(net).list_items(KEY._replace(namespace=""), status="error", item_key="a/b.md")
    url = net.requests[0].url
    assert "/namespaces/default/instances/docs/items" in url.path
    assert dict(url.params) == {"page": "1", "per_page": "50", "status": "error", "key": "a/b.md"}

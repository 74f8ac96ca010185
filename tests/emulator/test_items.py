"""Items: upload, read, index again, chunks, logs, download, delete."""

from __future__ import annotations

import hashlib
import json

import pytest

from tui.emulator.documents.types import _KINDS, largest
from tui.service.lab import rules

PATH = "/namespaces/default/instances/files"


async def make_files(api, **config):
    await api.ok("POST", "/instances", 201, json={"id": "files", **config})


async def upload(api, name, content, wait=True, **metadata):
    data = {"wait_for_completion": str(wait).lower(), "metadata": json.dumps(metadata)}
    return await api.ok("POST", f"{PATH}/items", files={"file": (name, content)}, data=data)


async def test_an_upload_is_queued_and_indexed_when_its_time_has_come(api):
    await make_files(api)
    item = await upload(api, "notes/a.md", "# Notes\n\nSome text.", wait=False)
    assert (item["status"], item["next_action"], item["source_id"]) == ("queued", "INDEX", "builtin")
    api.pass_time(2)
    done = await api.ok("GET", f"{PATH}/items/{item['id']}")
    assert (done["status"], done["next_action"], done["chunks_count"]) == ("completed", None, 1)
    assert done["checksum"] == hashlib.sha256(b"# Notes\n\nSome text.").hexdigest()
    assert done["metadata"] == {"folder": "notes/", "filename": "a.md"}


async def test_waiting_for_completion_answers_with_the_outcome(api):
    await make_files(api)
    assert (await upload(api, "a.md", "text"))["status"] == "completed"
    failed = await upload(api, "b.pdf", b"%PDF-1.4 cut off")
    assert (failed["status"], failed["error"]) == ("error", "invalid_pdf")
    assert (await api.ok("GET", PATH))["status"] == "ready"


async def test_uploading_again_replaces(api):
    await make_files(api)
    first = await upload(api, "a.md", "one")
    second = await upload(api, "a.md", "two is longer")
    assert first["id"] == second["id"]
    assert first["checksum"] != second["checksum"]
    content = await api.send("GET", f"{PATH}/items/{first['id']}/download")
    assert content.content == b"two is longer"
    assert content.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("files", "data", "expected"),
    [
        ({"other": ("a.md", b"x")}, {}, (400, 7055)),
        ({"file": ("a.exe", b"x")}, {}, (400, 7060)),
        ({"file": ("a" * 130 + ".md", b"x")}, {}, (400, 7072)),
        ({"file": ("a.md", b"x" * 2001)}, {}, (413, 7054)),
        ({"file": ("a.md", b"x")}, {"metadata": "[1]"}, (400, 7056)),
        ({"file": ("a.md", b"x")}, {"metadata": '{"a": {}}'}, (400, 7056)),
        ({"file": ("a.md", b"x")}, {"metadata": "{"}, (400, 7056)),
        ({"file": ("a.md", b"x")}, {"metadata": '{"a":' * 9000}, (400, 7056)),
    ],
)
async def test_bad_uploads_are_refused(make, files, data, expected):
    api = make(upload_limit=2000)
    await make_files(api)
    assert (await api.refused("POST", f"{PATH}/items", files=files, data=data))[:2] == expected
    assert await api.ok("GET", f"{PATH}/items") == []


MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("key", "size", "file_sizes", "accepted"),
    [
        ("a.md", 4 * MEBIBYTE + 1, "by_type", True),
        ("a.pdf", 10 * MEBIBYTE, "by_type", True),
        ("a.py", 10 * MEBIBYTE + 1, "by_type", False),
        ("noending", 10 * MEBIBYTE + 1, "by_type", False),
        ("a.docx", 4 * MEBIBYTE, "by_type", True),
        ("a.docx", 4 * MEBIBYTE + 1, "by_type", False),
        ("a.png", 4 * MEBIBYTE + 1, "by_type", False),
        ("a.md", 4 * MEBIBYTE + 1, "small", False),
        ("a.md", 4 * MEBIBYTE, "small", True),
    ],
)
async def test_how_large_a_file_may_be_depends_on_its_type(make, key, size, file_sizes, accepted):
    api = make(file_sizes=file_sizes)
    await make_files(api)
    response = await api.send("POST", f"{PATH}/items", files={"file": (key, b"x" * size)})
    assert response.status_code == (200 if accepted else 413), response.text
    if not accepted:
        assert response.json()["errors"][0]["code"] == 7054


def test_the_console_checks_a_file_by_the_same_sizes():
    assert {ending: rules.largest(f"a{ending}") for ending in _KINDS} == {
        ending: largest(kind) for ending, kind in _KINDS.items()
    }


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "a/../../b.md", "a//b.md", "./a.md", "..\\a.md", "a/./b.md"])
async def test_no_name_leads_out_of_its_place(api, name):
    await make_files(api)
    response = await api.send("POST", f"{PATH}/items", files={"file": (name, b"x")})
    assert response.status_code == 400, response.text
    assert await api.ok("GET", f"{PATH}/items") == []


async def test_uploads_are_kept_beside_the_documents_of_a_source(api):
    there = f"{await api.synced('docs', {'a.md': 'text'})}/items"
    await api.ok("POST", there, files={"file": ("b.md", b"x")}, data={"wait_for_completion": "true"})
    listed = {item["key"]: item["source_id"] for item in await api.ok("GET", there)}
    assert listed == {"a.md": "docs-bucket", "b.md": "builtin"}
    assert [item["key"] for item in await api.ok("GET", f"{there}?source=builtin")] == ["b.md"]
    await api.ok("POST", f"{there.removesuffix('/items')}/jobs")
    api.pass_time(3600)
    assert len(await api.ok("GET", there)) == 2


async def test_uploads_can_be_for_instances_without_a_source_only(make):
    api = make(uploads="managed")
    there = f"{await api.synced('docs', {'a.md': 'text'})}/items"
    refusal = (400, 7053, "this_operation_requires_a_managed_instance")
    assert await api.refused("POST", there, files={"file": ("b.md", b"x")}) == refusal


async def test_a_paused_instance_takes_no_uploads(api):
    await make_files(api, paused=True)
    await api.ok("PUT", PATH, json={"paused": True})
    assert await api.refused("POST", f"{PATH}/items", files={"file": ("b.md", b"x")}) == (
        400, 7032, "ai_search_is_paused",
    )  # fmt: skip


async def test_custom_metadata_is_kept_and_checked_against_the_declared_fields(api):
    await make_files(api, custom_metadata=[{"field_name": "year", "data_type": "number"}])
    item = await upload(api, "a.md", "x", year="old", colour="red")
    assert item["metadata"] == {"folder": "/", "filename": "a.md", "year": "old", "colour": "red"}
    assert item["warnings"] == [
        {"code": "custom_metadata_value_not_indexed", "expected_type": "number", "field": "year"},
        {"code": "custom_metadata_field_not_filterable", "field": "colour"},
    ]
    assert "warnings" not in await upload(api, "b.md", "x", year=1999)
    only = await api.ok("GET", f"{PATH}/items", params={"metadata_filter": '{"year": {"$lt": 2000}}'})
    assert [one["key"] for one in only] == ["b.md"]
    for wrong in ("{", "[" * 5000):
        assert (await api.refused("GET", f"{PATH}/items", params={"metadata_filter": wrong}))[1] == 7058


async def test_items_are_filtered_sorted_and_paged(api):
    path = await api.synced("docs", {"a.md": "x", "b/c.md": "y", "empty.md": ""})
    listing = f"{path}/items"
    assert [one["key"] for one in await api.ok("GET", listing)] == ["a.md", "b/c.md", "empty.md"]
    (failed,) = await api.ok("GET", listing, params={"status": "error"})
    assert failed["error"] == "file_content_empty"
    assert [one["key"] for one in await api.ok("GET", listing, params={"search": "C.MD"})] == ["b/c.md"]
    assert [one["key"] for one in await api.ok("GET", listing, params={"key": "a.md"})] == ["a.md"]
    assert len(await api.ok("GET", listing, params={"item_id": failed["id"]})) == 1
    assert await api.ok("GET", listing, params={"source": "elsewhere"}) == []
    assert len(await api.ok("GET", listing, params={"source": "docs-bucket"})) == 3
    newest = await api.ok("GET", listing, params={"sort_by": "modified_at"})
    assert [one["key"] for one in newest] == ["empty.md", "b/c.md", "a.md"]
    assert (await api.refused("GET", listing, params={"status": "lost"}))[1] == 7001


async def test_an_item_of_a_source_is_indexed_again_from_its_file(api):
    path = await api.synced("docs", {"a.md": "old words"})
    (item,) = await api.ok("GET", f"{path}/items")
    (api.data / "buckets/docs-bucket/a.md").write_text("quite new words")
    queued = await api.ok("PATCH", f"{path}/items/{item['id']}", json={"next_action": "INDEX"})
    assert queued["status"] == "queued"
    api.pass_time(3)
    (chunk,) = await api.ok("GET", f"{path}/items/{item['id']}/chunks")
    assert chunk["text"] == "quite new words"
    body = {"key": "a.md", "next_action": "INDEX", "wait_for_completion": True}
    assert (await api.ok("PUT", f"{path}/items", json=body))["status"] == "completed"
    unknown = await api.ok("PUT", f"{path}/items", json={**body, "key": "nope.md"})
    assert (unknown["status"], unknown["error"]) == ("error", "file_not_found")
    assert (await api.refused("PUT", f"{path}/items", json={**body, "key": "../a.md"}))[1] == 7001
    assert (await api.refused("PATCH", f"{path}/items/{item['id']}", json={"next_action": "DELETE"}))[1] == 7001
    download = await api.refused("GET", f"{path}/items/{item['id']}/download")
    assert download == (400, 7059, "content_download_not_available_for_external_source_items")


async def test_chunks_tell_their_place_in_the_text(api):
    await make_files(api, chunk_size=64, chunk_overlap=10)
    text = "\n\n".join(f"Paragraph {n}: grüße an alle, and some more words to fill the line." for n in range(30))
    item = await upload(api, "a.md", text)
    chunks = await api.ok("GET", f"{PATH}/items/{item['id']}/chunks", params={"limit": 100})
    assert len(chunks) == item["chunks_count"] > 5
    whole = text.encode()
    for chunk in chunks:
        assert whole[chunk["start_byte"] : chunk["end_byte"]].decode() == chunk["text"]
    page = (await api.send("GET", f"{PATH}/items/{item['id']}/chunks?limit=2&offset=3")).json()
    assert page["result"] == chunks[3:5]
    assert page["result_info"] == {"count": 2, "total": len(chunks), "limit": 2, "offset": 3}
    assert (await api.refused("GET", f"{PATH}/items/{item['id']}/chunks?limit=101"))[1] == 7001


async def test_the_log_of_an_item_goes_back_by_cursor(api):
    await make_files(api)
    item = await upload(api, "a.md", "x")
    for _ in range(4):
        await upload(api, "a.md", "x")
    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        reply = (await api.send("GET", f"{PATH}/items/{item['id']}/logs", params=query)).json()
        seen += reply["result"]
        cursor = reply["result_info"]["cursor"]
        assert reply["result_info"]["truncated"] is (cursor is not None)
        if cursor is None:
            break
    assert [one["action"] for one in seen] == ["index"] * 5
    assert seen[0]["fileKey"] == "a.md"
    assert seen[0]["chunkCount"] == 1
    for cursor in ("x", "-1", "9" * 40, "%D9%A3"):
        assert (await api.refused("GET", f"{PATH}/items/{item['id']}/logs?cursor={cursor}"))[1] == 7001


async def test_a_deleted_item_is_not_found_any_more(api):
    await make_files(api)
    item = await upload(api, "a.md", "boats")
    assert await api.ok("DELETE", f"{PATH}/items/{item['id']}") == {"key": "a.md"}
    for path in ("", "/chunks", "/logs", "/download"):
        assert await api.refused("GET", f"{PATH}/items/{item['id']}{path}") == (404, 7041, "item_not_found")
    assert (await api.ok("POST", f"{PATH}/search", json={"query": "boats"}))["chunks"] == []


async def test_built_in_storage_tells_its_size(api):
    await make_files(api)
    await upload(api, "a.md", "x" * 1000)
    engine = (await api.ok("GET", f"{PATH}/stats"))["engine"]
    assert engine["r2"]["objectCount"] == 1
    assert engine["r2"]["payloadSizeBytes"] == 1000
    assert engine["vectorize"] == {"dimensions": 1024, "vectorsCount": 1}


async def test_a_cache_can_be_purged(api):
    await make_files(api)
    await api.ok("POST", f"{PATH}/purge_cache")
    assert (await api.refused("POST", "/namespaces/default/instances/nope/purge_cache"))[1] == 7002

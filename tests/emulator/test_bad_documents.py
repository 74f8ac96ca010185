"""One document can never block the world: whatever is wrong with it ends as its own item's error."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tui.emulator import pipeline, sources
from tui.emulator.documents.failures import IndexingError
from tui.emulator.folders import files
from tui.emulator.index import Index
from tui.emulator.jobs import Jobs
from tui.emulator.pipeline import MOST_NAMED, Pipeline

FILES = "/namespaces/default/instances/files"
DOCS = "/namespaces/default/instances/docs"
HALF = b'{"text": "a half \\ud83d emoji, qword"}'


@pytest.fixture
async def api(make):
    """An emulator whose instances are synced when the test asks for it, and at no other time."""
    client = make(first_sync_delay=1e9)
    yield client
    await client.http.aclose()


async def upload(api, name, content, *, wait):
    data = {"wait_for_completion": str(wait).lower()}
    return await api.ok("POST", f"{FILES}/items", files={"file": (name, content)}, data=data)


async def outcome(api, path=DOCS):
    items = await api.ok("GET", f"{path}/items", params={"per_page": 1000})
    return {item["key"]: item.get("error", item["status"]) for item in items}


async def sync(api, seconds=3600):
    api.clock.advance(100)
    job = await api.ok("POST", f"{DOCS}/jobs")
    api.pass_time(seconds)
    return await api.ok("GET", f"{DOCS}/jobs/{job['id']}"), await log_of(api, job)


async def log_of(api, job):
    entries = await api.ok("GET", f"{DOCS}/jobs/{job['id']}/logs", params={"per_page": 1000})
    return [entry["message"] for entry in reversed(entries)]


async def make_docs(api, **settings):
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs", **settings})


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    "content",
    [HALF, b'["\\udc00\\ud800"]', b'["\\u0000"]', b'["\\uffff\\ufdd0"]', b'{"\\ud83d": 1}', b'"\\ud83d\\ude00"'],
)
async def test_half_an_emoji_in_an_upload_harms_nothing(make, content, wait):
    api = make()
    await api.ok("POST", "/instances", 201, json={"id": "files"})
    await upload(api, "a.json", content, wait=wait)
    await upload(api, "b.md", "qother", wait=wait)
    api.pass_time(60)
    assert await outcome(api, FILES) == {"a.json": "completed", "b.md": "completed"}
    assert (await api.ok("POST", f"{FILES}/search", json={"query": "qother"}))["chunks"]
    item = (await api.ok("GET", f"{FILES}/items"))[0]
    (chunk,) = await api.ok("GET", f"{FILES}/items/{item['id']}/chunks")
    chunk["text"].encode()
    api.emulator.close()
    again = make(clock=api.clock)
    assert await outcome(again, FILES) == {"a.json": "completed", "b.md": "completed"}


async def test_half_an_emoji_in_a_bucket_stops_no_sync(api):
    api.bucket("docs", {"a.md": "one", "b.json": HALF, "c.md": "three"})
    await make_docs(api)
    job, log = await sync(api)
    assert job["end_reason"] == "completed"
    assert await outcome(api) == {"a.md": "completed", "b.json": "completed", "c.md": "completed"}
    assert "summary: 3 indexed, 0 with errors, 0 removed" in log


@pytest.fixture
def broken_index(monkeypatch):
    """Let the index fail for every document with the word `poison`, in a way that nobody foresaw."""
    replace = Index.replace

    def fail(self, instance, item, chunks):
        self._storage.run("UPDATE item SET chunks = 99 WHERE n = ?", item)
        replace(self, instance, item, chunks)
        if any("poison" in chunk.text for chunk in chunks):
            raise KeyError("unforeseen")

    monkeypatch.setattr(Index, "replace", fail)


async def test_an_unforeseen_failure_is_one_items_error_and_named_in_the_log(api, broken_index, caplog):
    api.bucket(
        "docs", {f"{name}.md": text for name, text in zip("abcde", ("x", "poison", "y", "poison", "z"), strict=True)}
    )
    await make_docs(api)
    job, log = await sync(api)
    failed = "unknown_error"
    assert await outcome(api) == {
        "a.md": "completed", "b.md": failed, "c.md": "completed", "d.md": failed, "e.md": "completed",
    }  # fmt: skip
    assert job["end_reason"] == "completed"
    assert "summary: 3 indexed, 2 with errors, 0 removed" in log
    assert any(line.startswith("b.md failed: unknown_error") for line in log)
    assert "b.md could not be indexed" in caplog.text
    assert (await api.ok("POST", f"{DOCS}/search", json={"query": "poison"}))["chunks"] == []
    items = {item["key"]: item for item in await api.ok("GET", f"{DOCS}/items")}
    assert items["b.md"]["chunks_count"] is None
    log = await api.ok("GET", f"{DOCS}/items/{items['b.md']['id']}/logs")
    assert (log[0]["errorType"], log[0]["message"]) == (failed, "b.md failed: KeyError")


@pytest.mark.parametrize("wait", [True, False])
async def test_an_unforeseen_failure_of_an_upload_is_its_items_error(api, broken_index, wait):
    await api.ok("POST", "/instances", 201, json={"id": "files"})
    for name, text in (("a.md", "x"), ("b.md", "poison"), ("c.md", "y")):
        await upload(api, name, text, wait=wait)
    api.pass_time(60)
    assert await outcome(api, FILES) == {"a.md": "completed", "b.md": "unknown_error", "c.md": "completed"}


async def test_a_step_that_failed_three_times_is_given_up_and_others_go_on(api, monkeypatch, caplog):
    step, tries = Pipeline.step, []

    def fail(self, job, at):
        if self._instances.numbered(job.instance).id == "docs" and job.phase == "indexing":
            tries.append(at)
            raise ZeroDivisionError
        step(self, job, at)

    api.bucket("docs", {"a.md": "one"})
    await make_docs(api)
    monkeypatch.setattr(Pipeline, "step", fail)
    other = await api.synced("other", {"a.md": "qother"})
    job, _ = await sync(api)
    for _ in range(2):
        assert (await api.ok("GET", f"{DOCS}/jobs/{job['id']}"))["end_reason"] is None
        api.pass_time(5)
    assert (await api.ok("GET", f"{DOCS}/jobs/{job['id']}"))["end_reason"] == "unknown_error"
    assert "internal error" in await log_of(api, job)
    assert len(tries) >= 3
    assert await outcome(api, other) == {"a.md": "completed"}
    assert "3 of 3 times" in caplog.text
    monkeypatch.setattr(Pipeline, "step", step)
    assert (await sync(api))[0]["end_reason"] == "completed"


async def test_a_planned_item_that_cannot_be_touched_is_given_up(api, monkeypatch):
    await api.ok("POST", "/instances", 201, json={"id": "files"})
    await upload(api, "a.md", "x", wait=False)
    await upload(api, "b.md", "y", wait=False)
    run = type(api.emulator.world.pipeline.indexer).run

    def fail(self, instance, item, at):
        if item.key == "a.md":
            raise ZeroDivisionError
        return run(self, instance, item, at)

    monkeypatch.setattr(type(api.emulator.world.pipeline.indexer), "run", fail)
    for _ in range(5):
        api.pass_time(60)
        assert await api.ok("GET", f"{FILES}/items")
    assert await outcome(api, FILES) == {"a.md": "unknown_error", "b.md": "completed"}
    assert api.emulator.world.agenda.next_at() is None


async def test_a_slice_that_could_not_be_kept_is_listed_again(api, monkeypatch):
    """The listing is in memory, what came of it is not: after a full disk, or a failure, both must agree."""
    api.bucket("docs", {f"{n:04d}.md": f"word{n}" for n in range(350)})
    await make_docs(api)
    log, failures = Jobs.log, iter([None, sqlite3.OperationalError("disk"), None, RuntimeError("x"), None, None])

    def flaky(self, job, at, message, *kind):
        log(self, job, at, message, *kind)
        if message.startswith("0150") or "source has" in message:
            failure = next(failures, None)
            if failure is not None:
                raise failure

    monkeypatch.setattr(Jobs, "log", flaky)
    job, _ = await sync(api, 36_000)
    for _ in range(5):
        api.pass_time(3600)
    found = await outcome(api)
    assert len(found) == 350
    assert set(found.values()) == {"completed"}
    tasks = api.emulator.world.storage.number("SELECT count(*) FROM job_task")
    assert tasks == 0
    assert job["id"]


async def test_a_document_that_cannot_be_entered_is_passed_over(api, monkeypatch):
    compare = Pipeline._compare

    def fail(self, instance, job, document, at, *, skipped):
        compare(self, instance, job, document, at, skipped=skipped)
        if document.key == "b.md":
            raise ZeroDivisionError("odd")

    monkeypatch.setattr(Pipeline, "_compare", fail)
    api.bucket("docs", {"a.md": "one", "b.md": "two", "c.md": "three"})
    await make_docs(api)
    job, log = await sync(api)
    assert job["end_reason"] == "completed"
    assert await outcome(api) == {"a.md": "completed", "c.md": "completed"}
    assert "passed over b.md: it could not be entered (odd)" in log


NOT_UTF8 = [
    b"caf\xe9.md",
    b"\xff\xfe.txt",
    b"d\xfcr/inside.md",
    b"ok/\x80.md",
    "half \ud83d".encode("utf-8", "surrogatepass"),
]


@pytest.mark.parametrize("name", NOT_UTF8)
async def test_a_name_that_is_not_utf8_costs_that_entry_only(api, name):
    path = api.bucket("docs", {"ok.md": "text", "z.md": "more"}) / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("text")
    await make_docs(api)
    job, log = await sync(api)
    assert job["end_reason"] == "completed"
    assert await outcome(api) == {"ok.md": "completed", "z.md": "completed"}
    assert [line for line in log if line.startswith("passed over") and line.endswith("its name is not UTF-8")]


async def test_links_and_what_is_no_file_are_named_in_the_log(api, tmp_path):
    folder = api.bucket("docs", {"a.md": "text", "empty/.keep": "x"})
    (folder / "link.md").symlink_to(folder / "a.md")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere").symlink_to(tmp_path / "missing")
    os.mkfifo(folder / "pipe.md")
    long = folder.joinpath(*["d" * 200] * 6)
    long.mkdir(parents=True)
    (long / "a.md").write_text("x")
    await make_docs(api)
    _, log = await sync(api)
    passed = [line for line in log if line.startswith("passed over")]
    assert [line for line in passed if "links are not followed" in line] == [
        f"passed over {name}: it is a link; links are not followed" for name in ("link.md", "loop", "nowhere")
    ]
    assert "passed over pipe.md: it is neither a file nor a folder" in passed
    assert sum("longer than a key may be (1,024 bytes)" in line for line in passed) == 1
    assert await outcome(api) == {"a.md": "completed", "empty/.keep": "completed"}


async def test_very_many_of_them_are_counted(api):
    folder = api.bucket("docs", {"a.md": "text"})
    for n in range(MOST_NAMED + 7):
        (folder / f"link{n:03}").symlink_to(folder / "a.md")
    await make_docs(api)
    _, log = await sync(api)
    assert sum(line.startswith("passed over link") for line in log) == MOST_NAMED
    assert "passed over 7 more" in log


def test_a_very_deep_tree_is_walked_without_recursion(tmp_path):
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    found = list(files(tmp_path))
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # pytest cannot clean up such a depth
    assert len(found) == 1
    assert "longer than a key may be" in found[0].reason


async def test_a_file_that_goes_during_the_scan_pauses_nothing(api, monkeypatch):
    folder = api.bucket("docs", {f"{n:03}.md": f"word{n}" for n in range(300)} | {"tmp/x.md": "x"})
    await make_docs(api)
    going = {"120.md", "299.md"}
    real = sources._object

    def vanish(key, entry):
        if key in going:
            (folder / key).unlink()
        return real(key, entry)

    monkeypatch.setattr(sources, "_object", vanish)
    job, log = await sync(api)
    assert job["end_reason"] == "completed"
    found = await outcome(api)
    assert len(found) == 299
    assert set(found.values()) == {"completed"}
    assert "passed over 120.md: it disappeared while the source was listed" in log
    assert (await api.ok("GET", f"{DOCS}/stats"))["index_source_errors"] == {}


async def test_a_folder_that_goes_during_the_scan_pauses_nothing(api, monkeypatch):
    folder = api.bucket("docs", {"a.md": "x", "sub/b.md": "y", "z.md": "z"})
    await make_docs(api)
    real = sources._object

    def vanish(key, entry):
        if key == "a.md":
            (folder / "sub/b.md").unlink()
            (folder / "sub").rmdir()
        return real(key, entry)

    monkeypatch.setattr(sources, "_object", vanish)
    job, log = await sync(api)
    assert job["end_reason"] == "completed"
    assert await outcome(api) == {"a.md": "completed", "z.md": "completed"}
    assert any(line.startswith("passed over sub/") for line in log)


async def test_a_file_that_goes_between_listing_and_reading_is_not_found(api, monkeypatch):
    folder = api.bucket("docs", {"a.md": "x", "b.md": "y"})
    await make_docs(api)
    begin = Pipeline._begin_work

    def vanish(self, job, at):
        (folder / "a.md").unlink(missing_ok=True)
        begin(self, job, at)

    monkeypatch.setattr(Pipeline, "_begin_work", vanish)
    _, log = await sync(api)
    assert await outcome(api) == {"a.md": "file_not_found", "b.md": "completed"}
    assert "summary: 1 indexed, 1 with errors, 0 removed" in log


async def test_an_unreadable_bucket_still_pauses(api, monkeypatch):
    api.bucket("docs", {"a.md": "x"})
    await make_docs(api)

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pipeline.sources, "listing", denied)
    assert (await sync(api))[0]["end_reason"] == "bucket_unauthorized"


@pytest.mark.parametrize(
    "key", ["https://[x/a", "https://a.example:99999/x", "a.example", "mailto:x", "https://", "://"]
)
async def test_a_malformed_address_costs_that_item_only(api, key):
    api.site("a.example", {"index.html": "<p>text"})
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "https://a.example"})
    body = {"key": key, "next_action": "INDEX", "wait_for_completion": True}
    assert (await api.ok("PUT", f"{DOCS}/items", json=body))["error"] == "invalid_url"
    await sync(api)
    assert (await outcome(api))["https://a.example/"] == "completed"


@pytest.mark.parametrize("source", ["https://[x", "https://[::1", "http://a.example:x/"])
async def test_a_malformed_source_is_refused(api, source):
    status, code, _ = await api.refused("POST", "/instances", json={"id": "docs", "source": source})
    assert status == 400
    assert code in {7023, 7024, 7047}


async def test_other_content_of_the_same_size_and_time_is_read_again(api):
    folder = api.bucket("docs", {"a.md": "old words", "b.md": "unchanged"})
    await make_docs(api)
    await sync(api)
    before = (folder / "a.md").stat()
    (folder / "a.md").write_text("new words")
    os.utime(folder / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    _, log = await sync(api)
    assert "source has 2 documents: 0 new, 1 changed, 1 unchanged, 0 removed" in log
    assert (await api.ok("POST", f"{DOCS}/search", json={"query": "new"}))["chunks"]
    assert not (await api.ok("POST", f"{DOCS}/search", json={"query": "old"}))["chunks"]


async def test_a_touched_file_is_not_read_again(api):
    folder = api.bucket("docs", {"a.md": "words"})
    await make_docs(api)
    await sync(api)
    os.utime(folder / "a.md", (1, 1))
    _, log = await sync(api)
    assert "source has 1 documents: 0 new, 0 changed, 1 unchanged, 0 removed" in log


async def test_a_reader_that_knows_nothing_of_slugs_is_an_unknown_error(api, monkeypatch, caplog):
    api.bucket("docs", {"a.md": "x", "b.md": "y"})
    await make_docs(api)

    def trip(key, *_, **__):
        if key == "a.md":
            raise LookupError("odd bytes")
        return "text"

    monkeypatch.setattr("tui.emulator.indexer.extract", trip)
    _, log = await sync(api)
    assert await outcome(api) == {"a.md": "unknown_error", "b.md": "completed"}
    assert "a.md failed: unknown_error (LookupError: odd bytes)" in log
    assert "a.md of instance docs cannot be read" in caplog.text


async def test_the_log_names_the_extra_that_is_missing(api, monkeypatch):
    monkeypatch.setattr("tui.emulator.documents.readers.installed", lambda _: False)
    api.bucket("docs", {"a.html": "<p>x", "b.md": "y"})
    await make_docs(api)
    _, log = await sync(api)
    assert await outcome(api) == {"a.html": "unable_to_convert_to_markdown", "b.md": "completed"}
    (line,) = [line for line in log if line.startswith("a.html failed")]
    assert line.endswith("(it needs the extra `documents`: pip install 'aisearch-tui[documents]')")


async def test_a_document_that_takes_too_long_is_given_up(api, monkeypatch):
    def slow(kind, content, selector=None):
        raise IndexingError("timeout_error", "not read within 10 s")

    monkeypatch.setattr(api.emulator.world.pipeline.indexer, "_read_elsewhere", slow)
    api.bucket("docs", {"a.html": "<p>x", "b.md": "y"})
    await make_docs(api)
    _, log = await sync(api)
    assert "a.html failed: timeout_error (not read within 10 s)" in log


GOOD_KEYS = [
    "Screenshot 2026-01-01 at 9.41.00\u202fAM.md", "a\xa0b.md", "👨\u200d👩\u200d👧.md", "می\u200cخواهم.md",
    "soft\xadhyphen.md", "e\u0301.md", "日本語/文書.md", " leading.md", "trailing .md", "a'b.md", "100%.md",
    "a+b&c=d?.md", "#x.md", "-r.md", "\u202eevil.md", ".env", "README",
]  # fmt: skip


@pytest.mark.parametrize("key", GOOD_KEYS)
async def test_keys_may_hold_what_a_bucket_allows(api, key):
    await api.ok("POST", "/instances", 201, json={"id": "files"})
    boundary = "x7MA4YWxk"
    head = f'Content-Disposition: form-data; name="file"; filename="{key}"'
    body = f"--{boundary}\r\n{head}\r\n\r\nqword\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    item = await api.ok("POST", f"{FILES}/items", content=body, headers=headers)
    assert item["key"] == key
    api.pass_time(60)
    found = await api.ok("GET", f"{FILES}/items", params={"key": item["key"]})
    assert [one["status"] for one in found] == ["completed"]
    hit = (await api.ok("POST", f"{FILES}/search", json={"query": "qword"}))["chunks"][0]
    assert hit["item"]["key"] == item["key"]
    api.bucket("docs", {key: "qword"})
    await make_docs(api)
    await sync(api)
    assert await outcome(api) == {key: "completed"}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("a\tb.md", "the control character U+0009"),
        ("a\x1b[0m.md", "the control character U+001B"),
        ("a\x85b.md", "the control character U+0085"),
        ("a\u2028b.md", "the control character U+2028"),
        ("a\\b.md", "a backslash"),
        ("/a.md", "begins with `/`"),
        ("a//b.md", "an empty segment"),
        ("a/../b.md", "a segment `..`"),
        ("./a.md", "a segment `.`"),
    ],
)
async def test_a_refused_key_is_refused_with_the_true_reason(api, key, words):
    api.bucket("docs", {"a.md": "x"})
    await make_docs(api)
    body = {"key": key, "next_action": "INDEX"}
    status, code, message = await api.refused("PUT", f"{DOCS}/items", json=body)
    assert (status, code) == (400, 7001)
    assert words in message

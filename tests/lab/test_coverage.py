"""Coverage: rules of a source, lists of many listers, sitemaps, and what reconciling makes of them."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import httpx
import pytest

from tests.lab.demo import demo
from tui.api.public import Pages
from tui.emulator.prepared import DEMO
from tui.errors import BadReply, Unreachable, UsageError
from tui.models import InstanceKey, Item
from tui.service.lab.coverage import Coverage, Reconcile, Standing, reconcile, stale
from tui.service.lab.listings import Listed, read_listing, read_sitemap
from tui.service.lab.rules import SourceRules, glob, unreadable

DAY = "2026-03-01T00:00:00Z"
AT = 1772323200.0
SITE = "https://x.example"


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("drafts/**", "drafts/a/b.md", True),
        ("drafts/**", "drafts", False),
        ("drafts/**", "my/drafts/a.md", False),
        ("**/drafts/**", "my/drafts/a.md", True),
        ("**/drafts/**", "drafts/a.md", True),
        ("*.md", "a.md", True),
        ("*.md", "a/b.md", False),
        ("**/*.md", "a/b/c.md", True),
        ("**/*.md", "c.md", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a**/b", "axx/y/b", True),
        ("**/a*b/c", "a1/ab/c", True),
        ("**/a*b/**/c", "a1/x/ab/y/z/c", True),
        ("a*b*c", "aXbYbZc", True),
        ("[x].md", "[x].md", True),
        ("[x].md", "x.md", False),
        ("", "", True),
        ("**", "anything/at all", True),
    ],
)
def test_patterns(pattern: str, key: str, fits: bool) -> None:
    assert bool(glob(pattern).match(key)) is fits


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**a" * 20 + "b", "**/a*" * 20 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    began = time.monotonic()
    glob(pattern).match("a" * 1000)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        ({}, "a.md", ""),
        ({"source_params": None}, "a.md", ""),
        ({"source_params": {"exclude_items": None, "include_items": "x", "prefix": 3}}, "a.md", ""),
        ({"source_params": {"exclude_items": ["a.*"]}}, "a.md", "excluded by the rule 'a.*'"),
        ({"source_params": {"include_items": ["b/**"]}}, "a.md", "matched by no include rule ('b/**')"),
        ({"source_params": {"include_items": ["a*"], "exclude_items": ["*.md"]}}, "a.md", "excluded by"),
        ({"source_params": {"prefix": "b/"}}, "a.md", "outside the prefix 'b/'"),
        (
            {"source": "https://x.example", "source_params": {"exclude_items": ["**/tag/**"]}},
            "https://x.example/tag/a",
            "excluded",
        ),
        (
            {"source": "https://x.example", "source_params": {"exclude_items": ["/tag/*"]}},
            "https://x.example/tag/a",
            "excluded",
        ),
    ],
)
def test_rules(settings: dict[str, Any], key: str, words: str) -> None:
    found = SourceRules.of(settings).excludes(key)
    assert words in found if words else not found


@pytest.mark.parametrize(
    ("key", "size", "words"),
    [
        ("a.md", 10, ""),
        ("a.zip", 10, "type .zip is not supported"),
        ("a.ZIP", None, "type .zip"),
        ("README", None, ""),
        ("a.md", 11 * 2**20, "more than 10 MiB"),
        ("a.xlsx", 5 * 2**20, "more than 4 MiB"),
        ("https://x.example/a.php5", None, ""),
    ],
)
def test_what_no_reader_takes(key: str, size: float | None, words: str) -> None:
    found = unreadable(key, size)
    assert words in found if words else not found


LISTS = {
    "keys": "a.md\n\nb c.md\r\nfolder/\n",
    "rclone": json.dumps([
        {"Path": "a.md", "Name": "a.md", "Size": 5, "ModTime": "2026-03-01T00:00:00.123456789Z", "IsDir": False},
        {"Path": "b c.md", "Size": 7, "ModTime": DAY, "IsDir": False},
        {"Path": "folder", "Size": -1, "IsDir": True},
    ]),
    "aws api": json.dumps({"Contents": [
        {"Key": "a.md", "LastModified": "2026-03-01T00:00:00+00:00", "ETag": '"ABC"', "Size": 5},
        {"Key": "b c.md", "Size": 7},
    ]}),
    "aws lines": "2026-03-01 00:00:00          5 a.md\n2026-03-01 00:00:00          7 b c.md\n",
    "mc": '{"status":"success","type":"file","lastModified":"2026-03-01T00:00:00Z","size":5,"key":"a.md","etag":"x"}\n'
          '{"status":"success","type":"file","size":7,"key":"b c.md"}\n{"type":"folder","key":"folder/","size":0}\n',
    "s5cmd": '{"key":"s3://bucket/a.md","etag":"x","last_modified":"2026-03-01T00:00:00Z","type":"file","size":5}\n'
             '{"key":"s3://bucket/b c.md","type":"file","size":7}\n',
    "list of names": '["a.md", "b c.md"]',
    "with a byte order mark": "\ufeffa.md\nb c.md\n",
    "addresses": "s3://bucket/a.md\ngs://bucket/b c.md\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_many_listers(kind: str) -> None:
    found = read_listing(LISTS[kind])
    assert [one.key for one in found] == ["a.md", "b c.md"]
    if kind in ("rclone", "aws api", "aws lines", "mc", "s5cmd"):
        assert [one.size for one in found] == [5, 7]
        assert found[0].changed == pytest.approx(AT, abs=1)


@pytest.mark.parametrize("text", ["", "\n \n", "[]", "{}", '{"Contents": []}', "<urlset></urlset>", "{broken\n{worse"])
def test_a_list_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_listing(text)


def test_sitemaps_and_their_indexes() -> None:
    text = f"""<?xml version="1.0"?><urlset xmlns="x"><url><loc> https://x.example/a?b=1&amp;c=2 </loc>
    <lastmod>{DAY}</lastmod></url><url><loc><![CDATA[https://x.example/b]]></loc></url><url></url></urlset>"""
    pages, more = read_sitemap(text)
    assert pages == (Listed("https://x.example/a?b=1&c=2", None, AT), Listed("https://x.example/b"))
    assert more == ()
    assert read_listing(text) == pages
    index = "<sitemapindex><sitemap><loc>https://x.example/1.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(index) == ((), ("https://x.example/1.xml.gz",))


def an_item(key: str, status: str = "completed", **fields: Any) -> Item:
    return Item(id=f"id-{key}", key=key, status=status, chunks_count=fields.pop("chunks", 1), **fields)


def test_every_standing() -> None:
    items = [
        an_item("good.md"),
        an_item("failed.md", "error", error="invalid_pdf", chunks=0),
        an_item("waiting.md", "queued", chunks=0),
        an_item("again.md", "queued", chunks=4),
        an_item("skipped.md", "skipped", error="excluded_by_path_filter", chunks=0),
        an_item("orphan.md"),
        an_item("old.md", last_seen_at="2026-02-01 00:00:00"),
    ]
    keys = ["good.md", "failed.md", "waiting.md", "again.md", "skipped.md", "missing.md", "film.mp4", "drafts/x.md"]
    listed = [*map(Listed, keys), Listed("old.md", None, AT)]
    rules = SourceRules(exclude=("drafts/**",))
    found = {one.key: one for one in reconcile(listed, items, rules)}
    assert {key: one.standing.value for key, one in found.items()} == {
        "good.md": "indexed",
        "failed.md": "failed",
        "waiting.md": "waiting",
        "again.md": "indexed",
        "skipped.md": "excluded",
        "missing.md": "missing",
        "film.mp4": "missing",
        "drafts/x.md": "excluded",
        "old.md": "stale",
        "orphan.md": "orphaned",
    }
    assert found["film.mp4"].why == "type .mp4 is not supported"
    assert found["failed.md"].why == "invalid_pdf: Not a valid PDF"
    assert found["drafts/x.md"].why == "excluded by the rule 'drafts/**'"
    whole = Coverage(InstanceKey("default", "x"), tuple(found.values()))
    assert whole.expected == 7
    assert whole.share == pytest.approx(100 * 3 / 7)
    assert whole.counts["missing"] == 2
    assert Coverage(whole.key, ()).share == 100.0


@pytest.mark.parametrize(
    ("listed", "fields", "words"),
    [
        (Listed("a", 5), {"file_size": 5}, ""),
        (Listed("a", 5), {"file_size": 6}, "5 bytes, 6 when"),
        (Listed("a", 5), {}, ""),
        (Listed("a", None, AT), {"last_seen_at": "2026-03-01 00:00:00"}, ""),
        (Listed("a", None, AT + 60), {"last_seen_at": "2026-03-01 00:00:00"}, "changed after"),
        (Listed("a", None, AT), {}, ""),
        (Listed("a", None, None, "a" * 32), {"checksum": "b" * 32}, "checksum"),
        (Listed("a", 9, AT + 60, "a" * 32), {"checksum": "A" * 32, "last_seen_at": "2026-03-01 00:00:00"}, ""),
        (Listed("a", None, None, "a" * 32), {"checksum": "b" * 64}, ""),
        (Listed("a", None, None, "a" * 32), {"checksum": "0"}, ""),
        (Listed("a", None, None, "a" * 32 + "-5"), {"checksum": "b" * 32}, ""),
    ],
)
def test_stale_by_time_size_or_checksum_where_they_mean_something(
    listed: Listed, fields: dict[str, Any], words: str
) -> None:
    found = stale(listed, an_item("a", **fields))
    assert words in found if words else not found


def test_addresses_are_the_same_without_fragment_and_last_slash() -> None:
    listed = [Listed("https://x.example/a/"), Listed("https://x.example/b#top")]
    items = [an_item("https://x.example/a"), an_item("https://x.example/b")]
    assert {one.standing for one in reconcile(listed, items, SourceRules(web=True))} == {Standing.INDEXED}


async def test_the_demo_against_its_own_bucket() -> None:
    folder = DEMO / "buckets" / "docs-prod"
    listed = [Listed(one.relative_to(folder).as_posix()) for one in folder.rglob("*") if one.is_file()]
    async with demo() as world:
        found = await Reconcile(world.api).coverage(InstanceKey("default", "docs-search"), listed)
        assert len(world.sent) <= 3
    assert {one.key for one in found.of(Standing.EXCLUDED)} == {"drafts/pricing-2027.md", "drafts/untitled.md"}
    assert "downloads/label-samples.zip" in {one.key for one in found.of(Standing.FAILED)}
    assert [one.key for one in found.of(Standing.ORPHANED)] == ["reference/carrier-service-matrix.csv"]
    assert 80 < found.share < 90


async def test_many_items_are_read_page_by_page() -> None:
    async with demo() as world:
        found = await Reconcile(world.api).coverage(InstanceKey("default", "handbook"), [Listed("README.md")])
        pages = world.asked("/items")
    assert len(pages) > 1
    assert len(found.findings) > 50


async def test_a_page_is_read_without_the_token_unpacked_and_bounded() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path == "/gone":
            return httpx.Response(404)
        if request.url.path == "/down":
            raise httpx.ConnectError("refused", request=request)
        if request.url.path == "/moved":
            return httpx.Response(301, headers={"location": "https://elsewhere.example/"})
        if request.url.path == "/bomb":
            return httpx.Response(200, content=gzip.compress(b" " * (51 * 2**20)))
        return httpx.Response(
            200, content=gzip.compress(b"<urlset/>") if request.url.path.endswith(".gz") else b"<urlset/>"
        )

    async with Pages(httpx.MockTransport(answer)) as pages:
        assert await pages.text("https://x.example/sitemap.xml") == "<urlset/>"
        assert await pages.text("https://x.example/sitemap.xml.gz") == "<urlset/>"
        for path in ("gone", "moved", "bomb"):
            with pytest.raises(BadReply):
                await pages.text(f"https://x.example/{path}")
        with pytest.raises(Unreachable):
            await pages.text("https://x.example/down")
    assert not [one for one in seen if "authorization" in one.headers]

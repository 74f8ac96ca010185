"""Buckets and websites as folders: what is listed, what is left out, and that nothing leads out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.emulator.records import Instance
from tui.emulator.sources import PathFilter, glob, locate

PATH = "/namespaces/default/instances/docs"
PAGE = "<html><head><style>p{}</style></head><body><h1>Boats</h1><p>Paint &amp; tar</p></body></html>"


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("*.md", ["a.md"], ["x/a.md", "a.mdx"]),
        ("**/*.md", ["a.md", "x/y/a.md"], ["a.txt"]),
        ("docs/**", ["docs/a", "docs/x/y"], ["doc/a", "other/docs/a"]),
        ("a/*/c", ["a/b/c"], ["a/b/b/c", "a/c"]),
        ("a?.md", ["ab.md"], ["a/.md", "abc.md"]),
        ("a+(b).md", ["a+(b).md"], ["aab.md"]),
    ],
)
def test_globs_tell_segments_from_paths(pattern, matching, other):
    compiled = glob(pattern)
    assert all(compiled.match(name) for name in matching)
    assert not any(compiled.match(name) for name in other)


def test_exclusion_wins_and_inclusion_narrows():
    chosen = PathFilter({"include_items": ["docs/**"], "exclude_items": ["**/draft-*"]})
    assert chosen.admits("docs/a.md")
    assert not chosen.admits("docs/draft-a.md")
    assert not chosen.admits("other/a.md")
    assert PathFilter(None).admits("anything")
    pages = PathFilter({"include_items": ["/blog/**"]})
    assert pages.admits("https://a.example/blog/x")
    assert not pages.admits("https://a.example/about")


@given(st.text(max_size=30))
def test_any_text_is_a_pattern(text):
    glob(text).match("a/b.md")


async def listed(api, **config):
    await api.ok("POST", "/instances", 201, json={"id": "docs", **config})
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(600)
    items = await api.ok("GET", f"{PATH}/items", params={"per_page": 100})
    return {item["key"]: item.get("error", item["status"]) for item in items}


async def test_prefix_and_patterns_choose_the_objects(api):
    api.bucket("docs", {"in/a.md": "a", "in/b.txt": "b", "out/c.md": "c", "in/.hidden.md": "d"})
    params = {"prefix": "in/", "exclude_items": ["**/*.txt"]}
    assert await listed(api, source="docs", source_params=params) == {
        "in/.hidden.md": "completed",
        "in/a.md": "completed",
        "in/b.txt": "excluded_by_path_filter",
    }
    stats = await api.ok("GET", f"{PATH}/stats")
    assert (stats["completed"], stats["skipped"], stats["error"]) == (2, 1, 0)


async def test_symbolic_links_are_not_followed(api, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    folder = api.bucket("docs", {"a.md": "a"})
    (folder / "link.md").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    assert await listed(api, source="docs") == {"a.md": "completed"}
    item = await api.ok(
        "PUT", f"{PATH}/items", json={"key": "link.md", "next_action": "INDEX", "wait_for_completion": True}
    )
    assert item["error"] == "file_not_found"


@pytest.mark.parametrize("bucket", ["..", ".", "../sites", "a/../../b", "/etc", "a\0b", "UPPER", "a", "a..b", ""])
async def test_no_bucket_name_leads_anywhere_else(api, bucket):
    (api.data / "sites").mkdir(parents=True)
    response = await api.send("POST", "/instances", json={"id": "docs", "type": "r2", "source": bucket})
    if response.status_code == 201:
        job = await api.ok("POST", f"{PATH}/jobs")
        api.pass_time(5)
        assert (await api.ok("GET", f"{PATH}/jobs/{job['id']}"))["end_reason"] == "bucket_name_invalid"


@pytest.mark.parametrize(
    "source", ["https://..", "https://../x", "https://a%2f..%2fb", "https://.", "https://", "http:///x"]
)
async def test_no_address_leads_anywhere_else(api, source):
    api.site("a.example", {"index.html": PAGE})
    status, code, _ = await api.refused("POST", "/instances", json={"id": "docs", "source": source})
    assert (status, code) in {(400, 7024), (400, 7023), (400, 7047)}


@given(st.text(st.sampled_from("./\\ab%2e\0~"), max_size=12))
def test_no_key_leads_out_of_its_bucket(tmp_path_factory, key):
    root = tmp_path_factory.getbasetemp() / "keys"
    (root / "buckets" / "docs" / "a").mkdir(parents=True, exist_ok=True)
    (root / "buckets" / "b").write_text("outside")
    (root / "buckets" / "docs" / "a" / "b").write_text("inside")
    instance = Instance(1, "default", "docs", {"type": "r2", "source": "docs"}, 0, 0, None, None, None, 0, 0)
    found = locate(instance, root, key)
    assert found is None or found.read_text() == "inside"


async def test_a_website_is_crawled_by_its_files(api):
    robots = "User-agent: *\nDisallow: /private"
    api.site("a.example", {"index.html": PAGE, "blog/one.html": PAGE, "robots.txt": robots})
    api.site("a.example", {"private/x.html": PAGE, "empty.html": "<html></html>"})
    assert await listed(api, source="https://a.example", type="web-crawler") == {
        "https://a.example/": "completed",
        "https://a.example/blog/one.html": "completed",
        "https://a.example/empty.html": "markdown_conversion_empty",
        "https://a.example/private/x.html": "blocked_by_robots_txt_path",
    }
    found = await api.ok("POST", f"{PATH}/search", json={"query": "tar"})
    assert "# Boats\n\nPaint & tar" in found["chunks"][0]["text"]
    assert "p{}" not in found["chunks"][0]["text"]


async def test_a_site_that_shuts_the_crawler_out_cannot_be_a_source(api):
    api.site("a.example", {"index.html": PAGE, "robots.txt": "User-agent: *\nDisallow: /"})
    body = {"id": "docs", "source": "https://a.example"}
    assert await api.refused("POST", "/instances", json=body) == (400, 7034, "forbidden_robots_txt")
    api.site("a.example", {"robots.txt": "User-agent: Somebody\nDisallow: /"})
    await api.ok("POST", "/instances", 201, json=body)


async def test_a_sitemap_says_which_pages_there_are(api):
    sitemap = "".join(f"<url><loc>https://a.example/{name}</loc></url>" for name in ("", "one", "gone"))
    foreign = "<url><loc>https://b.example/</loc></url>"
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{sitemap}{foreign}</urlset>'
    api.site("a.example", {"index.html": PAGE, "one.html": PAGE, "unlisted.html": PAGE, "sitemap.xml": xml})
    assert await listed(api, source="https://a.example") == {
        "https://a.example/": "completed",
        "https://a.example/gone": "crawl_got_http_error",
        "https://a.example/one": "completed",
    }


async def test_discovery_stays_below_its_address_and_its_limit(api):
    links = "".join(f'<a href="{place}">x</a>' for place in ("1.html", "2.html", "/other.html"))
    api.site("a.example", {"docs/index.html": links, "docs/1.html": PAGE, "docs/2.html": PAGE, "other.html": PAGE})
    crawler = {"web_crawler": {"parse_type": "discover", "discover_options": {"limit": 2}}}
    assert await listed(api, source="https://a.example/docs/", source_params=crawler) == {
        "https://a.example/docs/": "completed",
        "https://a.example/docs/1.html": "completed",
        "https://a.example/docs/2.html": "page_limit_reached",
    }


async def test_discovery_follows_links_so_far_and_stays_on_the_host(api):
    def page(*links):
        return "<p>text</p>" + "".join(f'<a href="{link}">x</a>' for link in links)

    api.site("a.example", {"index.html": page("one", "/two.html#part", "https://b.example/"), "lost.html": page()})
    api.site("a.example", {"one.html": page("deep/three.html", "gone"), "two.html": page("/")})
    api.site("a.example", {"deep/three.html": page("../lost.html")})
    crawler = {"parse_type": "discover", "discover_options": {"source": "links", "depth": 2}}
    assert await listed(api, source="https://a.example", source_params={"web_crawler": crawler}) == {
        "https://a.example/": "completed",
        "https://a.example/one": "completed",
        "https://a.example/two.html": "completed",
        "https://a.example/deep/three.html": "completed",
        "https://a.example/gone": "crawl_got_http_error",
    }


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ("main", "inner deep"),
        ("#side", "aside"),
        (".note", "inner"),
        ("p.note", "inner"),
        ("b.note", "top inner deep aside"),
        (">>>", "top inner deep aside"),
    ],
)
async def test_a_content_selector_narrows_a_page(api, selector, text):
    body = '<p>top</p><main><p class="a note">inner</p><main>deep</main></main><div id="side">aside</div>'
    api.site("a.example", {"index.html": body})
    rule = {"path": "**", "selector": selector}
    crawler = {"web_crawler": {"parse_options": {"content_selector": [rule]}}}
    await listed(api, source="https://a.example", source_params=crawler)
    (item,) = await api.ok("GET", f"{PATH}/items")
    (chunk,) = await api.ok("GET", f"{PATH}/items/{item['id']}/chunks")
    assert chunk["text"].split() == text.split()


async def test_an_unreadable_bucket_is_unauthorized(api, monkeypatch):
    api.bucket("docs", {"a.md": "a"})
    monkeypatch.setattr("os.access", lambda *_: False)  # root, who may run the tests, can read everything
    await listed(api, source="docs")
    assert (await api.ok("GET", f"{PATH}/stats"))["index_source_errors"] == {"bucket_unauthorized": 1}

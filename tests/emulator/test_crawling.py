"""Websites by the documented rules: robots.txt, sitemaps in every form, and discovery."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from tui.emulator import sitemaps
from tui.emulator.robots import Robots

DATA = Path(__file__).parent / "data" / "sites"
DOCS = "/namespaces/default/instances/docs"
SITE = "https://a.example"


def page(*links, head=""):
    return f"<head>{head}</head><p>text</p>" + "".join(f'<a href="{link}">x</a>' for link in links)


def sitemap(*places, kind="url", extra=""):
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    root = {"url": "urlset", "sitemap": "sitemapindex"}[kind]
    entries = "".join(f"<{kind}><loc>{place}</loc>{extra}</{kind}>" for place in places)
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{space}">{entries}</{root}>'


@pytest.fixture
async def api(make):
    client = make(first_sync_delay=1e9)
    yield client
    await client.http.aclose()


async def crawled(api, source=SITE, **crawler):
    """Make an instance of the site, sync it and return what each page came to, and the log of the job."""
    params = {"source_params": {"web_crawler": crawler}} if crawler else {}
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": source, **params})
    job = await api.ok("POST", f"{DOCS}/jobs")
    api.pass_time(3600)
    items = await api.ok("GET", f"{DOCS}/items", params={"per_page": 1000})
    entries = await api.ok("GET", f"{DOCS}/jobs/{job['id']}/logs", params={"per_page": 1000})
    found = {item["key"].removeprefix(SITE): item.get("error", item["status"]) for item in items}
    return found, [entry["message"] for entry in reversed(entries)]


REPORTED = {
    "bracket": {"/one.html": "completed", "https://[bracket.example.com/two.html": "invalid_url"},
    "count": {"/one.html": "completed", "/gone-a.html": "crawl_got_http_error", "/gone-b.html": "crawl_got_http_error"},
    "dots": {"/one.html": "completed", "/docs/release-1.2": "completed"},
    "gz": {"/one.html": "completed"},
    "image": {"/one.html": "completed"},
    "index": {"/one.html": "completed"},
    "partial": {"/one.html": "completed", "/two.html": "completed"},
    "robots": {"/one.html": "completed"},
    "wild": {"/one.html": "completed", "/docs/x.html": "blocked_by_robots_txt_path"},
    "bom": {"/one.html": "completed", "/private.html": "blocked_by_robots_txt_path"},
}


@pytest.mark.parametrize("name", REPORTED)
async def test_the_reported_sites(api, name):
    host = f"{name}.example.com"
    root = api.data / "sites" / host
    shutil.copytree(DATA / host, root)
    if name == "gz":
        (root / "sitemap.xml.gz").write_bytes(gzip.compress((root / "plain-map.xml").read_bytes()))
    if name == "bom":
        (root / "robots.txt").write_bytes(b"\xef\xbb\xbfUser-agent: *\nDisallow: /private.html\n")
    found, log = await crawled(api, f"https://{host}")
    assert {key.removeprefix(f"https://{host}"): value for key, value in found.items()} == REPORTED[name]
    done = [value for value in REPORTED[name].values() if value == "completed"]
    failed = len(REPORTED[name]) - len(done)
    assert f"summary: {len(done)} indexed, {failed} with errors, 0 removed" in log


async def test_specific_sitemaps_are_read_instead_of_all_others(api):
    shutil.copytree(DATA / "specific.example.com", api.data / "sites" / "specific.example.com")
    host = "https://specific.example.com"
    found, _ = await crawled(api, host, parse_options={"specific_sitemaps": [f"{host}/maps/two.xml"]})
    assert found == {f"{host}/two.html": "completed"}


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("/one.html", "/one.html"),
        ("one.html", "/one.html"),
        ("//a.example/one.html", "/one.html"),
        ("https://A.EXAMPLE/one.html", "/one.html"),
        ("https://a.example:443/one.html", "/one.html"),
        ("\n   https://a.example/one.html\t", "/one.html"),
        ("https://a.example/one.html#part", "/one.html"),
        ("<![CDATA[https://a.example/one.html]]>", "/one.html"),
        ("https://a.example/one.html?a=1&amp;b=2", "/one.html?a=1&b=2"),
        ("/na%C3%AFve%20page.html", "/na%C3%AFve%20page.html"),
    ],
)
async def test_a_page_may_be_listed_in_every_form_of_its_address(api, place, key):
    api.site("a.example", {"one.html": page(), "naïve page.html": page(), "sitemap.xml": sitemap(place, place)})
    assert (await crawled(api))[0] == {key: "completed"}


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("https://[a.example/x", "invalid_url"),
        ("https://a.example:99999/x", "invalid_url"),
        ("https://a.example:x/x", "invalid_url"),
        ("https://b.example/x", None),
        ("https://sub.a.example/x", None),
        ("https://a.example:8443/x", None),
        ("ftp://a.example/x", None),
        ("mailto:x@a.example", None),
    ],
)
async def test_an_address_that_is_no_page_costs_that_entry_only(api, place, outcome):
    api.site("a.example", {"one.html": page(), "sitemap.xml": sitemap(place, "/one.html")})
    found, log = await crawled(api)
    assert found == {"/one.html": "completed"} | ({place.removeprefix(SITE): outcome} if outcome else {})
    assert outcome or f"passed over {place}: it is not on a.example" in log


async def test_indexes_are_followed_in_turn_and_once(api):
    api.site(
        "a.example",
        {
            "sitemap.xml": sitemap("/maps/a.xml", "maps/b.xml.gz", "/maps/gone.xml", "/sitemap.xml", kind="sitemap"),
            "maps/a.xml": sitemap("deeper/c.xml", "/maps/a.xml", kind="sitemap"),
            "maps/b.xml.gz": gzip.compress(sitemap("/b.html").encode()),
            "maps/deeper/c.xml": sitemap("c.html", "/a.html"),
            **dict.fromkeys(("a.html", "b.html", "maps/deeper/c.html", "draft.html"), page()),
        },
    )
    found, log = await crawled(api)
    assert found == dict.fromkeys(("/a.html", "/b.html", "/maps/deeper/c.html"), "completed")
    assert "passed over https://a.example/maps/gone.xml: there is no such sitemap" in log


async def test_all_sitemaps_of_robots_are_read_also_relative_ones(api):
    robots = (
        "Sitemap: /one.xml\nsitemap:https://a.example/two.xml # second\nUser-agent: *\nAllow: /\nSITEMAP: three.txt"
    )
    api.site("a.example", {"robots.txt": robots, "one.xml": sitemap("/a.html"), "two.xml": sitemap("/b.html")})
    api.site("a.example", {"three.txt": "https://a.example/c.html\n\n", "sitemap.xml": sitemap("/draft.html")})
    api.site("a.example", dict.fromkeys(("a.html", "b.html", "c.html", "draft.html"), page()))
    assert list((await crawled(api))[0]) == ["/a.html", "/b.html", "/c.html"]


async def test_the_most_important_pages_come_first(api):
    entries = [("/a.html", "0.2"), ("/b.html", ""), ("/c.html", "1.0"), ("/d.html", "many"), ("/e.html", "0.9")]
    body = "".join(f"<url><loc>{place}</loc><priority>{share}</priority></url>" for place, share in entries)
    api.site("a.example", {"sitemap.xml": f"<urlset>{body}</urlset>", **{f"{n}.html": page() for n in "abcde"}})
    _, log = await crawled(api)
    assert [line.split()[1][-6] for line in log if line.startswith("indexed")] == ["c", "e", "b", "d", "a"]


BROKEN = {
    "cut off": (sitemap("/one.html").removesuffix("</urlset>") + "<url><loc>/two", {"/one.html": "completed"}),
    "an ampersand": (sitemap("/one.html", "/two.html?a=1&b=2"), {"/one.html": "completed"}),
    "entities": ('<!DOCTYPE a [<!ENTITY a "b">]>' + sitemap("/one.html"), {}),
    "not gzip": (b"\x1f\x8b cut off", {}),
    "too large": (gzip.compress(b" " * (sitemaps.LARGEST + 10)), {}),
    "an odd encoding": (b'<?xml version="1.0" encoding="x-odd"?><urlset/>', {}),
    "empty": (b"", {}),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_sitemap_gives_what_it_can_and_is_named(api, kind):
    content, expected = BROKEN[kind]
    api.site("a.example", {"sitemap.xml": content, "one.html": page(), "two.html": page()})
    found, log = await crawled(api)
    assert found == expected
    assert kind == "empty" or [line for line in log if line.startswith("passed over https://a.example/sitemap.xml: ")]


async def test_the_limit_is_one_of_discovery_alone(api):
    api.site("a.example", {"sitemap.xml": sitemap(*(f"/{n}.html" for n in range(5)))})
    api.site("a.example", {f"{n}.html": page() for n in range(5)})
    found, _ = await crawled(api, discover_options={"limit": 2})
    assert set(found.values()) == {"completed"}


async def test_a_page_whose_address_has_a_dot_is_a_page(api):
    names = {
        "docs/release-1.2/index.html": "/docs/release-1.2",
        "team/john.doe.html": "/team/john.doe",
        "a.php": "/a.php",
        "v2.0": "/v2.0",
        "x.aspx": "/x.aspx",
        "notes.txt": "/notes.txt",
        "data.csv": "/data.csv",
    }
    api.site("a.example", dict.fromkeys(names, "<p>qword") | {"sitemap.xml": sitemap(*names.values())})
    assert (await crawled(api))[0] == dict.fromkeys(names.values(), "completed")
    found = await api.ok("POST", f"{DOCS}/search", json={"query": "qword", "max_num_results": 50})
    texts = {hit["item"]["key"].removeprefix(SITE): hit["text"] for hit in found["chunks"]}
    assert {key for key, text in texts.items() if "<p>" in text} == {"/notes.txt", "/data.csv"}


@pytest.mark.parametrize(
    ("rules", "allowed", "forbidden"),
    [
        ("User-agent: *\nDisallow: /docs/*", ["/docs", "/a"], ["/docs/", "/docs/x"]),
        ("User-agent: *\nDisallow: /*.bak$", ["/a.bak.html", "/a"], ["/a.bak", "/x/y.bak"]),
        ("User-agent: *\nDisallow: /*/private/", ["/private/"], ["/a/private/x"]),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", ["/a/b/c", "/b"], ["/a", "/a/c"]),
        ("User-agent: *\nAllow: /p\nDisallow: /", ["/p", "/page"], ["/", "/x"]),
        ("\ufeffUser-agent: *\nDisallow: /x", ["/y"], ["/x"]),
        ("User-Agent: *\r\nDISALLOW : /x # why\r\n", ["/y"], ["/x"]),
        ("User-agent: *\nDisallow: /\n\nUser-agent: cloudflare-ai-search\nAllow: /", ["/", "/x"], []),
        ("User-agent: other\nUser-agent: Cloudflare-AI-Search\nDisallow: /x", ["/y"], ["/x"]),
        ("User-agent: other\nDisallow: /", ["/x"], []),
        ("Disallow: /x", ["/x"], []),
        ("User-agent: *\nDisallow:", ["/x"], []),
        ("User-agent: *\nDisallow: /%7ea", ["/b"], ["/~a"]),
        ("User-agent: *\nDisallow: /ä", ["/a"], ["/%C3%A4"]),
        ("<html>not found</html>", ["/x"], []),
    ],
)
def test_robots_by_the_rfc(tmp_path, rules, allowed, forbidden):
    (tmp_path / "robots.txt").write_bytes(rules.encode())
    robots = Robots(tmp_path)
    assert [path for path in allowed if not robots.allows(SITE + path)] == []
    assert [path for path in forbidden if robots.allows(SITE + path)] == []


def test_robots_of_odd_bytes_and_long_patterns_are_read_in_time(tmp_path):
    lines = "\n".join(f"Disallow: /{'*a' * 500}{n}$" for n in range(300))
    (tmp_path / "robots.txt").write_bytes(b"\xff\xfe\nUser-agent: *\n" + lines.encode() + b"x" * 10_000_000)
    robots = Robots(tmp_path)
    assert all(robots.allows(f"{SITE}/{'a' * 2000}b") for _ in range(5))


async def test_discovery_goes_five_links_deep_unless_told(api):
    api.site("a.example", {"index.html": page("1.html")} | {f"{n}.html": page(f"{n + 1}.html") for n in range(1, 9)})
    found, _ = await crawled(api, parse_type="discover")
    assert list(found) == ["/", *(f"/{n}.html" for n in range(1, 6))]


async def test_discovery_of_depth_one_takes_the_pages_linked_from_the_source(api):
    api.site("a.example", {"index.html": page("1.html", "2.html"), "1.html": page("3.html"), "2.html": page()})
    found, _ = await crawled(api, parse_type="discover", discover_options={"depth": 1})
    assert list(found) == ["/", "/1.html", "/2.html"]


@pytest.mark.parametrize(
    ("base", "place"),
    [("/docs/", "/docs/two.html"), ("docs/", "/docs/two.html"), ("https://a.example/docs/x", "/docs/two.html")],
)
async def test_discovery_obeys_the_base_of_a_page(api, base, place):
    api.site("a.example", {"index.html": page("two.html", head=f'<base href="{base}">'), "docs/two.html": page()})
    assert (await crawled(api, parse_type="discover"))[0] == {"/": "completed", place: "completed"}


async def test_discovery_stops_at_what_robots_forbid(api):
    robots = "User-agent: *\nDisallow: /private"
    api.site("a.example", {"index.html": page("private.html", "open.html"), "robots.txt": robots, "open.html": page()})
    api.site("a.example", {"private.html": page("beyond.html"), "beyond.html": page()})
    found, _ = await crawled(api, parse_type="discover")
    assert found == {"/": "completed", "/open.html": "completed", "/private.html": "blocked_by_robots_txt"}


async def test_discovery_survives_every_kind_of_link(api):
    links = ["https://[x", "javascript:void(0)", "mailto:a@b", "tel:1", "#top", "", "?q=1", "one.html\n", " two.html ",
             "https://a.example:x/", "//b.example/", "data:text/html,x", "https://A.example/one.html#x"]  # fmt: skip
    api.site("a.example", {"index.html": page(*links), "one.html": page(), "two.html": page()})
    found, log = await crawled(api, parse_type="discover")
    assert found == dict.fromkeys(("/", "/?q=1", "/one.html", "/two.html"), "completed")
    assert "passed over https://[x: the address is malformed" in log


async def test_discovery_adds_the_pages_of_the_sitemaps(api):
    api.site("a.example", {"index.html": page("one.html"), "one.html": page(), "two.html": page()})
    api.site("a.example", {"sitemap.xml": sitemap("/two.html", "/one.html"), "lost.html": page()})
    for source, expected in (("all", ["/", "/one.html", "/two.html"]), ("sitemaps", ["/two.html", "/one.html"])):
        found, _ = await crawled(api, parse_type="discover", discover_options={"source": source})
        assert sorted(found) == sorted(expected)
        await api.ok("DELETE", DOCS)


async def test_a_site_without_a_sitemap_gives_its_files_without_those_that_are_no_pages(api):
    api.site("a.example", {"index.html": page(), "b/index.html": page(), ".git/x": "x", ".hidden.html": page()})
    api.site("a.example", {"robots.txt": "User-agent: *\nAllow: /"})
    assert (await crawled(api))[0] == {"/": "completed", "/b/": "completed"}


async def test_pages_in_other_encodings_are_followed_and_found(api):
    body = '<meta charset="utf-16"><p>qwort Größe</p><a href="näxt.html">x</a>'
    api.site("a.example", {"index.html": body.encode("utf-16"), "näxt.html": page()})
    found, _ = await crawled(api, parse_type="discover")
    assert set(found.values()) == {"completed"}
    assert len(found) == 2

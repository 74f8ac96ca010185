"""Websites as folders: robots.txt, sitemaps, and following the links from page to page."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

from tui.emulator.folders import Found, address_of, files, inside, root_of
from tui.emulator.records import Instance
from tui.emulator.rules import AGENT, robots_of

MOST_PAGES = 100_000
_NOT_PAGES = {"robots.txt", "sitemap.xml"}


def pages(instance: Instance, data: Path) -> Iterator[Found]:
    """Return the pages of an instance's website; raises SourceError when there is no such site."""
    root = root_of(instance, data)
    crawler: dict[str, Any] = (instance.config.get("source_params") or {}).get("web_crawler") or {}
    limit = int((crawler.get("discover_options") or {}).get("limit", MOST_PAGES))
    robots = robots_of(root)
    below = urlsplit(address_of(instance)).path or "/"
    addresses = (url for url in _addresses(instance, root, crawler) if urlsplit(url).path.startswith(below))
    return (_page(root, url, robots, over=number > limit) for number, url in enumerate(addresses, 1))


def page_file(root: Path, url: str) -> Path | None:
    """Return the file behind a page address of the site in `root`, None when there is none."""
    address = urlsplit(url)
    return inside(root, unquote(address.path), pages=True) if address.hostname == root.name else None


def _addresses(instance: Instance, root: Path, crawler: dict[str, Any]) -> Iterable[str]:
    start = address_of(instance)
    if crawler.get("parse_type", "sitemap") == "discover":
        options = crawler.get("discover_options") or {}
        wanted = options.get("source", "all")
        listed = (_sitemap(root, start) or []) if wanted != "links" else []
        linked = _follow(root, start, int(options.get("depth", MOST_PAGES))) if wanted != "sitemaps" else []
        return dict.fromkeys([*linked, *listed])
    everything = _sitemap(root, start)
    return _every_page(root, start) if everything is None else everything


def _page(root: Path, url: str, robots: RobotFileParser, *, over: bool) -> Found:
    if over:
        return Found(url, 0, 0, None, "page_limit_reached")
    if not robots.can_fetch(AGENT, url):
        return Found(url, 0, 0, None, "blocked_by_robots_txt_path")
    path = page_file(root, url)
    if path is None:
        return Found(url, 0, 0, None, "crawl_got_http_error")
    info = path.stat()
    return Found(url, info.st_size, info.st_mtime_ns, path)


def _every_page(root: Path, start: str) -> Iterator[str]:
    """Return the addresses of all files: what a site without a sitemap is taken to have."""
    address = urlsplit(start)
    for key, _ in files(root):
        if key not in _NOT_PAGES:
            name = key.removesuffix("index.html") if PurePosixPath(key).name == "index.html" else key
            yield f"{address.scheme}://{address.netloc}/{quote(name)}"


def _sitemap(root: Path, start: str) -> list[str] | None:
    """Return the addresses of sitemap.xml on this host, None when there is no readable one."""
    try:
        tree = ElementTree.parse(root / "sitemap.xml")
    except (OSError, ElementTree.ParseError):
        return None
    places = (node.text.strip() for node in tree.iter() if node.tag.endswith("loc") and node.text)
    return sorted({place for place in places if urlsplit(place).netloc == urlsplit(start).netloc})


def _follow(root: Path, start: str, depth: int) -> list[str]:
    """Return the addresses reached from `start` within `depth` links, nearest first, on this host."""
    first = start if urlsplit(start).path else f"{start}/"
    reached = {first: 0}
    waiting = deque([first])
    while waiting and len(reached) <= MOST_PAGES:
        url = waiting.popleft()
        path = page_file(root, url)
        if path is None or reached[url] >= depth or path.suffix not in {".html", ".htm"}:
            continue
        for link in _links(path.read_text("utf-8", "replace")):
            target = urldefrag(urljoin(url, link)).url
            if urlsplit(target).netloc == urlsplit(start).netloc and target not in reached:
                reached[target] = reached[url] + 1
                waiting.append(target)
    return list(reached)


class _Anchors(HTMLParser):
    """Collects where the anchors of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the href of an anchor."""
        self.places += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _links(page: str) -> list[str]:
    anchors = _Anchors()
    anchors.feed(page)
    return anchors.places

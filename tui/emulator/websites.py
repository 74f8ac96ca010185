"""Websites as folders: robots.txt, sitemaps, and following the links from page to page."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from tui.emulator.documents.failures import LARGEST_FILE, IndexingError
from tui.emulator.documents.types import Kind, page_kind
from tui.emulator.folders import Found, Passed, address_of, files, inside, root_of
from tui.emulator.records import Instance
from tui.emulator.robots import Robots
from tui.emulator.sitemaps import is_map, listed

MOST_PAGES = 100_000
USUAL_DEPTH = 5
"""Hops from the source that links are followed unless the instance says otherwise."""
_PORTS = {"http": 80, "https": 443}
Read = Callable[[Kind, bytes, str | None], str]


class Site(NamedTuple):
    """One website: its folder, its address, what its robots.txt says, and how pages are read for their links."""

    root: Path
    start: str
    robots: Robots
    read: Read


def pages(instance: Instance, data: Path, read: Read) -> Iterator[Found | Passed]:
    """Return the pages of an instance's website; raises SourceError when there is no such site."""
    root = root_of(instance, data)
    crawler: dict[str, Any] = (instance.config.get("source_params") or {}).get("web_crawler") or {}
    site = Site(root, address_of(instance), Robots(root), read)
    if crawler.get("parse_type", "sitemap") == "discover":
        return _discovered(site, crawler.get("discover_options") or {})
    places = (crawler.get("parse_options") or {}).get("specific_sitemaps") or []
    return _each(site, _sitemap_pages(site, places), "blocked_by_robots_txt_path", MOST_PAGES)


def page_file(root: Path, url: str) -> Path | None:
    """Return the file behind a page address of the site in `root`, None when there is none."""
    try:
        address = urlsplit(url)
        host = address.hostname
    except ValueError:
        return None
    return inside(root, unquote(address.path), pages=True) if host == root.name else None


def is_address(key: str) -> bool:
    """Tell whether `key` can be taken apart as an address with a host."""
    try:
        address = urlsplit(key)
        return bool(address.hostname) and address.scheme in _PORTS and (address.port or 1) > 0
    except ValueError:
        return False


def _discovered(site: Site, options: dict[str, Any]) -> Iterator[Found | Passed]:
    wanted = options.get("source", "all")
    found: list[str | Passed] = []
    if wanted != "sitemaps":
        found += _follow(site, int(options.get("depth", USUAL_DEPTH)))
    if wanted != "links":
        found += listed(site.root, site.start, _usual_maps(site)) or []
    return _each(site, found, "blocked_by_robots_txt", int(options.get("limit", MOST_PAGES)))


def _usual_maps(site: Site) -> list[str]:
    return site.robots.sitemaps or ["/sitemap.xml"]


def _sitemap_pages(site: Site, specific: list[str]) -> Iterable[str | Passed]:
    """Return what the chosen sitemaps list, else those of robots.txt, else /sitemap.xml; else every file."""
    found = listed(site.root, site.start, specific or _usual_maps(site))
    if found is None and specific:
        return [Passed(place, "there is no such sitemap") for place in specific]
    if found is None and site.robots.sitemaps:
        found = listed(site.root, site.start, ["/sitemap.xml"])
    return _every_page(site) if found is None else found


def _every_page(site: Site) -> Iterator[str | Passed]:
    """Return the addresses of all files: what a site without a sitemap is taken to have."""
    for found in files(site.root):
        if isinstance(found, Passed):
            yield found
            continue
        key = found[0]
        if key != "robots.txt" and not is_map(PurePosixPath(key).name) and "/." not in f"/{key}":
            name = key.removesuffix("index.html") if PurePosixPath(key).name == "index.html" else key
            yield urljoin(site.start, f"/{quote(name)}")


def _each(site: Site, found: Iterable[str | Passed], blocked: str, limit: int) -> Iterator[Found | Passed]:
    """Return the page behind each address, each once; one that cannot be had says why."""
    below = urlsplit(site.start).path or "/"
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Passed):
            yield one
            continue
        judged = _judged(site.start, one)
        if isinstance(judged, Found):
            yield judged
        elif judged is None:
            yield Passed(one, f"it is not on {urlsplit(site.start).hostname}")
        elif judged not in seen and (urlsplit(judged).path or "/").startswith(below):
            seen.add(judged)
            yield _page(site, judged, blocked, over=len(seen) > limit)


def _judged(start: str, place: str) -> str | Found | None:
    """Return an address of this host in its plain form, None for one elsewhere, or what is wrong with it."""
    try:
        address = urlsplit(place)
        port, host = address.port, address.hostname
    except ValueError:
        return Found(place, 0, 0, None, "invalid_url")
    if address.scheme in _PORTS and not host:
        return Found(place, 0, 0, None, "invalid_url")
    own = urlsplit(start)
    if address.scheme not in _PORTS or host != own.hostname:
        return None
    if _port(address.scheme, port) != _port(own.scheme, own.port):
        return None
    netloc = host if port in {None, _PORTS[address.scheme]} else f"{host}:{port}"
    return address._replace(netloc=netloc or "", fragment="").geturl()


def _port(scheme: str, port: int | None) -> int | None:
    """Return the port of an address; the two schemes of the web are one site."""
    return None if port in {None, _PORTS.get(scheme)} else port


def _page(site: Site, url: str, blocked: str, *, over: bool) -> Found:
    if over:
        return Found(url, 0, 0, None, "page_limit_reached")
    if not site.robots.allows(url):
        return Found(url, 0, 0, None, blocked)
    path = page_file(site.root, url)
    try:
        info = None if path is None else path.stat()
    except OSError:  # it went at this moment
        info = None
    if info is None:
        return Found(url, 0, 0, None, "crawl_got_http_error")
    return Found(url, info.st_size, info.st_mtime_ns, path)


def _follow(site: Site, depth: int) -> list[str | Passed]:
    """Return the addresses reached from the source within `depth` links, nearest first, on this host."""
    first = _judged(site.start, site.start if urlsplit(site.start).path else f"{site.start}/")
    if not isinstance(first, str):
        return [site.start]
    reached: dict[str, int] = {first: 0}
    passed: list[str | Passed] = []
    waiting = deque([first])
    while waiting and len(reached) <= MOST_PAGES:
        url = waiting.popleft()
        if reached[url] >= depth or not site.robots.allows(url):
            continue
        try:
            links = _links(site, url)
        except IndexingError as failure:
            passed.append(Passed(url, f"its links cannot be read: {failure.detail or failure.slug}"))
            continue
        for link in links:
            target = _judged(site.start, link)
            if isinstance(target, Found):
                passed.append(Passed(link, "the address is malformed"))
            elif target is not None and target not in reached:
                reached[target] = reached[url] + 1
                waiting.append(target)
    return [*reached, *passed]


def _links(site: Site, url: str) -> list[str]:
    """Return where the links of a page lead; raises IndexingError."""
    path = page_file(site.root, url)
    try:
        if path is None or page_kind(path.name) != "page" or path.stat().st_size > LARGEST_FILE:
            return []
        base, *links = site.read("links", path.read_bytes(), None).split("\n")
    except OSError:
        return []
    base = _joined(url, base) if base else url
    return [urldefrag(_joined(base, link)).url if "[" not in link else link for link in links]


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return link

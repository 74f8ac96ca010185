"""The pages that a website's sitemap names: what an instance that crawls it should hold."""

from __future__ import annotations

from urllib.parse import urlsplit

from tui.contract import OpenPages
from tui.errors import UsageError
from tui.models import Instance
from tui.service.lab.listings import Listed, read_sitemap
from tui.text import safe

MOST_SITEMAPS = 500


def host_of(one: Instance) -> str:
    """The host of the website that an instance crawls; empty when it crawls none."""
    return _host(one.source or "")


def is_address(text: str) -> bool:
    """Whether a text is an address, and not the path of a file."""
    return text.lower().startswith(("https://", "http://"))


async def of_sitemap(one: Instance, address: str, open_pages: OpenPages) -> tuple[Listed, ...]:
    """The pages of a sitemap of the instance's own site, indexes on the same host followed.

    Raises UsageError for another host and for a sitemap without pages, and what reading a page raises.
    """
    host = host_of(one)
    if not host or _host(address) != host:
        detail = f"{one.key} crawls {host}." if host else f"{one.key} crawls no website."
        raise UsageError("Not this instance's website", detail, "Save the sitemap in a file and give that.")
    pages: dict[str, Listed] = {}
    waiting, seen = [address], {address}
    async with open_pages() as web:
        while waiting:
            found, more = read_sitemap(await web.text(waiting.pop(0)))
            pages.update({page.key: page for page in found})
            fresh = [url for url in more if url not in seen and _host(url) == host]
            if len(seen) + len(fresh) > MOST_SITEMAPS:
                raise UsageError("Too many sitemaps", f"The index names more than {MOST_SITEMAPS}.")
            seen.update(fresh)
            waiting += fresh
    if not pages:
        raise UsageError("The sitemap is empty", f"{safe(address)} names no page.")
    return tuple(pages.values())


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""

"""What the robots.txt of a site allows the crawler and which sitemaps it names, by RFC 9309."""

from __future__ import annotations

from pathlib import Path

from protego import Protego

AGENT = "Cloudflare-AI-Search"
LONGEST = 500 * 1024
"""Bytes that are read of a robots.txt: as many as the RFC asks for."""


class Robots:
    """The rules of the site in one folder; everything is allowed when it has none."""

    def __init__(self, root: Path) -> None:
        """Read `root`/robots.txt."""
        try:
            with (root / "robots.txt").open("rb") as file:
                content = file.read(LONGEST)
        except OSError:
            content = b""
        self._rules = Protego.parse(content.decode("utf-8-sig", "replace"))
        self.sitemaps = list(dict.fromkeys(str(address).strip() for address in self._rules.sitemaps))

    def allows(self, address: str) -> bool:
        """Tell whether the crawler may read `address` (a whole address or its path)."""
        try:
            return bool(self._rules.can_fetch(address, AGENT))
        except ValueError:  # an address that cannot be taken apart is not fetched anyway
            return True

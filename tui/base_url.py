"""Where requests may go: the rules of the base URL, for the configuration and for the wire."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from tui.errors import UsageError

DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4"


def checked_base_url(url: str) -> str:
    """`url` without a trailing slash. Raises UsageError unless it is https, or plain http to this machine.

    The token goes wherever this points, so user names, queries and fragments are refused as well.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    unusable = "@" in parts.netloc or parts.query or parts.fragment or port == 0 or not url.isprintable()
    if not host or unusable or parts.scheme not in ("https", "http"):
        raise UsageError("Not a base URL", f"{url!a} is not an address of an API.", f"Use one like {DEFAULT_BASE_URL}.")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(
            "Plain http refused",
            f"The token would cross the network to {host} unencrypted.",
            "Use https. Plain http is for this machine (127.0.0.1) only.",
        )
    return url.strip().rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine. Of names only `localhost` is believed: others can be made to lead anywhere."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"

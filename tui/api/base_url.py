"""Where requests may go and whom they trust: the base URL's rules and the TLS context. No httpx."""

from __future__ import annotations

import ipaddress
import os
import ssl
from urllib.parse import urlsplit

from tui.errors import UsageError

DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4"


def checked_base_url(url: str) -> str:
    """`url` without a trailing slash. Raises UsageError unless it is https, or plain http to this machine.

    The token goes wherever this points, so user names, queries and fragments are refused as well.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in ("https", "http") or "@" in parts.netloc or parts.query or parts.fragment:
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


def tls_context() -> ssl.SSLContext:
    """Trust of the system and of certifi; SSL_CERT_FILE or SSL_CERT_DIR, where set, instead of both.

    Takes some 30 ms of reading and parsing: not for the event loop. Raises UsageError for an unusable SSL_CERT_FILE.
    """
    file, folder = os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None
    try:
        context = ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:
        raise UsageError(
            "Certificates cannot be read",
            f"SSL_CERT_FILE={file or ''} SSL_CERT_DIR={folder or ''}: {error.strerror or 'not certificates'}.",
            "Correct or unset the variable.",
        ) from None
    if not file and not folder:
        import certifi  # a slim container has no system store

        context.load_verify_locations(certifi.where())
    return context

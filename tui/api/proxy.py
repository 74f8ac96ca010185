"""Which proxy of the environment stands between us and the API. Pure, but for reading the variables."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Mapping

import httpx

from tui.errors import UsageError

SCHEMES = ("http", "https")
"""What a proxy can be spoken to with; socks5 too where its package is installed."""


def proxy_for(base_url: str, environ: Mapping[str, str] | None = None) -> str | None:
    """The proxy for requests to `base_url`; None without one, and for plain http, which goes to loopback only.

    An entry of NO_PROXY that is no host name, such as a network, matches nothing and does no harm.
    """
    url = httpx.URL(base_url)
    if url.scheme != "https":
        return None
    known = urllib.request.getproxies_environment() if environ is None else _proxies(environ)
    if urllib.request.proxy_bypass_environment(url.host, known):  # type: ignore[attr-defined]
        return None
    found = known.get("https") or known.get("all")
    return found if not found or "://" in found else f"http://{found}"


def checked_proxy(proxy: str | None) -> httpx.Proxy | None:
    """The proxy as httpx takes it. Raises UsageError that names the variable; its user and password are not shown."""
    if proxy is None:
        return None
    try:
        made = httpx.Proxy(proxy)
        if made.url.scheme not in SCHEMES:
            import socksio  # type: ignore[import-not-found,unused-ignore] # noqa: F401
        return made
    except ImportError:
        why = "SOCKS proxies need the package socksio, which is not installed"
    except (ValueError, httpx.InvalidURL):
        why = "it is not the address of an http:// or https:// proxy"
    scheme = proxy.partition("://")[0][:12]
    raise UsageError(
        "The proxy cannot be used",
        f"{variable_of(proxy)} begins with {scheme}://: {why}. Nothing was sent.",
        "Set it to an http:// proxy, unset it, or list the API's host in NO_PROXY.",
    ) from None


def variable_of(proxy: str, environ: Mapping[str, str] | None = None) -> str:
    """The variable that a proxy comes from."""
    names = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    given = os.environ if environ is None else environ
    return next((name for name in names if given.get(name, "").rpartition("://")[2] == proxy.rpartition("://")[2]), "")


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """As `urllib.request.getproxies_environment`: the lower case goes before the upper case."""
    found: dict[str, str] = {}
    for name, value in sorted(environ.items(), key=lambda one: one[0].islower()):
        if name.lower().endswith("_proxy") and value:
            found[name.lower().removesuffix("_proxy")] = value
    return found

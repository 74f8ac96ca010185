"""Who may speak to a served emulator: programs on this machine, and no page in the operator's browser.

A page can make the browser send requests to 127.0.0.1, and by a host name that it points there (DNS rebinding) it can
even read the replies. Browsers name the page (Origin, Sec-Fetch-Site) and the host name that was asked for (Host);
programs send neither of the first two. No reply ever carries a CORS header.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

from tui.emulator.errors import ApiError

OF_A_PAGE = ("origin", "sec-fetch-site")


class Doorway:
    """The check of a request's Host, Origin and Sec-Fetch-Site."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Accept addresses and localhost, and the host `names` besides."""
        self._names = {name.lower().rstrip(".") for name in names}

    def check(self, headers: Mapping[str, str]) -> None:
        """Raise 403/10000 for a request out of a web page, 421/10000 for one to a foreign host name."""
        origin = headers.get("origin")
        # "none" is what a browser says of an address that the person typed.
        if origin is not None or headers.get("sec-fetch-site", "none") != "none":
            raise ApiError(403, 10000, "Requests of web pages are refused: this API has no CORS")
        host = headers.get("host", "")
        if not self._knows(host):
            raise ApiError(421, 10000, f"The host name {host[:80]!r} is not served here; --allow-host NAME permits it")

    def _knows(self, host: str) -> bool:
        name = host_name(host)
        if name is None:
            return False
        if name == "localhost" or name.endswith(".localhost") or name in self._names:
            return True
        try:  # an address cannot be pointed elsewhere, as a name can
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def host_name(host: str) -> str | None:
    """Return the name or address in a Host header, in lower case; None when it is malformed."""
    if host.startswith("["):
        name, end, port = host[1:].partition("]")
        port = port.removeprefix(":") if end and port[:1] in {"", ":"} else "x"
    else:
        name, _, port = host.partition(":")
    if not name or (port and not (port.isascii() and port.isdigit())):
        return None
    return name.lower().rstrip(".")

"""A request as a curl command that anybody can run: the token stays a variable of the shell. Pure."""

from __future__ import annotations

from shlex import quote

from tui.contract import Exchange
from tui.secret import MASK

VARIABLE = "CLOUDFLARE_API_TOKEN"
_CUT = "…"
_FILE = "[file "


def url(base_url: str, path: str, query: str = "") -> str:
    """The address of a path below the base URL."""
    return f"{base_url.rstrip('/')}{path}" + (f"?{query}" if query else "")


def curl(exchange: Exchange, base_url: str) -> str:
    """The command that sends this request again; what the request log left out is said in a comment above it."""
    address = url(base_url, exchange.path, exchange.query)
    parts = [
        f"curl --silent --show-error --request {quote(exchange.method)} {quote(address)}",
        f'--header "Authorization: Bearer ${VARIABLE}"',
        *_body(exchange.body),
    ]
    return "".join(f"# {note}\n" for note in _missing(exchange.body)) + " \\\n  ".join(parts)


def _body(body: str) -> list[str]:
    if not body:
        return []
    if body.startswith(_FILE):
        name = body.removeprefix(_FILE).rpartition(", ")[0]
        return [f"--form {quote(f'file=@{name}')}"]
    return ["--header 'Content-Type: application/json'", f"--data-raw {quote(body)}"]


def _missing(body: str) -> list[str]:
    """What the log does not have of this body: secrets, and the rest of a long one."""
    notes = [f"Secrets are masked: put them back where {MASK} stands."] if MASK in body else []
    return [*notes, "The body is cut: the request log keeps only its beginning."] if body.endswith(_CUT) else notes


def curl_get(base_url: str, path: str) -> str:
    """The command that reads a path."""
    return curl(Exchange(0.0, "GET", path), base_url)

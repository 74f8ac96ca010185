"""A server that means harm: the emulator, with something evil in every string of every reply."""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from typing import Any
from urllib.parse import quote, unquote

Scope, Receive, Send = Any, Any, Any
MARK = "~H"
"""Begins what was added to a string: cut off again where an id comes back in a path."""
PAYLOADS = (
    "\x1b[31;5mHOSTILE",
    "\x1b]52;c;SE9TVElMRQ==\x07",
    "\x1b]0;HOSTILE\x07\x1b]2;HOSTILE\x1b\\",
    "\x1bP+q544e\x1b\\\x1b_HOSTILE\x1b\\\x1b^HOSTILE\x1b\\",
    "\x9b31;5m\x9d52;c;SE9TVElMRQ==\x9c",
    "[bold red]HOSTILE[/] [/accounts/x] [@click=app.quit]x[/] [INFO]",
    "\u202eELITSOH\u2066\u2069\u061c",
    "a\u200bb\u200d\ufeff\u00ad\u2060c",
    "e" + "\u0301" * 200,
    "\x00\x07\x08\x0e\x05\x7f",
    "one\r\ntwo\n\tthree\x0b\x0c\x85\u2028\u2029four",
    "\x1bc\x1b[2J\x1b[?1049l\x1b[6n\x1b[c\x1b#8",
    "\ud800\udfff\U000e0041\U000e007f\ufff9",
    "漢字🧑\u200d🚀%s{0}$(reboot)`id`",
)
WORDS = ("status", "created_at", "modified_at", "started_at", "ended_at", "last_seen_at", "last_activity", "type")
"""Fields that a program reads, not a person; spared by the milder server, so that the screen has its usual shape."""
LONG = "A\x1b[31;5m" * 125_000


def spoil(value: Any, mild: bool, name: str = "") -> Any:
    """`value` with a payload behind every string, the same for the same string; and one more evil field a record."""
    if isinstance(value, str):
        if mild and name in WORDS:
            return value
        number = zlib.crc32(value.encode("utf-8", "replace"))
        if name in ("message", "description") and number % 5 == 0:
            return f"{value}{MARK}{LONG}"
        return f"{value}{MARK}{PAYLOADS[number % len(PAYLOADS)]}"
    if isinstance(value, list):
        return [spoil(entry, mild, name) for entry in value]
    if isinstance(value, dict):
        spoiled = {key: spoil(entry, mild, key) for key, entry in value.items()}
        return spoiled | {"\x1b]52;c;SE9T\x07key[/b]": PAYLOADS[len(value) % len(PAYLOADS)]}
    return value


class Hostile:
    """An ASGI layer around the emulator."""

    def __init__(self, inner: Any, *, mild: bool) -> None:
        self._inner = inner
        self._mild = mild

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with clean ids, and its reply back spoiled."""
        parts = [unquote(part).partition(MARK)[0] for part in scope["raw_path"].decode().split("/")]
        query = re.sub(rf"{quote(MARK)}[^&]*", "", scope["query_string"].decode())
        scope = {**scope, "path": "/".join(parts), "query_string": query.encode()}
        start: dict[str, Any] = {}
        body = bytearray()

        async def collect(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await self._reply(start, bytes(body), send)

        await self._inner(scope, receive, collect)

    async def _reply(self, start: dict[str, Any], body: bytes, send: Send) -> None:
        kind = dict(start["headers"]).get(b"content-type", b"")
        if kind.startswith(b"application/json"):
            evil = spoil(json.loads(body), self._mild)
            evil["success"] = json.loads(body).get("success")
            body = json.dumps(evil).encode()
        elif kind.startswith(b"text/event-stream"):
            body = b"\n".join(self._spoiled_line(line) for line in body.split(b"\n"))
        headers = [(n, v) for n, v in start["headers"] if n not in (b"content-length", b"cf-ray")]
        headers += [(b"content-length", str(len(body)).encode()), (b"cf-ray", b"9a\x9b31;5m\x9d0;HOSTILE\x9c")]
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _spoiled_line(self, line: bytes) -> bytes:
        """One line of a streamed answer, where it carries JSON."""
        name, _, data = line.partition(b": ")
        if name != b"data" or not data.startswith((b"{", b"[{")):
            return line
        return b"data: " + json.dumps(spoil(json.loads(data), self._mild)).encode()


_ESCAPE = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<params>[\d;:]*)(?P<inter>[ -/]*)(?P<final>[@-~])"
    r"|\x1b(?P<string>[\]PX^_])(?P<number>\d*)[^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b(?P<other>[ -/]*[0-~])"
)
_UNSEEN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


OURS = {
    ("CSI", "", "", "", "H"),
    ("CSI", "", "", "", "t"),
    ("CSI", "", "", "", "r"),
    ("CSI", "<", "", "", "u"),
    ("CSI", ">", "", "", "u"),
    ("CSI", "?", "", "$", "p"),
    *(
        ("CSI", "?", mode, "", end)
        for mode in ("7", "25", "1000", "1003", "1004", "1006", "1015", "1049", "2004")
        for end in "hl"
    ),
    *(("SGR", code) for code in ("0", "1", "2", "3", "4", "7", "9", "38", "48")),
    ("ESC", "]", "2", ""),
    ("ESC", "]", "22", ""),
    ("ESC", "", "", "M"),
}
"""All that the console tells a terminal when nobody is evil: cursor, colours, modes, title, pointer."""


def deeds(output: bytes) -> set[tuple[str, ...]]:
    """What a terminal is told to do, by kind, and every character that shows nothing: what a clean run does is fine."""
    text = output.decode("utf-8", "replace")
    found: set[tuple[str, ...]] = set()
    for match in _ESCAPE.finditer(text):
        if match["final"] == "m":
            found |= {("SGR", code) for code in attributes(match["params"])}
        elif match["final"]:
            told = match["params"] if match["final"] in "Jhlncq" else ""
            found.add(("CSI", match["private"], told, match["inter"], match["final"]))
        else:
            found.add(("ESC", match["string"] or "", match["number"] or "", match["other"] or ""))
    rest = _ESCAPE.sub("", text)
    found |= {("char", f"{ord(char):04x}") for char in _UNSEEN.findall(rest)}
    run = 0
    for char in rest:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > 3:
            found.add(("flood",))
    return found


def attributes(params: str) -> set[str]:
    """Codes of an SGR sequence without the arguments of its colours."""
    codes, left = set(), iter(params.split(";"))
    for code in left:
        codes.add(code)
        if code in ("38", "48"):
            for _ in range(1 if next(left, "") == "5" else 3):
                next(left, "")
    return codes

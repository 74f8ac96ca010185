"""A server whose world is made up while it answers: thousands of instances, logs of a million lines, nothing stored.

A process of its own on loopback, so that its time is not the console's. It answers what the console, wrangler and the
SDK read, and takes wishes on `/bench`: lines to append, a rate of lines, the end of the job. What an instance is like
stands in its id, so that one server has every kind:

    live       a job that runs; its log grows as wished                          (--live)
    long-...   a job that has ended, so many lines; `oldest` or `newest` first, `total` or `bare` of it  (--long)
    plain-...  a job that has ended, with 40 lines
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "bench-token"
PREFIX = "/client/v4"
LONG = ("long-newest-bare", "long-newest-total", "long-oldest-bare", "long-oldest-total")
SHORT_LOG = 40
HOUR = 3600.0
_INSTANCE = re.compile(r"/ai-search/(?:namespaces/[^/]+/)?instances(?:/(?P<id>[^/]+)(?P<rest>/.*)?)?$")


def line_text(number: int) -> str:
    """What line `number` (from 1) says; every 50th is an error."""
    if number % 50 == 0:
        return f"guides/page-{number:07}.pdf failed: invalid_pdf"
    return f"indexed guides/page-{number:07}.md (18 chunks)"


def long_length(name: str, lines: int) -> int:
    """Lines of a long log: no two are of the same length, so that their ends can be told apart."""
    return lines + LONG.index(name)


def instance_of(name: str, now: float) -> dict[str, Any]:
    """An instance as the list shows it."""
    old = _iso(now - 5.5 * HOUR)  # in the middle of an hour: no age changes while a screen is watched
    return {
        **{"id": name, "namespace": "default", "type": "r2", "source": "bench", "enable": True, "paused": False},
        **{"status": "indexing" if name == "live" else "ready", "created_at": old, "modified_at": old},
        **{"last_activity": old, "sync_interval": 86400, "embedding_model": "@cf/qwen/qwen3-embedding-0.6b"},
        **{"ai_search_model": "", "rewrite_model": "", "reranking": False, "reranking_model": "", "chunk": True},
        **{"chunk_size": 256, "chunk_overlap": 10, "index_method": {"vector": True, "keyword": True}},
        **{"hybrid_search_enabled": True, "max_num_results": 10, "score_threshold": 0.4, "cache": True},
        **{"cache_threshold": "close_enough", "custom_metadata": [], "fusion_method": "rrf", "token_id": "bench"},
        **{"summarization": False, "system_prompt_ai_search": None, "public_endpoint_params": None},
    }


class Growth:
    """How many lines the live log has: a base, and a rate since some moment."""

    def __init__(self, lines: int) -> None:
        self.base = lines
        self.rate = 0.0
        self.limit = 0
        self.since = time.monotonic()
        self.ended = False

    def length(self) -> int:
        """Lines by now."""
        grown = int((time.monotonic() - self.since) * self.rate)
        return self.base + (min(grown, self.limit) if self.limit else grown)

    def wish(self, append: int = 0, rate: float | None = None, limit: int = 0, end: bool = False) -> dict[str, Any]:
        """Append lines at once, or `rate` lines a second from now on, `limit` of them at most; answers what is so."""
        self.base, self.since = self.length() + append, time.monotonic()
        if rate is not None:
            self.rate, self.limit = rate, limit
        self.ended = self.ended or end
        return {"length": self.base, "since": self.since, "rate": self.rate}


class World:
    """What there is to read, and who asked for it when."""

    def __init__(self, instances: int, live: int, long: int) -> None:
        self.born = time.time()
        self.growth = Growth(live)
        self.long = long
        names = (["live"] if live else []) + (list(LONG) if long else [])
        names += [f"plain-{number:05}" for number in range(instances - len(names))]
        self.names = names
        self.rows = [json.dumps(instance_of(name, self.born)) for name in names]
        self.asked: list[tuple[float, float, str]] = []
        """Moment (monotonic) and seconds that each answer took, and its path."""

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> str:
        """The reply to one request, as JSON. Raises LookupError for what is not there."""
        if path == "/bench":
            return json.dumps(self.growth.wish(**json.loads(body)) if method == "POST" else {"asked": self.asked})
        if found := _INSTANCE.search(path):
            name, rest = found["id"], found["rest"] or ""
            return self._instance(name, rest, query) if name else self._list(self.rows, query)
        if path.endswith("/ai-search/namespaces") or path.endswith("/ai-search/tokens"):
            return self._list([], query)
        if path.endswith("/accounts"):
            return self._list([json.dumps({"id": ACCOUNT, "name": "Bench"})], query)
        if path.endswith("/tokens/verify"):
            return _one({"id": "bench", "status": "active"})
        if "/ai-search/namespaces/" in path:
            return _one({"name": path.rpartition("/")[2], "created_at": None})
        raise LookupError(path)

    def _instance(self, name: str, rest: str, query: dict[str, str]) -> str:
        if not rest:
            return _one(instance_of(name, self.born))
        if rest == "/stats":
            return _one(self._stats(name))
        if rest == "/jobs":
            return self._list([json.dumps(self._job(name))], query)
        if rest.endswith("/logs"):
            return self._log(name, query)
        return _one(self._job(name))

    def _stats(self, name: str) -> dict[str, Any]:
        queued = 20 if name == "live" and not self.growth.ended else 0
        counts = {"queued": queued, "running": 0, "completed": 310, "error": 0, "skipped": 2, "outdated": 0}
        return {**counts, "last_activity": _iso(self.born - 5.5 * HOUR), "file_embed_errors": {}}

    def _job(self, name: str) -> dict[str, Any]:
        start, end = self.born - 6.5 * HOUR, self.born - 5.5 * HOUR
        runs = name == "live" and not self.growth.ended
        seen = time.time() if runs else end
        times = {"started_at": _iso(start), "last_seen_at": _iso(seen), "ended_at": None if runs else _iso(end)}
        ended = None if runs else "completed"
        return {"id": f"job-of-{name}", "source": "user", "description": None, "end_reason": ended, **times}

    def _log(self, name: str, query: dict[str, str]) -> str:
        length = self.growth.length() if name == "live" else long_length(name, self.long) if name in LONG else SHORT_LOG
        page, size = _paging(query)
        first, last = (page - 1) * size, min(page * size, length)
        numbers: Iterable[int] = range(first + 1, last + 1)
        if "oldest" not in name:
            numbers = (length - place for place in range(first, last))
        began = int(self.born - 6.5 * HOUR)
        lines = [
            f'{{"id":{n},"created_at":{began + n // 200},"message":"{line_text(n)}","message_type":{int(n % 50 == 0)}}}'
            for n in numbers
        ]
        return _page(lines, page, size, None if name.endswith("bare") else length)

    def _list(self, rows: list[str], query: dict[str, str]) -> str:
        page, size = _paging(query)
        return _page(rows[(page - 1) * size : page * size], page, size, len(rows))


def _paging(query: dict[str, str]) -> tuple[int, int]:
    return int(query.get("page", 1)), int(query.get("per_page", 20))


def _page(rows: list[str], page: int, size: int, total: int | None) -> str:
    info: dict[str, int] = {"page": page, "per_page": size, "count": len(rows)}
    info |= {} if total is None else {"total_count": total}
    return f'{{"success":true,"result":[{",".join(rows)}],"result_info":{json.dumps(info)}}}'


def _one(value: dict[str, Any]) -> str:
    return json.dumps({"success": True, "result": value})


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


class Server:
    """The ASGI application."""

    HEADERS = [
        (b"content-type", b"application/json"),
        (b"ratelimit", b'"default";r=999000;t=300'),
        (b"ratelimit-policy", b'"default";q=1000000;w=300'),
    ]

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        began = time.monotonic()
        body = (await receive()).get("body", b"")
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        path, status = scope["path"], 200
        try:
            reply = self.world.answer(scope["method"], path, query, body)
        except LookupError:
            reply, status = '{"success":false,"errors":[{"code":7003,"message":"no such route"}],"result":{}}', 404
        await send({"type": "http.response.start", "status": status, "headers": self._headers(reply)})
        await send({"type": "http.response.body", "body": reply.encode()})
        if path != "/bench":
            self.world.asked.append((began, time.monotonic() - began, path.removeprefix(PREFIX)))

    def _headers(self, reply: str) -> list[tuple[bytes, bytes]]:
        return [*self.HEADERS, (b"content-length", str(len(reply.encode())).encode())]


def main() -> None:
    """Serve until stdin ends; the first line on stdout is the base URL."""
    import uvicorn

    parser = argparse.ArgumentParser()
    parser.add_argument("--instances", type=int, default=200)
    parser.add_argument("--live", type=int, default=0, help="lines of the live log at first; 0: no such instance")
    parser.add_argument("--long", type=int, default=0, help="lines of the long logs; 0: no such instances")
    options = parser.parse_args()
    application = Server(World(options.instances, options.live, options.long))
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", access_log=False, lifespan="off"))

    def stop_with_stdin() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=stop_with_stdin, daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}{PREFIX}", flush=True)
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()

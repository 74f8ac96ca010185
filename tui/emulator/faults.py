"""Faults on demand, to see what a client makes of them. They come from a file, never from a request.

The file is JSON and is read again whenever it changes::

    {"seed": 1, "faults": [
      {"operation": "get_job_logs", "kind": "latency", "seconds": 2, "share": 0.3},
      {"operation": "create_job", "kind": "reset", "times": 1},
      {"operation": "*", "kind": "status", "status": 503, "code": 7017, "message": "unable_to_connect_to_ai_search"}]}

`operation` is a name of the route table or `*`, `share` the part of its calls (default: all), `times` how often
at most. A status or html fault comes instead of the work; the others come after it, so that a client cannot
know the outcome of a write, unless `before` says otherwise.
"""

from __future__ import annotations

import asyncio
import logging
import random
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send

from tui.emulator.bounds import drop
from tui.emulator.errors import ApiError
from tui.emulator.web import refusal

WIRE = "emulator.wire"
HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
log = logging.getLogger(__name__)


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """One rule of a fault file."""

    kind: Literal["latency", "status", "html", "truncate", "reset", "hang"]
    operation: str = "*"
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    times: int | None = None
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    code: int = 7017
    message: str = "unable_to_connect_to_ai_search"
    retry_after: int | None = None
    before: bool | None = None

    @property
    def instead(self) -> bool:
        """Whether the work of the request is not done."""
        return self.kind in {"status", "html"} if self.before is None else self.before


class FaultFile(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    faults: list[Fault] = []
    seed: int = 0


class Faults:
    """Chooses the fault of a request, if it gets one."""

    def __init__(self, path: Path | None) -> None:
        """Read rules from `path` whenever it changes; None: no faults."""
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._rules: list[Fault] = []
        self._left: list[float] = []
        self._random = random.Random(0)

    def pick(self, operation: str) -> Fault | None:
        """Return the first rule that strikes a call of `operation`."""
        self._refresh()
        for number, fault in enumerate(self._rules):
            if fault.operation in {"*", operation} and self._left[number] > 0 and self._random.random() < fault.share:
                self._left[number] -= 1
                return fault
        return None

    def _refresh(self) -> None:
        if self._path is None:
            return
        try:
            info = self._path.stat()
            stamp = (info.st_mtime_ns, info.st_size)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            found = msgspec.json.decode(self._path.read_bytes(), type=FaultFile)
        except FileNotFoundError:
            found = FaultFile()
        except (OSError, msgspec.MsgspecError) as error:
            log.error("fault file %s ignored: %s", self._path, error)
            found = FaultFile()
        self._rules = found.faults
        self._left = [float("inf") if fault.times is None else float(fault.times) for fault in found.faults]
        self._random = random.Random(found.seed)


async def deliver(fault: Fault | None, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send `response`, spoiled as `fault` says."""
    if fault is None:
        await response(scope, receive, send)
    elif fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
        await response(scope, receive, send)
    elif fault.kind == "status":
        await _status(fault)(scope, receive, send)
    elif fault.kind == "html":
        await HTMLResponse(HTML.format(f"{fault.status} from the edge"), fault.status)(scope, receive, send)
    elif fault.kind == "hang":
        await _wait_for_disconnect(receive)
    elif fault.kind == "reset":
        _abort(scope)
    else:
        await response(scope, receive, _truncating(scope, send))


def _status(fault: Fault) -> Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    reply = refusal(ApiError(fault.status, fault.code, fault.message, headers))
    return Response(msgspec.json.encode(reply.payload), reply.status, dict(reply.headers), "application/json")


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _truncating(scope: Scope, send: Send) -> Send:
    """Return a `send` that passes on half of the first piece of the body and then drops the connection."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            half = message.get("body", b"")[: len(message.get("body", b"")) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            _abort(scope, gently=True)
        else:
            await send(message)

    return cut


def _abort(scope: Scope, *, gently: bool = False) -> None:
    """Drop the connection under the server; ConnectionResetError where there is none (in process)."""
    if not drop(scope[WIRE], gently=gently):
        raise ConnectionResetError("the emulator dropped this connection on demand")

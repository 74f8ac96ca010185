"""What a handler gets and gives: a call with its checked parts, and a reply in the v4 envelope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tui.emulator.config import EmulatorConfig
from tui.emulator.errors import ApiError
from tui.emulator.namespaces import DEFAULT
from tui.emulator.records import Instance
from tui.emulator.world import World

LONGEST_ID = 32
"""Characters of an instance's id, in a path as well (api-facts: Instances)."""
DEFAULT_PER_PAGE = 20
LARGEST_NUMBER = 10**9
SHOWN_BYTES = 4096
_WHOLE = re.compile(r"-?[0-9]{1,40}")


class Received(NamedTuple):
    """One request as the server saw it; `body` is parsed JSON, form fields, raw bytes or None."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    filename: str
    content_type: str
    content: bytes

    def shortened(self) -> Upload:
        """Return it with the first `SHOWN_BYTES` of its content: what is remembered must stay small."""
        return replace(self, content=self.content[:SHOWN_BYTES])


class Page(NamedTuple):
    """A page of a list: `number` from 1, `size` in entries."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """The index of its first entry."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer: `payload` is sent as JSON, `raw` as bytes, `events` as a stream of server-sent events."""

    payload: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    events: Iterable[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one operation; `now` is the time of the world at this moment."""

    world: World
    account: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    now: float

    @property
    def config(self) -> EmulatorConfig:
        """The settings of the emulator."""
        return self.world.config

    @property
    def namespace(self) -> str:
        """The namespace of the path; the flat path means `default` (api-facts: Routes). 404/7063 if unknown."""
        name = self.params.get("name", DEFAULT)
        self.world.namespaces.require(name)
        return name

    def instance(self) -> Instance:
        """Return the instance of the path; 404/7002 when there is none, 400/7001 for an id that none can have."""
        if len(self.params["id"]) > LONGEST_ID:
            raise ApiError.invalid(f"id: must have at most {LONGEST_ID} characters")
        return self.world.instances.get(self.namespace, self.params["id"])

    def number(self, name: str, default: int, *, least: int = 1, most: int | None = None) -> int:
        """Return a whole number of the query; 400/7001 when it is none or out of range."""
        text = self.query.get(name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text):
            raise ApiError.invalid(f"{name}: expected a whole number, got `{text[:40]}`")
        value, most = int(text), LARGEST_NUMBER if most is None else most
        if not least <= value <= most:
            raise ApiError.invalid(f"{name}: must be {least} or more and at most {most}")
        return value

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """Return a word of the query, None when absent; 400/7001 when it is not one of `allowed`."""
        word = self.query.get(name)
        options = tuple(allowed)
        if word is not None and word not in options:
            raise ApiError.invalid(f"{name}: must be one of {', '.join(options)}")
        return word

    def descending(self, default: str) -> bool:
        """Tell the direction of `order_by_direction`."""
        return (self.choice("order_by_direction", ("asc", "desc")) or default) == "desc"

    def page(self, most: int = 100) -> Page:
        """Return the page asked for; one larger than the list's `most` is refused or cut, as configured."""
        largest = self.config.max_per_page or most
        size = self.number("per_page", min(DEFAULT_PER_PAGE, largest))
        if size > largest and self.config.over_max == "reject":
            raise ApiError.invalid(f"per_page: must be at most {largest}")
        return Page(self.number("page", 1), min(size, largest))


Handler = Callable[[Call], Reply]


class Operation(NamedTuple):
    """One row of the route table; `name` is what a fault file calls it."""

    name: str
    method: str
    path: str
    handler: Handler


def instance_operation(name: str, method: str, below: str, handler: Handler, *, flat: bool = True) -> list[Operation]:
    """Return an operation on one instance at the namespaced base path and, with `flat`, at the deprecated one."""
    scoped = Operation(name, method, f"/namespaces/{{name}}/instances/{{id}}{below}", handler)
    return [scoped, Operation(name, method, f"/instances/{{id}}{below}", handler)] if flat else [scoped]


def result(value: Any, status: int = 200, **more: Any) -> Reply:
    """Wrap a result in the success envelope."""
    return Reply({"success": True, "errors": [], "messages": [], "result": value, **more}, status)


def listed(call: Call, entries: list[Any], page: Page, total: int) -> Reply:
    """Wrap one page of a list; what result_info tells is configurable (api-facts: Envelope)."""
    if not call.config.result_info:
        return result(entries)
    info = {"page": page.number, "per_page": page.size, "count": len(entries)}
    if call.config.totals:
        info["total_count"] = total
    return result(entries, result_info=info)


def refusal(error: ApiError) -> Reply:
    """Wrap a refusal in the failure envelope."""
    errors = [{"code": error.code, "message": error.message}]
    return Reply({"success": False, "errors": errors, "messages": [], "result": {}}, error.status, dict(error.headers))

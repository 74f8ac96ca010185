"""Whether a reply is about what was asked: a proxy that repeats one on a kept connection shifts all later ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tui.contract import Api
from tui.errors import BadReply, OutcomeUnknown
from tui.models import Instance, InstanceDocument, InstanceKey, Job

T = TypeVar("T", Instance, InstanceDocument, Job)
HINT = "All connections were closed. If it happens again, a proxy between here and the API mixes up replies."
TRIES = 2


async def read_same(api: Api, wanted: InstanceKey | str, call: Callable[[], Awaitable[T]]) -> T:
    """Read the object `wanted`, an instance by its key or a job by its id; once more when another one came.

    Raises BadReply when it is another one again, and what `call` raises.
    """
    other = ""
    for _ in range(TRIES):
        got = await call()
        if not (other := difference(wanted, got)):
            return got
        api.drop_connections()
    raise BadReply("The reply belongs to another request", other, HINT)


async def read_instance(api: Api, key: InstanceKey) -> InstanceDocument:
    """One instance in full, and no other. Raises AppError."""
    return await read_same(api, key, lambda: api.get_instance(key))


async def write_same(api: Api, wanted: InstanceKey | str, call: Awaitable[T]) -> T:
    """Send a write that answers with the object `wanted`. Raises OutcomeUnknown when the answer is about another."""
    got = await call
    if other := difference(wanted, got):
        api.drop_connections()
        raise OutcomeUnknown("The reply belongs to another request", other, HINT, read_back=f"{wanted}")
    return got


def difference(wanted: InstanceKey | str, got: Instance | InstanceDocument | Job) -> str:
    """What shows that a reply is about another object; empty when nothing does. Letters count without their case."""
    one = got.instance if isinstance(got, InstanceDocument) else got
    pairs: tuple[tuple[str, str, str | None], ...] = (("job", str(wanted), one.id),)
    if isinstance(wanted, InstanceKey) and isinstance(one, Instance):
        pairs = (("instance", wanted.id, one.id), ("namespace", wanted.namespace, one.namespace))
    found = (
        f"Asked for the {name} {asked}, it is about {came}."
        for name, asked, came in pairs
        if asked and came and asked.casefold() != came.casefold()
    )
    return next(found, "")

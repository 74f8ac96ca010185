"""`aisearch resync`: documents are indexed again, those that failed or those that are named."""

from __future__ import annotations

from functools import partial

from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.contract import Priority
from tui.errors import AppError, NotFound, UsageError
from tui.models import InstanceKey, Item
from tui.service.batch import Batch, Step
from tui.text import plural


async def run(call: Invocation) -> int:
    """Send them one after the other within the budget; what fails is named, and the rest goes on."""
    keys = list(call.flag("keys", ()))
    if bool(keys) == bool(call.flag("errors")):
        raise UsageError("Which documents?", "Give --errors or their keys, and not both.")
    found = await instance(call, call.flag("ref"))
    items = await (_named(call, found.key, keys) if keys else _failed(call, found.key))
    batch = _batch(call, found.key, items)
    await call.write(f"re-sync of {plural(len(items), 'item')} of {found.key}", batch.run())
    for done in batch.failed:
        assert done.error is not None, "a failed step has its error"
        call.failed(done.name, done.error)
    for done in batch.done:
        if done.outcome and not done.outcome.done:
            call.failed(done.name, AppError(done.outcome.title, done.outcome.detail))
    call.out.note(f"{found.key}: {batch.summary}" if items else f"{found.key}: no document to index again")
    return call.finish()


def _batch(call: Invocation, key: InstanceKey, items: list[Item]) -> Batch:
    resync = call.service.items.resync
    steps = [Step(item.key or item.id, partial(resync, key, item, Priority.VISIBLE)) for item in items]
    batch = Batch("re-sync", steps, call.service.store, call.wait)

    def changed() -> None:
        if batch.waiting:
            call.out.note(f"the request budget is used up: waiting {batch.waiting:.0f} s")

    batch.changed = changed
    return batch


async def _failed(call: Invocation, key: InstanceKey) -> list[Item]:
    return [item async for page in call.service.items.failed(key) for item in page.items]


async def _named(call: Invocation, key: InstanceKey, names: list[str]) -> list[Item]:
    """The items with these keys; one that is not there is named, and the others go on."""
    found = []
    for name in names:
        try:
            found.append(await call.service.items.by_key(key, name))
        except NotFound as error:
            call.failed(name, AppError(error.title, error.detail))
    return found

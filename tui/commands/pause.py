"""`aisearch pause` and `aisearch resume`: the scheduled indexing of instances."""

from __future__ import annotations

from tui.commands.refs import instances
from tui.commands.session import Invocation
from tui.errors import AppError, OutcomeUnknown, ReadOnly, Unauthorized, Unreachable


async def pause(call: Invocation) -> int:
    """Pause them all, one after the other."""
    return await _change(call, paused=True)


async def resume(call: Invocation) -> int:
    """Resume them all, one after the other."""
    return await _change(call, paused=False)


async def _change(call: Invocation, *, paused: bool) -> int:
    """What one instance refuses does not keep the others from being changed."""
    action = "pause" if paused else "resume"
    for one in await instances(call, call.flag("refs")):
        try:
            outcome = await call.write(f"{action} {one.key}", call.service.pause(one.key, paused))
        except (Unauthorized, Unreachable, ReadOnly):
            raise
        except AppError as error:
            call.failed(str(one.key), error)
            continue
        if not outcome.done:
            call.failed(str(one.key), OutcomeUnknown(outcome.title, outcome.detail))
        else:
            call.out.note(outcome.title)
            if call.out.as_json:
                call.out.object({"namespace": one.key.namespace, "id": one.key.id, "paused": paused})
    return call.finish()

"""`aisearch delete`: says what would be lost, saves the configuration, then deletes; only with the exact name."""

from __future__ import annotations

from tui.commands.exit_codes import DONE, FAILED, WRONG_USE
from tui.commands.output import Cell
from tui.commands.refs import instance
from tui.commands.session import Invocation, told
from tui.contract import Priority
from tui.errors import AppError, Unauthorized, Unreachable
from tui.models import InstanceKey
from tui.service.config.losses import Losses
from tui.text import count, size

UNKNOWN = "unknown"


async def run(call: Invocation) -> int:
    """Delete it; 2 without the exact name in --yes, after the losses were printed."""
    found = await instance(call, call.flag("ref"))
    losses = await call.service.configs.losses(found.key)
    own = await _own_documents(call, found.key)
    _print(call, losses, own)
    call.out.flush()
    given = call.flag("yes")
    if given not in (found.key.id, str(found.key)):
        was = f"{given!r} is not its name" if given else "nothing was deleted"
        call.out.problem(f"{was}: to delete it, give --yes {found.key.id}")
        return WRONG_USE
    outcome = await call.write(f"delete {found.key}", call.service.configs.delete(losses))
    call.out.note(told(outcome))
    return call.finish(DONE if outcome.done else FAILED)


async def _own_documents(call: Invocation, key: InstanceKey) -> int | None:
    """Documents in its own storage, which exist nowhere else; None where that cannot be told."""
    try:
        page = await call.service.api.using(Priority.USER).list_items(key, source="builtin", per_page=1)
    except (Unauthorized, Unreachable):
        raise
    except AppError:
        return None
    return page.total


def _print(call: Invocation, losses: Losses, own: int | None) -> None:
    one, running = losses.instance, losses.running
    endpoint = one.public_endpoint_params
    public = bool(endpoint and endpoint.enabled)
    rebuilt = "lost for good: its storage is built in" if losses.loses_data else f"{one.kind}, can be indexed again"
    pairs: list[tuple[str, str | Cell]] = [
        ("instance", str(losses.key)),
        ("account", call.state.identity.account),
        ("items", UNKNOWN if losses.items is None else count(losses.items)),
        ("vectors", UNKNOWN if losses.vectors is None else count(losses.vectors)),
        ("stored", UNKNOWN if losses.stored is None else size(losses.stored)),
        ("documents", Cell(rebuilt, "error" if losses.loses_data else "")),
        ("in built-in storage", UNKNOWN if own is None else Cell(f"{own:,}, lost for good", "error") if own else "0"),
        ("public endpoint", "yes" if public else "no"),
        ("running job", running.id if running else UNKNOWN if losses.jobs is None else "none"),
        ("saved to", str(losses.path)),
    ]
    value = {
        "namespace": losses.key.namespace,
        "id": losses.key.id,
        "items": losses.items,
        "vectors": losses.vectors,
        "bytes": losses.stored,
        "builtin_items": own,
        "rebuildable": not losses.loses_data,
        "public_endpoint": public,
        "running_job": running.id if running else None,
        "saved_to": str(losses.path),
    }
    call.out.fields(pairs, value)

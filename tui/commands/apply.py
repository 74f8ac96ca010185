"""`aisearch apply`: makes instances what configuration files say, after a plan, and only with --yes."""

from __future__ import annotations

from tui.commands.config_file import read_files
from tui.commands.exit_codes import WRONG_USE
from tui.commands.plan import ConfigPlan, check, plan, show
from tui.commands.session import Invocation, told
from tui.errors import AppError, Conflict, ReadOnly, Unauthorized, Unreachable
from tui.service.config.configs import kind_of
from tui.service.outcome import Outcome
from tui.text import plural


async def run(call: Invocation) -> int:
    """Print the plan; with --yes, do it. Nothing is sent unless every file can be applied."""
    plans = [await plan(call, wanted) for wanted in read_files(call.flag("files"))]
    for one in plans:
        check(one)
    show(call, plans)
    call.out.flush()
    for one in plans:
        for warning in one.warnings:
            call.out.note(f"{one.wanted.key}: {warning}")
        if one.moved and one.differences:
            raise _moved(one)
    todo = [one for one in plans if one.does != "nothing"]
    if not todo:
        call.out.note("nothing to do: all is as the files say")
        return call.finish()
    if not call.flag("yes"):
        call.out.problem(f"{plural(len(todo), 'instance')} would be changed or created; nothing was sent without --yes")
        return WRONG_USE
    for one in todo:
        await _apply(call, one)
    return call.finish()


def _moved(one: ConfigPlan) -> Conflict:
    now = one.now.exact.get("modified_at") if one.now else None
    return Conflict(
        f"{one.wanted.key} was changed after {one.wanted.path} was exported",
        f"modified_at was {one.wanted.modified_at} and is {now}. Nothing was sent.",
        "Export it again and look at the difference; a file without `modified_at` is applied without this check.",
    )


async def _apply(call: Invocation, one: ConfigPlan) -> None:
    """Send one plan. A refusal is told, and the other files go on; what they would meet as well is raised."""
    key = one.wanted.key
    try:
        outcome = await call.write(f"{one.does} {key}", _send(call, one))
    except (Unauthorized, Unreachable, ReadOnly):
        raise
    except AppError as error:
        call.failed(str(key), error)
        return
    if outcome.done and not outcome.missing:
        call.out.note(told(outcome))
    else:
        call.failed(str(key), AppError("It may not be as the file says", told(outcome), f"See `aisearch get {key}`."))


async def _send(call: Invocation, one: ConfigPlan) -> Outcome:
    configs, document = call.service.configs, one.wanted.document
    if one.now is None:
        return await configs.create({**document, "type": str(kind_of(document))})
    return await configs.change(one.wanted.key, one.now.exact, document)

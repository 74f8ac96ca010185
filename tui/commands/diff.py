"""`aisearch diff`: what differs between configuration files and their instances; exit code 5 when anything does."""

from __future__ import annotations

from tui.commands.config_file import read_files
from tui.commands.exit_codes import DONE, DRIFT
from tui.commands.plan import ConfigPlan, plan, show
from tui.commands.session import Invocation
from tui.errors import AppError, Unauthorized, Unreachable


async def run(call: Invocation) -> int:
    """Print a line a field. A field that a file leaves out does not count: the file says nothing of it."""
    plans: list[ConfigPlan] = []
    for wanted in read_files(call.flag("files")):
        try:
            plans.append(await plan(call, wanted))
        except (Unauthorized, Unreachable):
            raise
        except AppError as error:
            call.not_read(str(wanted.key), error)
    show(call, plans)
    for one in plans:
        if one.now is None:
            call.out.note(f"{one.wanted.key} is not there: `aisearch apply` would create it")
    drift = any(one.differences or one.now is None for one in plans)
    return call.finish() or (DRIFT if drift else DONE)

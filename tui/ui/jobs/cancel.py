"""Cancelling a sync job."""

from __future__ import annotations

from tui.models import job_state
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question


class CancelJob:
    """`X`: cancels the selected job."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions = {"job.cancel": self.cancel}

    async def cancel(self) -> None:
        """Ask, then cancel."""
        instance, job = self.desk.state.instance, self.desk.state.job
        if instance is None or job is None:
            return
        facts = (*self.desk.facts(instance.key), ("Job", f"{job.id}  ({job_state(job, self.desk.now)})"))
        effect = "The job stops where it is. What it has indexed so far stays; the next sync does the rest."
        if await self.desk.ask(Confirm(Question("Cancel the job", facts, effect, "Stop the job"))) is not None:
            await self.desk.write(lambda: self.desk.service.cancel(instance.key, job.id))

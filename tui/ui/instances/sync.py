"""Syncing: the instance under the cursor, or all that are marked, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.text import Text

from tui.actions import cooldown, not_connected
from tui.models import Instance, InstanceKey
from tui.service import Outcome
from tui.service.batch import Done, Skipped, pauses
from tui.service.sync_many import EACH, Candidate, candidates
from tui.text import count, duration, one_line, plural
from tui.ui.batches import Batches
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.look import Look

TITLE = "Sync the marked instances"
EFFECT = (
    "Starts a sync job of each, one after the other. Where a job still runs when its turn comes, none is started. "
    "The key {key} stops it after the current one."
)


class SyncInstances:
    """`S`: a sync job of the selected instance, or of every marked one."""

    def __init__(self, desk: Desk, batches: Batches) -> None:
        self.desk = desk
        self._batches = batches
        self.actions = {"instance.sync": self.sync}

    def possible(self) -> int | None:
        """How many of the marked instances could be synced now; None when none is marked."""
        state = self.desk.state
        if not state.marks:
            return None
        if not_connected(state) or state.doing:
            return 0
        return sum(not one.skipped for one in candidates(state, state.marks, self.desk.now))

    async def sync(self) -> None:
        """Ask, then sync the marked instances, else the selected one."""
        if self.desk.state.marks:
            await self._sync_marked(self.desk.state.marks)
        elif instance := self.desk.state.instance:
            await self._sync_one(instance)

    # one

    async def _sync_one(self, instance: Instance) -> None:
        """During the cool-down the sync waits, and starts as soon as it is allowed."""
        state, now = self.desk.state, self.desk.now
        wait = cooldown(state, now)
        running = state.running_job(instance.key, now)
        question = one_question(self.desk.facts(instance.key), wait, running.id[:8] if running else "")
        note = await self.desk.ask(Confirm(question))
        if note is not None:
            await self.desk.write(lambda: self._when_allowed(instance.key, note, wait))

    async def _when_allowed(self, key: InstanceKey, note: str, wait: float) -> Outcome:
        service = self.desk.service
        if wait > 0:
            self.desk.say(f"Sync of {key.id} starts in {duration(wait)}, when the cool-down is over.")
            await service.wait(asyncio.Event(), wait)
        return await self.desk.service.sync(key, note)

    # many

    async def _sync_marked(self, marks: Sequence[InstanceKey]) -> None:
        if self._batches.reopened():
            return
        chosen = candidates(self.desk.state, marks, self.desk.now)
        keys = tuple(one.key for one in chosen if not one.skipped)
        left_out = [Done(str(one.key), error=Skipped("Skipped", one.skipped)) for one in chosen if one.skipped]
        if not keys:
            from tui.ui.kit.text_dialog import TextDialog

            await self.desk.ask(TextDialog(TITLE, listed(chosen, self.desk.look)))
            return
        question = self._question(chosen, keys)
        note = await self.desk.ask(Confirm(question))
        if note is None:
            return
        service = self.desk.service
        service.mark(())
        title = f"Sync of {plural(len(keys), 'instance')}"
        self._batches.start(self._batches.batch(title, service.sync_many.steps(keys, note), left_out))

    def _question(self, chosen: Sequence[Candidate], keys: Sequence[InstanceKey]) -> Question:
        state, look, left = self.desk.state, self.desk.look, len(chosen) - len(keys)
        budget = state.budget
        skipped = f", {left} skipped" if left else ""
        time = duration(pauses(len(keys), budget) + len(keys))
        requests = f"{plural(EACH * len(keys), 'request')} of {count(budget.limit - budget.used)} left, about {time}"
        facts = (
            ("Account", state.identity.account),
            ("Instances", f"{count(len(keys))} of {count(len(chosen))} marked{skipped}"),
            ("Cost", requests),
        )
        effect = EFFECT.format(key=look.key("app.stop"))
        return Question(
            TITLE, facts, effect, f"Sync {count(len(keys))}", "Note (optional)", listed=listed(chosen, look)
        )


def one_question(target: tuple[tuple[str, str], ...], wait: float, running: str) -> Question:
    """The question before one sync. `wait` are the seconds that the cool-down lasts, `running` a job that would end."""
    effect = "Starts a sync job: the source is read, and new, changed and removed documents are indexed."
    warning = f"Job {running} is still running. A new job ends it (new_job_has_started)." if running else ""
    if wait > 0:
        effect += f"\nThe cool-down lasts another {duration(wait)}: the sync starts by itself when it is over."
    return Question("Sync", target, effect, "Sync when allowed" if wait > 0 else "Sync now", "Note (optional)", warning)


def listed(chosen: Sequence[Candidate], look: Look) -> Text:
    """Each marked instance, those that are skipped last, with the reason."""
    width = min(40, max(len(str(one.key)) for one in chosen) + 2)
    lines = [Text(f"  {one_line(str(one.key))}") for one in chosen if not one.skipped]
    for one in chosen:
        if one.skipped:
            lines.append(look.text(f"- {one_line(str(one.key)):<{width}}{one.skipped}", "warning"))
    return Text("\n").join(lines)

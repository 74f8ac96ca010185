"""The keys that change something on the server: reason, dialog, worker, outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tui.actions import cooldown
from tui.errors import AppError
from tui.models import Instance, InstanceKey, job_state
from tui.service import Outcome
from tui.session.session import Session
from tui.text import duration
from tui.ui.base import ConsoleScreen
from tui.ui.kit.dialog import Confirm, Question


class Writes(ConsoleScreen):
    """Sync, cancel, pause. The target is captured when the key is pressed, before any dialog."""

    def may(self, action_id: str) -> bool:
        """Whether the action can run now, on what the cursors show; says why when it cannot."""
        return self.desk.can(action_id)

    def action_sync(self) -> None:
        """Start a sync job of the selected instance; during the cool-down: as soon as it is allowed."""
        if self.may("instance.sync") and (instance := self.state.instance):
            wait = cooldown(self.state, self.now())
            self._ask(
                _sync_question(self._target(instance), wait, self._running_job(instance)),
                lambda note: self._sync(instance.key, note, wait),
            )

    def action_cancel(self) -> None:
        """Cancel the selected job."""
        if self.may("job.cancel") and (instance := self.state.instance) and (job := self.state.job):
            session = self._session()
            facts = (*self._target(instance), ("Job", f"{job.id}  ({job_state(job, self.now())})"))
            effect = "The job stops where it is. What it has indexed so far stays; the next sync does the rest."
            question = Question("Cancel the job", facts, effect, "Stop the job")
            self._ask(question, lambda _: session.service.cancel(instance.key, job.id))

    def action_pause(self) -> None:
        """Pause the scheduled indexing of the selected instance, or resume it."""
        if self.may("instance.pause") and (instance := self.state.instance):
            session, pause = self._session(), not instance.paused
            self._ask(
                _pause_question(self._target(instance), pause),
                lambda _: session.service.pause(instance.key, pause),
            )

    async def _sync(self, key: InstanceKey, note: str, wait: float) -> Outcome:
        session = self._session()
        if wait > 0:
            self.say(f"Sync of {key.id} is armed: it starts in {duration(wait)}.")
            await asyncio.sleep(wait)
        return await session.service.sync(key, note)

    def _session(self) -> Session:
        if self.session is None:
            raise AppError("Not connected", "There is no session yet.", "Wait for the status bar to say LIVE.")
        return self.session

    def _target(self, instance: Instance) -> tuple[tuple[str, str], ...]:
        who = self.state.identity
        return (
            ("Account", who.account),
            ("Namespace", instance.key.namespace),
            ("Instance", instance.id),
        )

    def _running_job(self, instance: Instance) -> str:
        jobs = self.state.jobs.get(instance.key)
        newest = jobs.value[0] if jobs and jobs.value else None
        return newest.id[:8] if newest and job_state(newest, self.now()).active else ""

    def _ask(self, question: Question, write: Callable[[str], Awaitable[Outcome]]) -> None:
        """Show the dialog; on its button run the write in a worker of the group that is never exclusive."""

        def answered(text: str | None) -> None:
            if text is not None:
                self.run_worker(self._write(lambda: write(text)), group="mutate", name=question.title)

        self.app.push_screen(Confirm(question), answered)

    async def _write(self, write: Callable[[], Awaitable[Outcome]], *, from_form: bool = False) -> AppError | None:
        """Run a write and show its outcome; the error, when it failed."""
        return await self.desk.write(write, in_form=from_form)

    def tell(self, error: AppError, where: str) -> None:
        """Show an error, and keep it in the list of errors."""
        self.desk.show_error(error, where)

    def tell_unread(self, error: AppError, where: str) -> None:
        """Show the error of a read that the bottom line has announced: it does not go on reading."""
        self.tell(error, where)
        self.say(error.title)


def _sync_question(target: tuple[tuple[str, str], ...], wait: float, running: str) -> Question:
    effect = "Starts a sync job: the source is read, and new, changed and removed documents are indexed."
    warning = f"Job {running} still runs. A new job ends it (new_job_has_started)." if running else ""
    if wait > 0:
        effect += f"\nThe cool-down lasts {duration(wait)} more: the sync is armed, and starts by itself then."
    return Question("Sync", target, effect, "Sync when allowed" if wait > 0 else "Sync now", "Note (optional)", warning)


def _pause_question(target: tuple[tuple[str, str], ...], pause: bool) -> Question:
    if pause:
        effect = "No scheduled sync starts any more, until it is resumed. A job that runs goes on. Searches still work."
        return Question("Pause indexing", target, effect, "Pause")
    return Question("Resume indexing", target, "Scheduled syncs start again.", "Resume")

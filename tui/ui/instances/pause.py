"""Pausing and resuming the scheduled indexing of an instance."""

from __future__ import annotations

from tui.ui.desk import Desk, Facts
from tui.ui.kit.dialog import Confirm, Question


class PauseInstance:
    """`P`: pauses the scheduled indexing of the selected instance, or resumes it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions = {"instance.pause": self.pause}

    async def pause(self) -> None:
        """Ask, then pause or resume: whichever it is not."""
        instance = self.desk.state.instance
        if instance is None:
            return
        pause = not instance.paused
        if await self.desk.ask(Confirm(question(self.desk.facts(instance.key), pause))) is not None:
            await self.desk.write(lambda: self.desk.service.pause(instance.key, pause))


def question(target: Facts, pause: bool) -> Question:
    """The question before scheduled indexing is paused, or resumed."""
    if pause:
        effect = "No scheduled sync starts until it is resumed. A running job goes on. Searches still work."
        return Question("Pause indexing", target, effect, "Pause")
    return Question("Resume indexing", target, "Scheduled syncs start again.", "Resume")

"""Dropping the cached answers of an instance."""

from __future__ import annotations

from tui.ui.desk import Desk, Facts
from tui.ui.kit.dialog import Confirm, Question


class PurgeCache:
    """`K`: the similarity cache of the selected instance is emptied."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions = {"instance.purge": self.purge}

    async def purge(self) -> None:
        """Ask, then drop what is cached."""
        instance = self.desk.state.instance
        if instance is None:
            return
        if await self.desk.ask(Confirm(question(self.desk.facts(instance.key)))) is not None:
            await self.desk.write(lambda: self.desk.service.configs.purge(instance.key))


def question(target: Facts) -> Question:
    """The question before the cache is purged."""
    effect = "Cached answers to similar questions are dropped; the next ones are computed again, and cost money."
    return Question("Purge the cache", target, effect, "Purge")

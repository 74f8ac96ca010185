"""Comparing the configurations of two instances."""

from __future__ import annotations

import asyncio

from tui.models import InstanceKey
from tui.ui.desk import Desk


class CompareInstances:
    """Reads two configurations afresh and shows them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions = {"instances.compare": self.compare}

    def compare(self) -> None:
        """Compare the two marked instances, or the marked one and the one under the cursor."""
        state, look = self.desk.state, self.desk.look
        chosen = set(state.marks)
        if len(chosen) == 1 and state.selected:
            chosen.add(state.selected)
        if len(chosen) != 2:
            have = f"{len(chosen)} are marked" if chosen else "none is marked"
            mark, key = (look.key(name) for name in ("tables.toggle-mark", "instances.compare"))
            self.desk.say(f"Mark two instances with {mark}, then {key} compares them ({have}).")
            return
        left, right = sorted(chosen)
        self.desk.say(f"Reading {left.id} and {right.id}{look.signs.ellipsis}")
        self.desk.start(self._show(left, right), "compare", exclusive=True)

    async def _show(self, left: InstanceKey, right: InstanceKey) -> None:
        configs = self.desk.service.configs
        try:
            pair = await asyncio.gather(configs.open(left), configs.open(right))
        finally:
            self.desk.say("")
        from tui.ui.instances.comparison import Comparison

        await self.desk.ask(Comparison(*pair))

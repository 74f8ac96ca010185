"""`d`: reads two configurations to be compared."""

from __future__ import annotations

import asyncio

from tui.errors import AppError
from tui.models import InstanceKey
from tui.ui.instances.pane import InstancesPane
from tui.ui.writes import Writes


class Compare(Writes):
    """Reads two configurations afresh and shows them."""

    def action_compare(self) -> None:
        """Compare the two marked instances, or the marked one and the one under the cursor."""
        if not self.may("instances.compare"):
            return
        pane = self.query_one(InstancesPane)
        marked = [key for key in pane.body().marks if isinstance(key, InstanceKey)]
        if len(marked) == 1 and pane.cursor and pane.cursor not in marked:
            marked.append(pane.cursor)
        if len(marked) != 2:
            have = f"{len(marked)} are marked" if marked else "none is marked"
            mark, key = (self.look.key(name) for name in ("tables.toggle-mark", "instances.compare"))
            self.say(f"Mark two instances with {mark}, then {key} compares them ({have}).")
            return
        left, right = sorted(marked)
        self.say(f"Reading {left.id} and {right.id}{self.look.signs.ellipsis}")
        self.run_worker(self._compare(left, right), group="compare", exclusive=True, name="compare")

    async def _compare(self, left: InstanceKey, right: InstanceKey) -> None:
        configs = self._session().service.configs
        try:
            pair = await asyncio.gather(configs.open(left), configs.open(right))
        except AppError as error:
            self.tell_unread(error, "compare")
            return
        from tui.ui.instances.comparison import Comparison

        self.app.push_screen(Comparison(*pair))

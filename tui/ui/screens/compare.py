"""`d`: two configurations side by side."""

from __future__ import annotations

import asyncio

from rich.text import Text
from textual.binding import Binding
from textual.widgets import Static

from tui.errors import AppError
from tui.models import InstanceDocument, InstanceKey
from tui.text import plural
from tui.ui.panes.instances import InstancesPane
from tui.ui.present.compare import differences, side_by_side
from tui.ui.screens.reading import Reader
from tui.ui.screens.writes import Writes
from tui.ui.widgets.line import Line


class Comparison(Reader):
    """Two documents; `d` shows all fields, or only what differs."""

    FOOT = "d all fields or only differences, q closes"
    BINDINGS = [Binding("d", "done", show=False)]

    def __init__(self, left: InstanceDocument, right: InstanceDocument) -> None:
        number = differences(left, right)
        words = f"{plural(number, 'difference')}" if number else "no difference"
        super().__init__(f"{left.instance.key} and {right.instance.key}: {words}", Text())
        self._pair = (left, right)
        self._all = False
        self.add_class("comparison")

    def on_resize(self) -> None:
        """The columns are laid out for the width."""
        super().on_resize()
        self.call_after_refresh(self._draw)

    def action_done(self) -> None:
        """All fields, or only what differs."""
        self._all = not self._all
        self._draw()

    def _draw(self) -> None:
        text = self.query_one("VerticalScroll Static", Static)
        width = text.size.width
        text.update(side_by_side(*self._pair, width, self.look, all_fields=self._all))
        self.query_one(".dialog-foot", Line).show(self.look.text(self.FOOT, "muted"))


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
        self.app.push_screen(Comparison(*pair))

"""Opening the palette, and doing what was chosen there: on the widget that owns the action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from textual.binding import Binding
from textual.dom import DOMNode

from tui.actions import BY_ID
from tui.state.instance_rows import COLUMNS
from tui.ui.base import ConsoleScreen
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.pane import InstancesPane
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.pane import Pane
from tui.ui.kit.tab import DetailTab
from tui.ui.palette.offer import ALL, Offer, action_entries, commands


class PaletteRunning(ConsoleScreen):
    """Runs actions by their id, and the commands."""

    def action_palette(self) -> None:
        """Choose any action, or type a command."""
        from tui.ui.palette.window import Palette

        self.sync_selection()
        focused = {name for node in self._in_focus() for name in _ids(node)}
        owners = self._owners()
        entries = action_entries(
            lambda action: action.id in focused and action.place.value in (self.key_place, self.pane_name),
            lambda action: action.id in owners,
            self.state,
            self.now(),
            self.look.keymap,
        )
        offer = Offer(entries, commands(self._namespaces(), dict.fromkeys(COLUMNS, ""), self.profile_notes()))
        self.app.push_screen(Palette(offer), self._chosen)

    def _chosen(self, line: str | None) -> None:
        if line is None:
            return
        name, _, value = line.partition(" ")
        if name == "action":
            self.run_worker(self._run_action(value), group="palette", name=value)
            return
        run: dict[str, Callable[[str], None]] = {
            "ns": self._narrow,
            "sort": self._sort,
            "filter": self._filter,
            "profile": self.switch_profile,
            "q": lambda _: self.quit(),
        }
        run[name](value)

    def _sort(self, column: str) -> None:
        """The same column again reverses, as in the menu."""
        self.sort_by(column)

    def _filter(self, text: str) -> None:
        self.query_one(InstancesPane).query_one(FilterBox).value = text

    def _narrow(self, name: str) -> None:
        self.store.update(namespace=None if name == ALL else name)

    def _namespaces(self) -> dict[str, str]:
        """Names, each with what is in it."""
        counts = Counter(one.key.namespace for one in self.state.fleet.value or ())
        names = [*(one.name for one in self.state.namespaces.value or ()), *counts]
        return {name: f"{counts[name]} instances" for name in names}

    # who owns an action

    async def _run_action(self, action_id: str) -> None:
        """Go to where the action works, and run it there."""
        action, node = BY_ID[action_id], self._owners()[action_id]
        pane = next((one for one in node.ancestors_with_self if isinstance(one, Pane)), None)
        tab = next((one for one in node.ancestors_with_self if isinstance(one, DetailTab)), None)
        if tab:
            detail = self.query_one(DetailPane)
            detail.tab = detail.tabs.index(tab)
        if pane and not pane.has_focus_within:
            self.set_focus(pane.body())  # at once: the action may move the focus on
        await self.app.run_action(action.method, default_namespace=node)

    def _in_focus(self) -> Iterator[DOMNode]:
        node = self.focused or self
        yield from node.ancestors_with_self

    def _owners(self) -> dict[str, DOMNode]:
        """Which widget carries out which action: the nearest to the focus, else the first on the screen."""
        owners: dict[str, DOMNode] = {}
        for node in (*self._in_focus(), *self.query("*")):
            for name in _ids(node):
                owners.setdefault(name, node)
        return owners


def _ids(node: DOMNode) -> set[str]:
    """Ids of the actions that are bound on this widget."""
    tables = (kind.__dict__.get("BINDINGS", ()) for kind in type(node).__mro__)
    return {one.id for table in tables for one in table if isinstance(one, Binding) and one.id}

"""Moving about the main screen: panes, zoom, back."""

from __future__ import annotations

from textual import events

from tui.ui.base import ConsoleScreen
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.kit.pane import Pane

ORDER = ("instances", "detail", "jobs", "log")


class Navigation(ConsoleScreen):
    """Which pane has the focus, which one is shown in a narrow window, and which one fills the window."""

    pane_name = "instances"
    zoomed = False

    def pane(self, name: str) -> Pane:
        """The pane with this name."""
        return self.query_one(f"#{name}", Pane)

    @property
    def key_place(self) -> str:
        """The pane in focus, or its tab where that has keys of its own: hints and help go by it."""
        return self.query_one(DetailPane).shown.PLACE if self.pane_name == "detail" else self.pane_name

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Light the pane that has the focus; in a narrow window it is the one that is shown."""
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is None or pane.id is None:
            return
        self.pane_name = pane.id
        for name in ORDER:
            self.pane(name).light(name == pane.id)
            self.pane(name).set_class(name == pane.id, "-chosen")
            if name != "instances" and pane.id != "instances":
                self.set_class(name == pane.id, f"-shows-{name}")
        self.draw_bars()

    def action_pane(self, name: str) -> None:
        """Go to a pane; a zoomed window then shows that pane."""
        self.pane(name).body().focus()

    def _step(self, step: int) -> None:
        self.action_pane(ORDER[(ORDER.index(self.pane_name) + step) % len(ORDER)])

    def action_next_pane(self) -> None:
        """The next pane, round and round."""
        self._step(1)

    def action_previous_pane(self) -> None:
        """The pane before."""
        self._step(-1)

    def action_tab(self, step: int) -> None:
        """Another tab of the detail pane, wherever the focus is."""
        self.query_one(DetailPane).move_tab(step)

    def action_zoom(self) -> None:
        """Fill the window with the pane in focus; again: back."""
        self.zoomed = not self.zoomed
        self.set_class(self.zoomed, "-zoom")

    def step_back(self) -> bool:
        """One step back: filter, zoom, then to the instances. False at the top."""
        if self.pane(self.pane_name).clear_filter():
            return True
        if self.zoomed:
            self.action_zoom()
            return True
        if self.pane_name != "instances":
            self.action_pane("instances")
            return True
        return False

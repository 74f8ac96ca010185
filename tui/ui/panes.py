"""The four panes of the main screen: which one has the focus, which is shown in a narrow window, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from textual.dom import DOMNode
from textual.screen import Screen

from tui.ui.detail_tab import DetailTab
from tui.ui.heights import Heights, heights
from tui.ui.idle import is_still
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.pane import InstancesPane
from tui.ui.jobs.pane import JobsPane
from tui.ui.kit.line import TitleRule
from tui.ui.log.pane import LogPane
from tui.ui.pane import Pane
from tui.ui.textual_painting import reclass

ORDER = ("instances", "detail", "jobs", "log")
"""The panes in the order of their number keys."""
FRAME, ABOVE = 2, 3
"""Lines of title and header of the instances; room for rows that they keep."""
ERROR = 6
"""Lines of an error in full, in half a window: what failed, why, what to do, and its code."""
BARS = 3
"""Lines above and below the panes: status, states, key hints."""


class Panes:
    """Finds the panes, and moves between them."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self.name = "instances"
        """The pane in focus."""
        self.zoomed = False
        self._shown = "detail"
        """The pane of the right column that a narrow window shows."""
        self._jobs = 1
        self._heights: Heights | None = None
        self._most: int | None = None

    @property
    def instances(self) -> InstancesPane:
        """The instance table."""
        return self._screen.query_one(InstancesPane)

    @property
    def detail(self) -> DetailPane:
        """The detail of the selected instance."""
        return self._screen.query_one(DetailPane)

    @property
    def jobs(self) -> JobsPane:
        """The jobs of the selected instance."""
        return self._screen.query_one(JobsPane)

    @property
    def log(self) -> LogPane:
        """The log of the selected job."""
        return self._screen.query_one(LogPane)

    @property
    def place(self) -> str:
        """The pane in focus, or its tab where that has keys of its own: hints and help go by it."""
        return self.detail.shown.PLACE if self.name == "detail" else self.name

    def _pane(self, name: str) -> Pane:
        return self._screen.query_one(f"#{name}", Pane)

    def go(self, name: str) -> None:
        """Go to a pane, or to a tab of the detail by its name; a zoomed window then shows that pane."""
        if name not in ORDER:
            self.detail.show_tab(name)
            name = "detail"
        self._pane(name).body().focus()

    def clicked(self, rule: TitleRule) -> None:
        """A click on a title goes to its pane, which opens where it is folded."""
        if isinstance(rule.parent, Pane) and rule.parent.id not in (None, self.name):
            self.go(str(rule.parent.id))

    def step(self, step: int) -> None:
        """The pane so many further, round and round."""
        self.go(ORDER[(ORDER.index(self.name) + step) % len(ORDER)])

    def catching_up(self) -> tuple[Callable[[], None], ...]:
        """What draws each pane, where it shows something older."""
        instances, detail, jobs, log = (self._pane(name).catch_up for name in ORDER)
        return instances, detail, self.detail.catch_up_tab, jobs, log

    def follow(self) -> None:
        """Give the panes the heights of what came into them, but not while the hand moves: rows would jump under it."""
        if is_still(self._screen.app):
            self.detail.shown.lay_out()
            self.fit()

    def fit(self) -> None:
        """Give the panes their heights by what is in them."""
        self._fit_above()
        self._fit_beside()

    def _fit_above(self) -> None:
        """The instances above the others take no more than they fill, while the focus is below."""
        pane, above = self.instances, self._screen.has_class("-narrow") and self.name != "instances"
        rows = len(pane.body().shown)  # without any, why there is none needs the room
        most = FRAME + max(ABOVE, rows) if above and rows and not self.zoomed else None
        if most != self._most:
            self._most = pane.styles.max_height = most

    def _fit_beside(self) -> None:
        """The panes of the right column where it stands beside the instances."""
        beside = self._screen.has_class("-wide") and not self.zoomed
        jobs = self.jobs.state.selected_jobs
        if jobs.value is not None or jobs.error:  # else they are being read: nothing moves
            self._jobs = len(jobs.value or ()) or (ERROR if jobs.error else 1)
        lines = self.detail.shown.lines
        found = heights(self._screen.size.height - BARS, lines, self._jobs, self.name) if beside else None
        if found == self._heights:
            return
        self._heights = found
        for name in ORDER[1:]:
            height = getattr(found, name, None)
            self._pane(name).styles.height = height
            self._pane(name).set_class(height == 1, "-folded")

    def focused(self, widget: DOMNode) -> bool:
        """Light the pane that a widget with the focus is in, and show it in a narrow window; False outside of them."""
        pane = next((node for node in widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is None or pane.id is None:
            return False
        self.name = pane.id
        if pane.id != "instances":
            self._shown = pane.id
        for name in ORDER:
            self._pane(name).light(name == pane.id)
        self._choose()
        self.fit()
        return True

    def _choose(self) -> None:
        """Mark what a zoomed window shows, and what a narrow one does beside the instances."""
        left = self.name == "instances"
        shown = () if self.zoomed else ("jobs", "log") if self._shown == "jobs" else (self._shown,)
        for name in ORDER:
            reclass(self._pane(name), {"-chosen": name == self.name, "-shown": name in shown})
        reclass(self._screen.query_one("#right"), {"-chosen": not left})
        reclass(self._screen.query_one("#health"), {"-chosen": left})

    def zoom(self) -> None:
        """Fill the window with the pane in focus; again: back."""
        self.zoomed = not self.zoomed
        self._screen.set_class(self.zoomed, "-zoom")
        self._choose()
        self.fit()

    def step_back(self) -> bool:
        """One step back: filter, zoom, then to the instances. False at the top."""
        if self._pane(self.name).clear_filter():
            return True
        if self.zoomed:
            self.zoom()
            return True
        if self.name != "instances":
            self.go("instances")
            return True
        return False

    def reload_tab(self) -> None:
        """Read again what only the shown tab shows."""
        self.detail.shown.reload()

    def bring_up(self, node: DOMNode) -> None:
        """Show the tab that a widget is in, and put the focus into its pane."""
        pane = next((one for one in node.ancestors_with_self if isinstance(one, Pane)), None)
        tab = next((one for one in node.ancestors_with_self if isinstance(one, DetailTab)), None)
        if tab:
            self.detail.tab = self.detail.tabs.index(tab)
        if pane and not pane.has_focus_within:
            self._screen.set_focus(pane.body())  # at once: an action that follows may move the focus on

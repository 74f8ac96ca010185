"""The detail of the selected instance, in tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.text import Text
from textual.app import ComposeResult
from textual.reactive import var
from textual.widget import Widget

from tui.state.store import Reading
from tui.text import age, one_line
from tui.ui.detail_tab import DetailTab, TabMoved
from tui.ui.instances.text_tabs import OverviewTab
from tui.ui.kit.line import Line
from tui.ui.pane import Pane


class DetailPane(Pane):
    """One tab at a time of what is known of one instance.

    The first tab is there at once; those behind it are made when the first list of instances is on the screen, or when
    one of them is wanted: they would keep the list waiting.
    """

    TITLE = "Detail"
    LABELS = ("Overview", "Config", "Items", "Search", "JSON")
    tab: var[int] = var(0, init=False)

    def __init__(self, behind: Callable[[], Iterator[DetailTab]], *, id: str | None = None) -> None:
        """`behind` makes the tabs behind the first one, in the order of LABELS."""
        super().__init__(id=id)
        self._behind = behind
        self._tabs: list[DetailTab] = []

    def compose(self) -> ComposeResult:
        """Title, labels, and the first tab."""
        yield self.title_rule()
        yield Line(id="tabs")
        self._tabs = [OverviewTab().data_bind(DetailPane.state, DetailPane.now)]
        yield self._tabs[0]

    def on_mount(self) -> None:
        """The first tab is shown."""
        self._show_tab()

    async def complete(self) -> None:
        """Make the tabs behind the first one, once."""
        if len(self._tabs) == 1:
            rest = [tab.data_bind(DetailPane.state, DetailPane.now) for tab in self._behind()]
            for tab in rest:
                tab.display = False
            self._tabs += rest
            await self.mount(*rest)

    @property
    def tabs(self) -> tuple[DetailTab, ...]:
        """The tabs from left to right."""
        return tuple(self._tabs)

    @property
    def shown(self) -> DetailTab:
        """The tab that is shown."""
        return self._tabs[self.tab]

    def reload(self, place: str) -> None:
        """Read again what the tab of a place shows."""
        for tab in self._tabs:
            if place == tab.PLACE:
                tab.reload()

    def clear_filter(self) -> bool:
        """Esc: forget the filter of the shown tab; False when there was none."""
        return self.shown.clear_filter()

    def body(self) -> Widget:
        """The part of the shown tab that takes the focus."""
        return self.shown.body()

    def move_tab(self, step: int) -> None:
        """Show the tab so many to the right, round and round."""
        if len(self._tabs) == 1:
            self.call_later(self._move_when_complete, step)
        else:
            self.tab = (self.tab + step) % len(self.LABELS)

    def show_tab(self, name: str) -> None:
        """Show a tab by its name in lower case."""
        self.move_tab([label.lower() for label in self.LABELS].index(name) - self.tab)

    async def _move_when_complete(self, step: int) -> None:
        await self.complete()
        self.move_tab(step)

    def on_tab_moved(self, event: TabMoved) -> None:
        """Left or right was pressed in a tab."""
        event.stop()
        self.move_tab(event.step)

    def watch_tab(self) -> None:
        """Another tab comes to the front; the focus goes with it."""
        focused = self.has_focus_within
        self._show_tab()
        if focused:
            self.body().focus()

    def _show_tab(self) -> None:
        for number, tab in enumerate(self._tabs):
            tab.display = number == self.tab
        self.shown.shown()
        self.shown.lay_out()
        self.draw()

    def catch_up_tab(self) -> None:
        """The shown tab; title and labels by themselves."""
        if self.is_mounted:
            self.shown.catch_up()

    def draw(self) -> None:
        """Title and labels; the tabs draw themselves."""
        if len(self._tabs) == 1 and (self.state.fleet.tried or self.state.connection.error):
            self.call_after_refresh(self.complete)
        instance = self.state.instance
        self.rule.describe(one_line(str(instance.key)) if instance else "", self._age())
        self.query_one("#tabs", Line).show(self._labels())

    def _labels(self) -> Text:
        line = Text(" ")
        for number, label in enumerate(self.LABELS):
            chosen = number == self.tab
            style = f"bold underline {self.look.style('accent')}" if chosen else self.look.style("muted")
            line.append(label, style)
            line.append("   ")
        return line

    def _age(self) -> str:
        """How old the counters are, where they could not be read again."""
        key = self.state.selected
        stats = self.state.stats.get(key, Reading()) if key else Reading()
        return f"{age(self.now - stats.at)} old" if stats.error and stats.at else ""

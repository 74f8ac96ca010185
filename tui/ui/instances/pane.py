"""The instance list: filter, sort, selection."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import var

from tui.actions import Place
from tui.errors import UsageError
from tui.models import InstanceKey
from tui.state.instance_rows import Order, Row, RowFilter
from tui.state.preferences import Preferences
from tui.state.row_order import RowOrder
from tui.state.tally import group_after, grouped, tally
from tui.ui.idle import idle_watch
from tui.ui.instances.cells import INSTANCE_COLUMNS, chosen_cells, chosen_columns, contents
from tui.ui.instances.counts import counted, no_rows, stale
from tui.ui.keys import bindings
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.pane import Pane

RESORT = 0.5
"""Seconds between two looks at whether the order is held still."""
_SORT_COLUMN = {"namespace": "namespace", "state": "word"}


class InstancesPane(Pane):
    """One row an instance, trouble first."""

    TITLE = "Instances"
    BINDINGS = bindings(Place.INSTANCES)

    rows: var[tuple[Row, ...]] = var((), init=False)
    order: var[Order] = var(Order, init=False)
    wanted: var[RowFilter] = var(RowFilter, init=False)
    _moved = False
    _malformed = ""
    _placed: object = None
    _fitted: object = None
    """The scope of the rows that the columns are as wide as."""

    class Selected(Message):
        """The cursor is on another instance, or on none: see `cursor`."""

    class Opened(Message):
        """An instance was opened with enter."""

    class LogWanted(Message):
        """The log of the newest job is wanted."""

    class Visible(Message):
        """These rows are on the screen now."""

        def __init__(self, keys: tuple[InstanceKey, ...]) -> None:
            self.keys = keys
            super().__init__()

    def __init__(self, preferences: Preferences, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._preferences = preferences
        self._columns = chosen_columns(preferences.columns)
        self._arranged = RowOrder(lambda: 0.0)
        self._stop_listening: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Title, table, and the filter's input, hidden until it is wanted."""
        yield self.title_rule()
        yield Table[Row](
            [INSTANCE_COLUMNS[place] for place in self._columns],
            key=attrgetter("key"),
            cells=lambda row: chosen_cells(row, self.look, self._columns),
            glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
            contents=contents,
            id="instances-table",
        )
        yield FilterBox("id, namespace/id, state or source: substring, !inverse or /regex/")

    def on_mount(self) -> None:
        """Show the empty state, in the order of the last time."""
        self.set_reactive(InstancesPane.order, self._preferences.order())
        if watch := idle_watch(self.app):
            self._arranged = RowOrder(watch.now)
            self._stop_listening = watch.listen(lambda now: self._arranged.press())
        self.body().may_mark = lambda key: isinstance(key, InstanceKey) and self._arranged.may_mark(key)
        self.set_interval(RESORT, self._sort_again)
        self.draw()

    def on_unmount(self) -> None:
        self._stop_listening()

    def _sort_again(self) -> None:
        """Sort once when the order is not held any more."""
        if self._arranged.due:
            self.draw()

    def body(self) -> Table[Row]:
        """The table."""
        return self.query_one(Table)

    # drawing

    def watch_rows(self) -> None:
        """Other rows: into the table; what is said about them comes when the pane catches up."""
        if self.is_mounted and not self.standstill.rule:
            self._malformed = self._fill()
            self._drawn = None, 0.0

    def watch_order(self) -> None:
        """Another filter or order: show it at once."""
        self.watch_rows()
        self.catch_up()

    watch_wanted = watch_order

    def _fill(self) -> str:
        """Filter and sort: with thousands of rows too much to be done for every key. What is wrong with the filter."""
        table = self.body()
        self._moved = self._moved or table.cursor_key != self._placed
        before = table.cursor_key
        self._arranged.mark(bool(table.marks))
        try:
            arranged = self._arranged.arrange(self.rows, self.wanted, self.order)
            others, self._fitted = self._fitted != self._scope, self._scope
            table.set_rows(arranged, others=others)
        except UsageError as error:
            return error.detail
        if not self._moved:  # nobody has chosen a row yet: the worst trouble is the one to look at
            table.action_top()
            self._placed = table.cursor_key
        elif table.cursor_key != before:
            self._arranged.arrive(self.cursor)
        return ""

    @property
    def _scope(self) -> object:
        """Whose rows are looked at: account, namespace, filter."""
        return self.state.identity.account, self.state.namespace, self.wanted

    def draw(self) -> None:
        """Say how many of how many are shown, in which order, and why there is none."""
        self._arranged.mark(bool(self.body().marks))
        if self._arranged.due or self._fitted != self._scope:
            self._malformed = self._fill()
        if self._malformed:
            self.rule.describe(self.look.text(self._malformed, "error"))
            return
        table = self.body()
        table.set_class(stale(self.state), "-stale")
        table.set_placeholder(no_rows(self.state, self.wanted, self.look))
        default = self.order == Order()
        column = _SORT_COLUMN.get(self.order.column, self.order.column)
        table.set_sort(None if default else column, descending=self.order.reverse)
        typing = self.query_one(FilterBox).display or not self.wanted.text.strip()
        found = counted(self.state, len(table.shown), self.now)
        found = f"order held, {found}" if self._arranged.held else found
        words = "" if typing else f"/{self.wanted.text.strip()}"
        self.rule.describe("  ".join(part for part in (self.wanted.group, words) if part), found)

    @property
    def cursor(self) -> InstanceKey | None:
        """The instance under the cursor."""
        key = self.body().cursor_key
        return key if isinstance(key, InstanceKey) else None

    @property
    def marked(self) -> tuple[InstanceKey, ...]:
        """The marked instances in the order of the table."""
        table = self.body()
        return tuple(row.key for row in table.shown if row.key in table.marks) if table.marks else ()

    def keys_on_screen(self) -> tuple[InstanceKey, ...]:
        """Keys of the rows on the screen."""
        return tuple(key for key in self.body().visible_keys() if isinstance(key, InstanceKey))

    # messages of the table, in domain words

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """The cursor moved."""
        event.stop()
        self.post_message(self.Selected())

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Opened())

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Scrolled, resized or refilled."""
        event.stop()
        self.post_message(self.Visible(tuple(key for key in event.keys if isinstance(key, InstanceKey))))

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        """Filter while typing."""
        event.stop()
        self.apply_filter()

    def on_filter_box_kept(self, event: FilterBox.Kept) -> None:
        """Enter keeps the filter."""
        event.stop()
        self.draw()

    def filter_by(self, text: str) -> None:
        """Filter as if the text had been typed; without one all rows come back."""
        if text.strip():
            self.query_one(FilterBox).value = text
        else:
            self.clear_filter()

    def show_group(self, word: str) -> None:
        """Show only the instances in a group of states; all, when it is shown already or empty."""
        self.wanted = replace(self.wanted, group="" if word == self.wanted.group else word)

    def apply_filter(self) -> None:
        """Show what the input says now; its messages may be behind."""
        self.wanted = replace(self.wanted, text=self.query_one(FilterBox).value)

    def clear_filter(self) -> bool:
        """Esc: forget what is being typed, else text and state; False when there was nothing to forget."""
        box = self.query_one(FilterBox)
        typing, narrowed = box.display, bool(self.wanted.group)
        cleared = box.clear_text()
        if narrowed and not typing:
            self.wanted = RowFilter()
        return cleared or narrowed

    # actions

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBox).open()
        self.draw()

    def action_state(self) -> None:
        """Only the next group of states that has instances; after the last: all."""
        present = grouped(tally(self.rows))
        self.show_group(group_after(present, self.wanted.group) or self.wanted.group)

    def action_log(self) -> None:
        """To the log of the newest job."""
        self.post_message(self.LogWanted())

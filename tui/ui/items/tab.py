"""The items of the selected instance: a table over a window of pages that follows the reader."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from tui.actions import Place
from tui.models import InstanceKey, Item, Stats
from tui.models.item_list import FAILED, ItemQuery, ItemWindow, errors_first
from tui.state.store import Identity, Link, Reading
from tui.ui.desk import Desk
from tui.ui.detail_tab import DetailTab, TabMoved
from tui.ui.items.actions import ItemActions
from tui.ui.items.cells import (
    ITEM_COLUMNS,
    STATUSES,
    ItemRow,
    bar,
    item_cells,
    item_contents,
    item_rows,
    no_items,
    stale_words,
    status_counts,
    why,
)
from tui.ui.items.reads import ItemReads
from tui.ui.keys import bindings
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.line import Line
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.table import Table

AGAIN = 10.0
"""Seconds after which a page with items at work, or one that could not be read, is read again."""
MARGIN = 20
"""Rows from the end of what is held at which the next page is fetched."""
PENDING = ("queued", "running")
ALL, SOURCE = "*", "source="
"""Choices of the filter that are no status."""


class ItemsTab(DetailTab):
    """Asks for what the reader sees, and for nothing while it is hidden."""

    PLACE = "items"
    BINDINGS = bindings(Place.ITEMS)

    wanted: var[ItemQuery] = var(ItemQuery, init=False)
    _asked: tuple[Identity, InstanceKey | None, ItemQuery] = (Identity(), None, ItemQuery())
    _drawn: tuple[object, ...] = ()
    _list: object = None
    """Of which list the rows are."""
    _again = 0.0
    _counters: tuple[InstanceKey | None, Stats | None] = (None, None)
    _jump = _about = ""

    def __init__(self, desk: Desk, actions: ItemActions, reads: ItemReads) -> None:
        super().__init__()
        self.desk = desk
        self._actions = actions
        self._reads = reads

    def compose(self) -> ComposeResult:
        """How much of what, the table, what the error under the cursor means, and the search box."""
        yield Line(id="items-bar")
        yield Table[ItemRow](
            ITEM_COLUMNS,
            key=lambda row: row.item.id,
            cells=lambda row: item_cells(row, self.look),
            glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
            contents=item_contents,
            id="items-table",
        )
        yield Static(markup=False, id="items-why")
        yield FilterBox("part of the key")

    def body(self) -> Widget:
        """The table."""
        return self.table

    @property
    def table(self) -> Table[ItemRow]:
        """The table."""
        return self.query_one(Table)

    @property
    def reading(self) -> Reading[ItemWindow]:
        """What is known of the list that is wanted; nothing while another list is held."""
        held = self.state.items
        fits = held.value and (held.value.key, held.value.query) == (self.state.selected, self.wanted)
        return held if fits else Reading()

    # drawing

    def on_show(self, event: events.Show) -> None:
        """It can be seen again: what has changed meanwhile is fetched."""
        if self.is_mounted and self.display:
            self.draw()

    def watch_wanted(self) -> None:
        """Other items are wanted."""
        self._draw_if_shown()

    def draw(self) -> None:
        """Ask for what is missing, and show what is there."""
        if not all(node.display for node in self.ancestors_with_self if isinstance(node, Widget)):
            return
        self._ask()
        reading = self.reading
        window, table = reading.value, self.table
        stale = reading.error is not None or self.state.connection.link in (Link.OFFLINE, Link.REFUSED)
        table.set_class(stale, "-stale")
        table.set_placeholder(no_items(self.state, reading, self.wanted, self.look))
        if (drawn := (window, self.now, self.state.selected)) != self._drawn:
            others, self._drawn = self._list != self._asked, drawn
            self._list = self._asked
            table.set_rows(item_rows(window.items if window else (), self.now), others=others)
            self._land(window)
        self._draw_lines()
        self._look_again()

    def _draw_lines(self) -> None:
        reading = self.reading
        loading = reading.at is None and reading.error is None and self.state.selected is not None
        line = bar(reading, self.wanted, len(self.table.marks), loading, self.look)
        self.query_one("#items-bar", Line).show(line.append_text(stale_words(reading, self.now, self.look)))
        row = self.table.cursor_row
        about, below = why(row.item if row else None, self.look), self.query_one("#items-why", Static)
        if about.plain != self._about:
            self._about = about.plain
            below.display = bool(about)
            below.update(about)

    def _land(self, window: ItemWindow | None) -> None:
        """After a jump, the cursor goes to the end that was meant."""
        if self._jump == "end" and window and (window.ended or window.total is None):
            self._jump = ""
            self.table.go_to_end(end=True)
        elif self._jump == "start" and window and window.first == 1:
            self._jump = ""
            self.table.go_to_end(end=False)
        elif self.reading.error:
            self._jump = ""

    # fetching

    def _ask(self) -> None:
        """Another account, instance or query: its list is wanted, once. A search does not go along."""
        who, key = self.state.identity, self.state.selected
        if (who, key) != self._asked[:2] and (self.wanted.search or self.wanted.source):
            self.query_one(FilterBox).clear_text()
            self.set_reactive(ItemsTab.wanted, self.wanted._replace(search="", source=None))
        wanted = self.wanted
        if key is not None and (who, key, wanted) != self._asked:
            self._reads.open(key, wanted)
        self._asked = (who, key, wanted)

    def _look_again(self) -> None:
        """Read the visible pages again when the counters have moved, or items at work may be done; once a moment."""
        key, reading = self.state.selected, self.reading
        counters = self.state.stats.get(key, Reading()).value if key else None
        before, self._counters = self._counters, (key, counters)
        if reading.tried is None or self.state.paused or reading.value is None:
            return
        moved = before[0] == key and before[1] is not None and before[1] != counters
        fresh = abs(self.now - reading.tried) < AGAIN  # a clock that was set back does not stop it
        due = not fresh and self._again != self.now
        if moved or (due and (self._pending() or (reading.error and reading.error.retryable))):
            self._again = self.now
            self.reload()

    def _pending(self) -> bool:
        shown = set(self.table.visible_keys())
        return any(row.item.id in shown and row.item.status in PENDING for row in self.table.shown)

    def reload(self) -> None:
        """Read the pages on the screen again. Where none could be read, the error stands there until one is."""
        window = self.reading.value
        if window is None:
            self._asked = (Identity(), None, ItemQuery())
            self._draw_if_shown()
            return
        keys = self.table.visible_keys()
        ends = {window.page_of(str(key)) for key in (keys[0], keys[-1])} if keys else {1}
        counters = self.state.stats.get(window.key, Reading()).value
        unasked = window.failed is None or bool(counters and counters.error and not window.failed)
        if unasked and errors_first(self.wanted, counters.error if counters else None):
            ends.add(FAILED)
        for number in sorted(number for number in ends if number is not None):
            self._reads.page(number)

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Near an end of what is held the next page is fetched."""
        event.stop()
        window, table = self.reading.value, self.table
        if window is None or not event.keys or not window.pages:
            return
        first, last = table.index_of(event.keys[0]), table.index_of(event.keys[-1])
        if last >= len(table.shown) - MARGIN and window.after is not None:
            self._reads.page(window.after)
        elif first < MARGIN and window.before is not None:
            self._reads.page(window.before)

    def on_row_table_edge(self, event: RowTable.Edge) -> None:
        """To the first or the last item of the whole list, as far as it can be reached at once."""
        event.stop()
        window = self.reading.value
        if window is None:
            return
        if window.after is not None if event.end else window.before is not None:
            self._jump = "end" if event.end else "start"
            self._reads.jump(end=event.end)

    # messages of the widgets

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """The cursor moved."""
        event.stop()
        self._draw_lines()

    on_row_table_marks_changed = on_row_table_highlighted

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter."""
        event.stop()
        if key := self.state.selected:
            self.desk.start(self._actions.open(key, event.row.item))

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        """The server searches while one types."""
        event.stop()
        self.wanted = self.wanted._replace(search=event.text.strip())

    def on_filter_box_kept(self, event: FilterBox.Kept) -> None:
        """Enter keeps the search."""
        event.stop()

    def clear_filter(self) -> bool:
        """Esc: all items again; False when all are shown."""
        cleared = self.query_one(FilterBox).clear_text() or self.wanted.narrow
        self.wanted = ItemQuery(newest=self.wanted.newest)
        return cleared

    # keys: the target is captured when the key is pressed, before any dialog

    def _picked(self, action_id: str) -> tuple[InstanceKey, tuple[Item, ...]] | None:
        """The instance and the picked items, when the action can run on them now; says why when it cannot."""
        key = self.state.selected
        if key is None or not self.desk.can(action_id):
            return None
        items = tuple(row.item for row in self.table.picked)
        if not items:
            self.desk.say("There is no item here.")
            return None
        return key, items

    def action_search(self) -> None:
        self.query_one(FilterBox).open()

    def action_resync(self) -> None:
        if picked := self._picked("items.resync"):
            self.desk.start(self._actions.resync(*picked))

    def action_delete(self) -> None:
        if picked := self._picked("items.delete"):
            self.desk.start(self._actions.delete(*picked))

    def action_download(self) -> None:
        if picked := self._picked("items.download"):
            key, items = picked
            self.desk.start(self._actions.download(key, items[0]))

    def action_why(self) -> None:
        if picked := self._picked("items.why"):
            key, items = picked
            self.desk.start(self._actions.why(key, items[0]))

    def action_upload(self) -> None:
        if (key := self.state.selected) and self.desk.can("items.upload"):
            self.desk.start(self._actions.upload(key))

    def action_index(self) -> None:
        if (key := self.state.selected) and self.desk.can("items.index"):
            self.desk.start(self._actions.index_key(key))

    def action_filter(self) -> None:
        if key := self.state.selected:
            self.desk.start(self._choose_filter(key))

    async def _choose_filter(self, key: InstanceKey) -> None:
        """One status or one source, or all."""
        counts = status_counts(self.state.stats.get(key, Reading()).value)
        items, wanted = self.reading.value.items if self.reading.value else (), self.wanted
        sources = sorted({item.source_id for item in items if item.source_id} | {wanted.source or ""} - {""})
        choices = [Choice(ALL, "all items"), *(Choice(name, name, counts.get(name, "")) for name in STATUSES)]
        if len(sources) > 1 or wanted.source:
            choices += [Choice(SOURCE + name, f"source {name}") for name in sources]
        current = wanted.status or (SOURCE + wanted.source if wanted.source else ALL)
        value = await self.desk.ask(Pick("Which items", choices, current))
        if value is not None:
            source = value.removeprefix(SOURCE) if value.startswith(SOURCE) else None
            self.wanted = self.wanted._replace(status=None if source or value == ALL else value, source=source)

    def action_order(self) -> None:
        self.desk.start(self._choose_order())

    async def _choose_order(self) -> None:
        choices = [Choice("", "failed ones first, then by status"), Choice("newest", "last changed first")]
        value = await self.desk.ask(Pick("Order of the items", choices, "newest" if self.wanted.newest else ""))
        if value is not None:
            self.wanted = self.wanted._replace(newest=bool(value))

    def action_next_tab(self) -> None:
        self.post_message(TabMoved(1))

    def action_previous_tab(self) -> None:
        self.post_message(TabMoved(-1))

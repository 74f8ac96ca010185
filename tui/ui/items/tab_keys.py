"""The keys of the items tab: what is to be done with which items, told to the screen."""

from __future__ import annotations

from tui.models import Item
from tui.ui.instances.text_tabs import TabMoved
from tui.ui.items.table import Act, ItemTable
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.tab import DetailTab


class ItemKeys(DetailTab):
    """Captures its target when the key is pressed, before any dialog."""

    @property
    def table(self) -> ItemTable:
        """The table."""
        return self.query_one(ItemTable)

    def _act(self, what: str) -> None:
        items: tuple[Item, ...] = tuple(row.item for row in self.table.picked)
        if key := self.state.selected:
            self.post_message(Act(what, key, items))

    def action_search(self) -> None:
        """Type a search."""
        self.query_one(FilterBox).open()

    def action_filter(self) -> None:
        """Choose a status or a source."""
        self._act("filter")

    def action_order(self) -> None:
        """Choose the order."""
        self._act("order")

    def action_resync(self) -> None:
        """Index the marked items, or this one, again."""
        self._act("resync")

    def action_upload(self) -> None:
        """Upload files."""
        self._act("upload")

    def action_delete(self) -> None:
        """Delete the marked items, or this one."""
        self._act("delete")

    def action_download(self) -> None:
        """Save this document."""
        self._act("download")

    def action_next_tab(self) -> None:
        """One tab to the right."""
        self.post_message(TabMoved(1))

    def action_previous_tab(self) -> None:
        """One tab to the left."""
        self.post_message(TabMoved(-1))

"""The list of the earlier queries: one is taken up again, or removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.binding import Binding

from tui.ui.kit.pick import Choice, Pick, matching


class QueryPick(Pick):
    """The result is the value of the choice. `remove` is called with the value of one that is to go."""

    BINDINGS = [Binding("delete,ctrl+x", "remove", "Remove", show=False, priority=True)]
    FOOT = "type to find, enter takes it up, del removes it, esc cancels"

    def __init__(self, choices: Sequence[Choice], remove: Callable[[str], None]) -> None:
        super().__init__("Earlier queries", choices)
        self._remove = remove

    def action_remove(self) -> None:
        """Take the query under the cursor off the list; the last one closes it."""
        if (row := self._table.cursor_row) is None:
            return
        self._remove(row.value)
        self._choices = tuple(one for one in self._choices if one.value != row.value)
        self._table.set_rows(matching(self._choices, self._find.value.strip()))
        if not self._choices:
            self.dismiss(None)

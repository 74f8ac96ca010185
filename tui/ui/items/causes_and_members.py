"""Causes above, what one of them is about below: the two tables of triage, with the remedy and a rule between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.service.items.triage import Cause
from tui.text import one_line
from tui.ui.items.triage_cells import remedy
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import RowTable
from tui.ui.kit.table import Table
from tui.ui.look import look_of

C = TypeVar("C")
"""A row of the upper table."""
M = TypeVar("M")
"""A row of the lower one."""
LEAST = 4
"""Rows, with the header, that the causes have however low the window is."""


class CausesAndMembers(Vertical, Generic[C, M], inherit_bindings=False):
    """Two tables: the lower one shows the members of the row under the cursor of the upper one."""

    DEFAULT_CSS = "CausesAndMembers { height: 1fr; }"

    def __init__(
        self,
        causes: Table[C],
        members: Table[M],
        title: str,
        *,
        cause_of: Callable[[C], Cause],
        members_of: Callable[[C], Sequence[M]],
        open_member: Callable[[M], object],
    ) -> None:
        """`title` names what the members are; `open_member` is called with one on which enter was pressed."""
        super().__init__()
        self.causes, self.members = causes, members
        self._title = title
        self._cause_of, self._members_of, self._open_member = cause_of, members_of, open_member
        self._warning = ""

    def compose(self) -> ComposeResult:
        """Causes, remedy, rule, members."""
        yield self.causes
        yield Static(markup=False, id="remedy")
        yield TitleRule(self._title, rule=look_of(self.app).signs.rule, id="members-rule")
        yield self.members

    @property
    def cause(self) -> Cause | None:
        """The cause under the cursor."""
        row = self.causes.cursor_row
        return None if row is None else self._cause_of(row)

    @property
    def picked(self) -> tuple[M, ...]:
        """What an action is for: all members of the cause; in the lower table the marked ones, or this one."""
        return self.members.picked if self.members.has_focus else self.members.shown

    def show(self, rows: Sequence[C], *, warning: str = "", stale: bool = False) -> None:
        """Show other causes; `warning` stands below the remedy, `stale` says that they could not be read again."""
        self._warning = warning
        self.causes.set_rows(tuple(rows))
        most = max(LEAST, self.screen.size.height // 2 - 4)
        self.causes.styles.height = min(len(rows) + 1, most) if rows else "1fr"
        for table in (self.causes, self.members):
            table.set_class(stale, "-stale")
        self._show_members()

    def _show_members(self) -> None:
        row = self.causes.cursor_row
        words = remedy(self.cause, look_of(self.app)) if row is not None else Text()
        if self._warning:
            words.append("\n" if words else "").append(self._warning, look_of(self.app).style("warning"))
        box = self.query_one("#remedy", Static)
        box.update(words)
        box.display = bool(words)
        self.query_one("#members-rule").display = self.members.display = row is not None
        self.members.set_rows(() if row is None else tuple(self._members_of(row)))
        if not self.members.has_focus:
            self.members.action_top()
        self._describe()

    def _describe(self) -> None:
        cause, marks = self.cause, len(self.members.marks)
        note = f"{marks:,} marked" if marks else ""
        self.query_one("#members-rule", TitleRule).describe(one_line(cause.name) if cause else "", note)

    def switch(self) -> None:
        """To the other table."""
        (self.members if self.causes.has_focus else self.causes).focus()

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """Another cause: its members."""
        event.stop()
        if event.control is self.causes:
            self._show_members()

    def on_row_table_marks_changed(self, event: RowTable.MarksChanged) -> None:
        """Some were marked: the rule says how many."""
        event.stop()
        self._describe()

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Of no interest: all is here."""
        event.stop()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: from a cause to its members, from a member to all of it."""
        event.stop()
        if event.control is self.causes:
            self.members.focus()
        else:
            self._open_member(event.row)

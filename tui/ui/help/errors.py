"""The errors and the outcomes so far: a list with the whole text of each, to read and to copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tui.state.store import Achieved, Notice, State
from tui.text import one_line, plural
from tui.ui.kit.cut import widest
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Column, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look

COLUMNS = (
    Column("kind", "", width=5),
    Column("time", "TIME", width=8),
    Column("title", "WHAT", min_width=24, grow=5),
    Column("where", "WHERE", min_width=5, most=26, drop=1),
)
_KEYS = (("tables.copy", "copy whole"), ("tables.save", "save"))


def contents(rows: Sequence[Told]) -> dict[str, int]:
    """Cells of the longest place among these rows; what happened has what is left."""
    return {"where": widest(one_line(one.where) for one in rows)}


class Told(Struct, frozen=True):
    """One error, or one good outcome, as it is listed. `at` is in epoch seconds."""

    number: int
    at: float
    failed: bool
    title: str
    detail: str
    where: str
    text: str


def told(state: State) -> tuple[Told, ...]:
    """Errors and outcomes together, newest first."""
    both: list[Notice | Achieved] = [*state.notices, *state.achieved]
    both.sort(key=lambda one: one.at)
    return tuple(_told(number, one) for number, one in reversed(list(enumerate(both))))


def _told(number: int, one: Notice | Achieved) -> Told:
    if isinstance(one, Achieved):
        return Told(number, one.at, False, one.title, one.detail, "", _joined((one.title, one.detail)))
    error = one.error
    text = _joined((error.title, error.detail, error.hint, error.reference))
    return Told(number, one.at, True, error.title, error.detail, one.where, text)


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part.strip())


def cells(one: Told, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of COLUMNS."""
    kind = look.text("error", "error") if one.failed else look.text("done", "success")
    at = datetime.fromtimestamp(one.at).strftime("%H:%M:%S")
    what = Text.assemble(one_line(one.title), (f"  {one_line(one.detail)}" if one.detail else "", look.style("muted")))
    return kind, look.text(at, "muted"), what, look.text(one_line(one.where), "muted")


class Errors(Dialog):
    """Errors and outcomes; `d` forgets them all. The result is then `dismiss`."""

    BINDINGS = [
        Binding("q,exclamation_mark", "cancel", "Close", show=False),
        Binding("d", "forget", "Forget", show=False),
    ]

    def __init__(
        self,
        read: Callable[[], State],
        subscribe: Callable[[Callable[[State, State], None]], Callable[[], None]],
        copy: Callable[[str, str], None],
    ) -> None:
        """`read` gives the state; `copy` puts a text on the clipboard, and names it in what it says."""
        super().__init__()
        self._read = read
        self._subscribe = subscribe
        self._stop_listening: Callable[[], None] = lambda: None
        self._copy = copy

    def compose(self) -> ComposeResult:
        """The list, the whole text of one, the keys."""
        rule = self.look.signs.rule
        with Vertical(classes="dialog wide errors"):
            yield TitleRule("Errors and outcomes", rule=rule)
            yield Table[Told](
                COLUMNS,
                key=lambda one: one.number,
                cells=lambda one: cells(one, self.look),
                glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
                contents=contents,
                id="errors-table",
            )
            yield TitleRule("Whole text", rule=rule)
            with VerticalScroll():
                yield Static(markup=False, id="error-text")
            foot = [f"{self.look.key(action)} {words}" for action, words in _KEYS]
            yield TitleRule("   ".join([*foot, "d dismiss all", "q closes"]), rule=rule)

    def on_mount(self) -> None:
        """The newest has the cursor. A toast that still says it would only cover its text here."""
        self.app.clear_notifications()
        self._stop_listening = self._subscribe(self._changed)
        self._table.focus()
        self._draw()

    def on_unmount(self) -> None:
        self._stop_listening()

    def _changed(self, old: State, new: State) -> None:
        if old.notices is not new.notices or old.achieved is not new.achieved:
            self.call_later(self._draw)

    @property
    def _table(self) -> Table[Told]:
        return self.query_one(Table)

    def _draw(self) -> None:
        rows, table = told(self._read()), self._table
        table.set_placeholder("No errors, and no outcomes yet.")
        table.set_rows(rows)
        failed = sum(one.failed for one in rows)
        note = f"{plural(failed, 'error')}, {plural(len(rows) - failed, 'outcome')}"
        self.query(TitleRule).first().describe(note=note)
        self._show_text()

    def _show_text(self) -> None:
        row = self._table.cursor_row
        self.query_one("#error-text", Static).update(Text(row.text if row else ""))

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """Another one: its text."""
        event.stop()
        self._show_text()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: the text by itself, to scroll."""
        event.stop()
        row: Told = event.row
        self.app.push_screen(TextDialog("Error" if row.failed else "Outcome", Text(row.text)))

    def on_table_copy_wanted(self, event: Table.CopyWanted) -> None:
        """The whole text of the picked ones."""
        event.stop()
        if picked := self._table.picked:
            self._copy("\n\n".join(one.text for one in picked), "text")

    def action_forget(self) -> None:
        """Forget them all."""
        self.dismiss("dismiss")

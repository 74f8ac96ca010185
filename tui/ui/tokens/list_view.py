"""Service tokens: the list, and which instances use each."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.actions import Place
from tui.errors import AppError
from tui.service.tokens import TokenUse, token_uses
from tui.text import plural
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.keys import bindings
from tui.ui.kit.filter_box import FilterBox, ListFilter
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.stale import old, unread
from tui.ui.kit.table import Table
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.status_bar import FooterBar
from tui.ui.tokens.cells import TOKEN_COLUMNS, matching, token_cells, token_page, users

MOST_ROWS = 12
USERS_SHOWN = 6


class TokenList(FullView):
    """Reads the tokens when it opens; its reads end with it."""

    PLACE = "tokens"
    HEADING = "Service tokens"
    BINDINGS = bindings(Place.TOKENS)

    def __init__(
        self,
        desk: Desk,
        delete: Callable[[TokenUse, TokenList], None],
        create: Callable[[TokenList], None],
    ) -> None:
        """`delete` and `create` ask and write; they get this list, to read it again."""
        super().__init__(desk)
        self._delete = delete
        self._create = create
        self._at: float | None = None
        self._uses: tuple[TokenUse, ...] = ()
        self._filter = ListFilter(self, lambda text: matching((), text), self._say, self._show_filtered)

    def compose(self) -> ComposeResult:
        """Title, table, users of the token under the cursor, keys."""
        with Vertical(classes="list"):
            yield self.heading()
            yield FilterBox("part of a name, an id or a state, !inverse or /regex/")
            yield Table[TokenUse](
                TOKEN_COLUMNS,
                key=lambda use: use.token.id,
                cells=lambda use: token_cells(use, self.look),
                glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
                id="tokens-table",
            )
            yield TitleRule("Used by", rule=self.look.signs.rule)
            yield Static(markup=False, id="token-users")
        yield FooterBar()

    def on_mount(self) -> None:
        """Read, then show."""
        self.table.focus()
        self.begin()

    @property
    def table(self) -> Table[TokenUse]:
        """The table."""
        return self.query_one(Table)

    def action_refresh(self) -> None:
        """Read the tokens."""
        self.table.set_placeholder(f"Reading the service tokens{self.look.signs.ellipsis}")
        self.run_worker(self._load(), group="tokens", exclusive=True, name="list service tokens")

    async def _load(self) -> None:
        try:
            tokens = await self.desk.service.tokens.read()
        except AppError as error:
            self._fail(error)
            return
        self._at = self.desk.now
        self.show_read_error(None)
        self.table.remove_class("-stale")
        self._uses = token_uses(tokens, self.desk.state.fleet.value or ())
        self._draw()

    def _draw(self) -> None:
        """Show the tokens that the filter keeps. The list is as high as all of them: it does not jump while typing."""
        every, rows = len(self._uses), matching(self._uses, self._filter.words)
        none = "This account has no service tokens. Instances that read R2 need one."
        self.table.set_placeholder(f"No service token matches {self._filter.words!r}." if every else none)
        self.table.set_rows(rows)
        self.table.styles.height = max(2, min(every, MOST_ROWS)) + 1
        note = f"{every}" if len(rows) == every else f"{len(rows)} of {every}"
        self.query(TitleRule).first().describe(note=note)
        self._draw_users(self.table.cursor_row)

    def _fail(self, error: AppError) -> None:
        """What was listed stays, and says how old it is."""
        self.table.set_placeholder(unread(error, self.look))
        if self._at is not None:
            self.table.add_class("-stale")
            note = self.look.text(old(error, self._at, self.desk.now), "warning")
            self.query(TitleRule).first().describe(note=note)
            self.show_read_error(error)

    def _draw_users(self, use: TokenUse | None) -> None:
        self.query_one("#token-users", Static).update(users(use, USERS_SHOWN, self.look) if use else Text())

    def action_filter(self) -> None:
        """Type a part of what is looked for."""
        self._filter.open()

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        self._filter.typed(event)

    def _say(self, words: str) -> None:
        self.query_one(FooterBar).say(words)

    def _show_filtered(self) -> None:
        """Other rows, the first of them under the cursor."""
        self._draw()
        self.table.action_top()

    def action_close(self) -> None:
        """Show all tokens again, then back."""
        if not self._filter.clear():
            self.dismiss(None)

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """The cursor moved."""
        event.stop()
        self._draw_users(event.row)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: everything about this token."""
        event.stop()
        self.app.push_screen(TextDialog("Service token", token_page(event.row, self.look)))

    def action_create(self) -> None:
        """Register a token."""
        if self.can("tokens.create"):
            self._create(self)

    def action_delete(self) -> None:
        """Delete a token that nobody uses."""
        use = self.table.cursor_row
        if use is None or not self.can("tokens.delete"):
            return
        if use.instances:
            why = f"{plural(len(use.instances), 'instance')} in the list use it: give them another token first."
            self.query_one(FooterBar).say(why)
            return
        self._delete(use, self)

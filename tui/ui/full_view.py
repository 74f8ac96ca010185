"""What the views that fill the window share: title, key hints, help, and the state below them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.screen import ModalScreen

from tui.actions import BY_ID, Place
from tui.errors import AppError
from tui.state.store import Link, State
from tui.ui.desk import Desk
from tui.ui.help_text import help_text
from tui.ui.keys import bindings
from tui.ui.kit.dialog import HEIGHTS, STYLES
from tui.ui.kit.line import TitleRule
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look, look_of
from tui.ui.status_bar import FooterBar


class FullView(ModalScreen[None], inherit_bindings=False):
    """A view over the main screen. Its writes run on the main screen, by the desk: they outlive the view."""

    CSS_PATH = STYLES
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = bindings(Place.VIEW)
    PLACE = "view"
    HEADING = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._unsubscribe: Callable[[], None] = lambda: None
        self._troubled = False

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    def heading(self) -> TitleRule:
        """The title rule, for `compose`."""
        return TitleRule(self.HEADING, rule=self.look.signs.rule)

    def begin(self) -> None:
        """Follow the state from now on, and fetch."""
        self._unsubscribe = self.desk.subscribe(self._changed)
        self.call_after_refresh(self.draw_hints)
        self.action_refresh()

    def on_unmount(self) -> None:
        """Follow no more."""
        self._unsubscribe()

    def on_resize(self) -> None:
        """Hints are laid out for their width."""
        self.call_after_refresh(self.draw_hints)

    def _changed(self, old: State, new: State) -> None:
        self.call_later(self.draw_hints)

    def draw_hints(self) -> None:
        """Bring the key hints up to the state."""
        if self.is_mounted:
            self.query_one(FooterBar).draw(self.PLACE, self.desk.state, self.desk.now, self.look.keymap)

    def show_read_error(self, error: AppError | None) -> None:
        """Say what to do about a read that failed, whose error stands in the view; no more of it once one went well."""
        bar = self.query_one(FooterBar)
        if error:
            bar.say(error.hint or error.title)
        elif self._troubled:
            bar.clear_message()
        self._troubled = error is not None

    def can(self, action_id: str) -> bool:
        """Whether an action can run now; says why when it cannot."""
        why = BY_ID[action_id].why_not(self.desk.state, self.desk.now)
        if why:
            self.query_one(FooterBar).say(why)
        return not why

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_help(self) -> None:
        """The keys of this view."""
        desk = self.desk
        self.app.push_screen(TextDialog("Help", partial(help_text, self.PLACE, desk.state, desk.now, self.look)))

    async def action_read_again(self) -> None:
        """Fetch everything again; with a refused token, enter another first."""
        if self.desk.state.connection.link is Link.REFUSED:
            await self.run_action("app.run_on_main('app.refresh')")
        else:
            self.action_refresh()

    def action_refresh(self) -> None:
        """Fetch everything again."""
        raise NotImplementedError

"""The main screen: three panes and a log, mirrored from the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static

from tui.actions import Place
from tui.session.session import OpenSession, Profiles, Session
from tui.state.instance_rows import Fleet, Row, summary
from tui.state.preferences import Preferences
from tui.state.store import State, Store
from tui.ui.bindings import bindings
from tui.ui.configure.create import Create
from tui.ui.connection.profiles import ProfileSwitch
from tui.ui.help.elsewhere import Elsewhere
from tui.ui.instances.compare import Compare
from tui.ui.instances.delete import Delete
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.pane import InstancesPane
from tui.ui.instances.sync import BulkWrites
from tui.ui.items.items import Items
from tui.ui.jobs.pane import JobsPane
from tui.ui.log.actions import LogDesk
from tui.ui.log.pane import LogPane
from tui.ui.menus import Menus
from tui.ui.mouse import Mouse
from tui.ui.namespaces.namespaces import NamespaceDesk
from tui.ui.navigation import Navigation
from tui.ui.palette.palette import PaletteRunning
from tui.ui.requests.requests import RequestLog
from tui.ui.search.search import SearchLab
from tui.ui.selection import Selection
from tui.ui.status_bar import FooterBar, StatusBar
from tui.ui.terminal.title import WindowTitle
from tui.ui.tokens.tokens import TokenDesk

TICK = 1.0
"""Seconds between two looks at the clock; only what reads differently is painted."""


class MainScreen(
    Selection,
    Navigation,
    ProfileSwitch,
    Menus,
    Mouse,
    PaletteRunning,
    RequestLog,
    LogDesk,
    SearchLab,
    Items,
    NamespaceDesk,
    TokenDesk,
    Create,
    Compare,
    Delete,
    BulkWrites,
    Elsewhere,
    Screen[None],
    inherit_bindings=False,
):
    """Mirrors the store into the panes and turns their messages into calls of the service."""

    BINDINGS = bindings(Place.EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-tall")]

    mirror: var[State] = var(State, init=False)
    moment: var[float] = var(0.0, init=False)
    rows: var[tuple[Row, ...]] = var((), init=False)

    def __init__(
        self,
        store: Store,
        open_session: OpenSession,
        clock: Callable[[], float],
        copy_text: Callable[[str], Awaitable[str]],
        profiles: Profiles | None,
        preferences: Preferences,
    ) -> None:
        super().__init__(classes="-shows-detail")
        self.store = store
        self.session: Session | None = None
        self.open_session = open_session
        self.copy_text = copy_text
        self.profiles = profiles
        self.preferences = preferences
        self._clock = clock
        self._fleet = Fleet()
        self._pending = False

    def compose(self) -> ComposeResult:
        """Status, panes, key hints; and the one line of a window that is too small."""
        yield StatusBar(id="status")
        with Horizontal(id="panes"):
            yield InstancesPane(self.preferences, id="instances").data_bind(
                state=MainScreen.mirror, now=MainScreen.moment, rows=MainScreen.rows
            )
            with Vertical(id="right"):
                for pane in (DetailPane(id="detail"), JobsPane(id="jobs"), LogPane(id="log")):
                    yield pane.data_bind(state=MainScreen.mirror, now=MainScreen.moment)
        yield FooterBar(id="footer")
        yield Static("This window is too small: 40 x 10 is the least.", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Mirror the store from now on."""
        self.drawn.set()
        self._stop_listening = self.store.subscribe(self._changed)
        self.set_interval(TICK, self.tick)
        self.watch(self.query_one(InstancesPane), "order", self.preferences.remember, init=False)
        self.tick()
        self.action_pane("instances")

    def on_screen_resume(self) -> None:
        """Connect now that the first frame is out, if it was not begun before."""
        if not self.begun:
            self.connect()

    async def on_unmount(self) -> None:
        """Stop polling and close the connections."""
        self._stop_listening()
        if self.session:
            await self.session.aclose()

    def connected(self) -> None:
        """Tell the poller of the new session what is on the screen, and show its logs."""
        if self.session:
            self.session.poller.set_visible(self.query_one(InstancesPane).keys_on_screen())
            self.query_one(LogPane).listen(self.session.poller)

    # the store, downwards

    def now(self) -> float:
        """Epoch seconds."""
        return self._clock()

    def _changed(self, old: State, new: State) -> None:
        """Many changes of one moment are drawn once, and after what the operator's key has changed by itself.

        The first list goes at once: there is nothing yet that a key could have changed.
        """
        if old.fleet.value is None and new.fleet.value is not None:
            self.tick()
        elif not self._pending:
            self._pending = True
            self.call_after_refresh(self.tick)

    def tick(self) -> None:
        """Mirror the store as of now; only what reads differently is painted."""
        self._pending = False
        now = self.now()
        self.rows = self._fleet.rows(self.store.state, now)
        self.moment = now - now % 5
        self.mirror = self.store.state
        self.draw_bars(exact=False)

    def watch_rows(self, rows: tuple[Row, ...]) -> None:
        """The window's title tells what goes on."""
        if isinstance(self.app, WindowTitle):
            self.app.show_title(summary(rows))

    def watch_mirror(self, old: State, new: State) -> None:
        """A refused token is asked for again."""
        self.look_for_refusal(old, new)

    def draw_bars(self, *, exact: bool = True) -> None:
        """Bring the status bar and the hints up to date; `exact` when the operator did something."""
        state, now = self.store.state, self.now()
        self.query_one(StatusBar).draw(state, now, exact=exact)
        self.query_one(FooterBar).draw(self.key_place, state, now, self.look.keymap, self.syncable())

    def on_resize(self) -> None:
        """The bars are laid out for their width."""
        self.call_after_refresh(self.draw_bars)

    def say(self, words: str) -> None:
        """Tell the operator in one line."""
        self.query_one(FooterBar).say(words)

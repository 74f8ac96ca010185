"""The main screen: three panes and a log, mirrored from the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkType

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service import Outcome
from tui.session.session import OpenSession, Profiles, Session
from tui.state.instance_rows import Fleet, Row, summary
from tui.state.preferences import Preferences
from tui.state.store import State, Store
from tui.ui.configure.create import Create
from tui.ui.connection.profiles import ProfileSwitch
from tui.ui.desk import Desk
from tui.ui.help.elsewhere import Elsewhere
from tui.ui.help.help import Help
from tui.ui.instances.compare import CompareInstances
from tui.ui.instances.delete import DeleteInstance
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.pane import InstancesPane
from tui.ui.instances.sync import BulkWrites
from tui.ui.items.items import Items
from tui.ui.jobs.pane import JobsPane
from tui.ui.keys import bindings
from tui.ui.log.actions import LogDesk
from tui.ui.log.pane import LogPane
from tui.ui.menus import Menus
from tui.ui.mouse import Mouse
from tui.ui.namespaces.namespaces import NamespaceDesk
from tui.ui.navigation import Navigation
from tui.ui.palette.palette import PaletteRunning
from tui.ui.report import report
from tui.ui.requests.requests import Requests
from tui.ui.search.search import SearchLab
from tui.ui.selection import Selection
from tui.ui.status_bar import FooterBar, StatusBar
from tui.ui.tokens.tokens import TokenDesk

Act = Callable[[], Coroutine[Any, Any, None] | None]
"""What a key does: at once, or as a coroutine that runs in the background."""
T = TypeVar("T")
CERTAIN, UNCERTAIN = 6.0, 15.0
"""Seconds for which the outcome of a write is shown, by whether it is certain."""
TICK = 1.0
"""Seconds between two looks at the clock; only what reads differently is painted."""


class MainScreen(
    Selection,
    Navigation,
    ProfileSwitch,
    Menus,
    Mouse,
    PaletteRunning,
    LogDesk,
    SearchLab,
    Items,
    NamespaceDesk,
    TokenDesk,
    Create,
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
        *,
        show_title: Callable[[str], None],
        use_keymap: Callable[[Mapping[str, str]], None],
        fail: Callable[[Exception], None],
    ) -> None:
        """`show_title` sets the title of the window, `use_keymap` the operator's keys; `fail` ends the console."""
        super().__init__(classes="-shows-detail")
        self._show_title = show_title
        self.use_keymap = use_keymap
        self.fail = fail
        self.store = store
        self.session: Session | None = None
        self.open_session = open_session
        self.copy_text = copy_text
        self.profiles = profiles
        self.preferences = preferences
        self._clock = clock
        self._fleet = Fleet()
        self._pending = False
        self.desk = Desk(self)
        self.features = self._features(self.desk)

    def _features(self, desk: Desk) -> Mapping[str, Act]:
        """What each action does that a feature carries out, by the action's id."""
        return actions_of(
            Requests(desk),
            Help(desk, lambda: self.key_place),
            DeleteInstance(desk),
            CompareInstances(desk),
        )

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

        The first list goes at once: there is nothing yet that a key could have changed. Marks that a feature cleared go
        at once too: the table's marks are the truth for the next key.
        """
        if old.marks and not new.marks:
            self.query_one(InstancesPane).body().action_clear_marks()
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
        self._show_title(summary(rows))

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

    # what the desk asks of the screen

    def action_run(self, action_id: str) -> None:
        """The one door of every action of a feature: selection in step, the reason when it cannot run, then it."""
        if self.desk.can(action_id) and (work := self.features[action_id]()):
            self.desk.start(work, name=action_id)

    def say(self, words: str) -> None:
        """Show one line to the operator; an empty one brings the key hints back."""
        bar = self.query_one(FooterBar)
        bar.say(words) if words else bar.clear_message()

    def show_error(self, error: AppError) -> None:
        """Show an error as a toast."""
        report(self.app, error)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what became of a write; what is not certain stays longer."""
        self.app.notify(
            outcome.detail or " ",
            title=outcome.title,
            severity="information" if outcome.certain else "warning",
            timeout=CERTAIN if outcome.certain else UNCERTAIN,
            markup=False,
        )

    async def ask(self, dialog: Screen[T]) -> T | None:
        """Open a dialog or a view, and wait for its result."""
        return await self.app.push_screen_wait(dialog)

    def start(self, work: Coroutine[Any, Any, None], group: str, exclusive: bool, name: str) -> Worker[None]:
        """Run a coroutine in the background; it ends with the console."""
        running: WorkType[None] = work
        return self.run_worker(running, name=name, group=group, exclusive=exclusive)

    def reveal(self, key: InstanceKey) -> None:
        """Move the cursor to an instance, where filter and namespace let it be seen."""
        self.tick()  # its row may not be in the table yet
        self.query_one(InstancesPane).body().move_to(key)


class _Feature(Protocol):
    @property
    def actions(self) -> Mapping[str, Act]: ...


def actions_of(*features: _Feature) -> Mapping[str, Act]:
    """The actions of all features, by id."""
    return {action_id: act for feature in features for action_id, act in feature.actions.items()}

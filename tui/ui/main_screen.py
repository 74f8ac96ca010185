"""The main screen: three panes and a log, mirrored from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.dom import DOMNode
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkType

from tui.actions import Place, elsewhere
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service import Outcome
from tui.session.session import OpenSession, Profiles, Session
from tui.state.instance_rows import COLUMNS, Fleet, Order, Row, summary
from tui.state.preferences import Preferences
from tui.state.store import State, Store
from tui.text import plural
from tui.ui.batches import Batches
from tui.ui.configure.create import Create
from tui.ui.connection.profiles import ProfileSwitch
from tui.ui.desk import Desk
from tui.ui.help.help import Help
from tui.ui.instances.compare import CompareInstances
from tui.ui.instances.delete import DeleteInstance
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.pane import InstancesPane
from tui.ui.instances.pause import PauseInstance
from tui.ui.instances.sort import SortInstances
from tui.ui.instances.sync import SyncInstances
from tui.ui.items.items import Items
from tui.ui.jobs.cancel import CancelJob
from tui.ui.jobs.pane import JobsPane
from tui.ui.keys import bindings
from tui.ui.kit.pane import Pane
from tui.ui.kit.tab import DetailTab
from tui.ui.log.actions import LogDesk
from tui.ui.log.pane import LogPane
from tui.ui.menus import Menus
from tui.ui.namespaces.namespaces import Namespaces
from tui.ui.palette.offer import ALL, Command, commands
from tui.ui.palette.palette import CommandPalette
from tui.ui.report import report
from tui.ui.requests.requests import Requests
from tui.ui.search.search import SearchLab
from tui.ui.status_bar import FooterBar, StatusBar
from tui.ui.terminal.mouse import Mouse
from tui.ui.textual_fixes import switch_mouse
from tui.ui.tokens.tokens import Tokens

ORDER = ("instances", "detail", "jobs", "log")
"""The panes in the order of their number keys."""
Act = Callable[[], Coroutine[Any, Any, None] | None]
"""What a key does: at once, or as a coroutine that runs in the background."""
T = TypeVar("T")
CERTAIN, UNCERTAIN = 6.0, 15.0
"""Seconds for which the outcome of a write is shown, by whether it is certain."""
TICK = 1.0
"""Seconds between two looks at the clock; only what reads differently is painted."""


class MainScreen(
    ProfileSwitch,
    Menus,
    LogDesk,
    SearchLab,
    Items,
    Create,
    Screen[None],
    inherit_bindings=False,
):
    """Mirrors the store into the panes and turns their messages into calls of the service."""

    BINDINGS = bindings(Place.EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-tall")]

    pane_name = "instances"
    """The pane in focus."""
    zoomed = False
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
        self.sort = SortInstances(desk, lambda: self.query_one(InstancesPane).order, self._put_order)
        self.batches = Batches(desk)
        self.sync = SyncInstances(desk, self.batches)
        return actions_of(
            Requests(desk),
            Help(desk, lambda: self.key_place),
            DeleteInstance(desk),
            self.batches,
            self.sync,
            PauseInstance(desk),
            CancelJob(desk),
            CompareInstances(desk),
            Namespaces(desk),
            Tokens(desk),
            self.sort,
            self._palette(desk),
            Mouse(desk, lambda: switch_mouse(self.app)),
        )

    def _palette(self, desk: Desk) -> CommandPalette:
        """The command palette, with what its commands do."""
        run: dict[str, Callable[[str], None]] = {
            "ns": lambda name: desk.service.narrow(None if name == ALL else name),
            "sort": self.sort.by,
            "filter": lambda text: self.query_one(InstancesPane).filter_by(text),
            "profile": self.switch_profile,
            "q": lambda _: self.quit(),
        }
        return CommandPalette(desk, self, lambda: (self.key_place, self.pane_name), self._commands, run, self.bring_up)

    def _commands(self) -> Sequence[Command]:
        """The commands with the values that exist now."""
        counts = Counter(one.key.namespace for one in self.store.state.fleet.value or ())
        names = dict.fromkeys([*(one.name for one in self.store.state.namespaces.value or ()), *counts])
        namespaces = {name: plural(counts[name], "instance") for name in names}
        return commands(namespaces, dict.fromkeys(COLUMNS, ""), self.profile_notes())

    def bring_up(self, node: DOMNode) -> None:
        """Show the tab that a widget is in, and put the focus into its pane."""
        pane = next((one for one in node.ancestors_with_self if isinstance(one, Pane)), None)
        tab = next((one for one in node.ancestors_with_self if isinstance(one, DetailTab)), None)
        if tab:
            detail = self.query_one(DetailPane)
            detail.tab = detail.tabs.index(tab)
        if pane and not pane.has_focus_within:
            self.set_focus(pane.body())  # at once: an action that follows may move the focus on

    def _put_order(self, order: Order) -> None:
        self.query_one(InstancesPane).order = order

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

    # the panes

    def pane(self, name: str) -> Pane:
        """The pane with this name."""
        return self.query_one(f"#{name}", Pane)

    @property
    def key_place(self) -> str:
        """The pane in focus, or its tab where that has keys of its own: hints and help go by it."""
        return self.query_one(DetailPane).shown.PLACE if self.pane_name == "detail" else self.pane_name

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Light the pane that has the focus; in a narrow window it is the one that is shown."""
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is None or pane.id is None:
            return
        self.pane_name = pane.id
        for name in ORDER:
            self.pane(name).light(name == pane.id)
            self.pane(name).set_class(name == pane.id, "-chosen")
            if name != "instances" and pane.id != "instances":
                self.set_class(name == pane.id, f"-shows-{name}")
        self.draw_bars()

    def action_pane(self, name: str) -> None:
        """Go to a pane; a zoomed window then shows that pane."""
        self.pane(name).body().focus()

    def _step(self, step: int) -> None:
        self.action_pane(ORDER[(ORDER.index(self.pane_name) + step) % len(ORDER)])

    def action_next_pane(self) -> None:
        """The next pane, round and round."""
        self._step(1)

    def action_previous_pane(self) -> None:
        """The pane before."""
        self._step(-1)

    def action_tab(self, step: int) -> None:
        """Another tab of the detail pane, wherever the focus is."""
        self.query_one(DetailPane).move_tab(step)

    def action_zoom(self) -> None:
        """Fill the window with the pane in focus; again: back."""
        self.zoomed = not self.zoomed
        self.set_class(self.zoomed, "-zoom")

    def step_back(self) -> bool:
        """One step back: filter, zoom, then to the instances. False at the top."""
        if self.pane(self.pane_name).clear_filter():
            return True
        if self.zoomed:
            self.action_zoom()
            return True
        if self.pane_name != "instances":
            self.action_pane("instances")
            return True
        return False

    def on_key(self, event: events.Key) -> None:
        """Say where a printable key works that no widget took and that is bound to nothing here."""
        if event.is_printable and event.character and event.key not in self.active_bindings:
            name = event.character.strip() or event.key
            if words := elsewhere(name, frozenset((event.key, event.character)), self.look.keymap):
                self.say(words)

    # the selection

    def sync_selection(self) -> None:
        """Select what the cursors show. They are the truth: they are what the operator sees."""
        pane = self.query_one(InstancesPane)
        pane.apply_filter()
        if self.session:
            self.session.service.mark(pane.marked)
        self.on_instances_pane_selected()
        self.on_jobs_pane_selected()

    def on_row_table_marks_changed(self) -> None:
        """The marks of the instance table: the hint of a sync says how many."""
        if self.session:
            self.session.service.mark(self.query_one(InstancesPane).marked)
        self.draw_bars()

    def on_instances_pane_selected(self) -> None:
        """Another instance: its data is read as soon as the cursor rests."""
        key = self.query_one(InstancesPane).cursor
        if self.session and key != self.store.state.selected:
            self.session.service.select(key)
            self.session.poller.selected()
            self.draw_bars()

    def on_jobs_pane_selected(self) -> None:
        """Another job: its log."""
        job_id = self.query_one(JobsPane).cursor
        if self.session and job_id:
            self.session.service.select_job(job_id)

    def on_instances_pane_visible(self, event: InstancesPane.Visible) -> None:
        """Counters are read for the rows on the screen."""
        if self.session:
            self.session.poller.set_visible(event.keys)

    def on_instances_pane_opened(self) -> None:
        """Enter on an instance: its detail."""
        self.action_pane("detail")

    def on_jobs_pane_log_wanted(self) -> None:
        """To the log, from the jobs or the instances."""
        if self.may("jobs.log"):
            self.action_pane("log")

    on_instances_pane_log_wanted = on_jobs_pane_log_wanted

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
        self.query_one(FooterBar).draw(self.key_place, state, now, self.look.keymap, self.sync.possible())

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

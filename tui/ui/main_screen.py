"""The main screen: three panes and a log, mirrored from the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkType

from tui.actions import Place, elsewhere, where_it_works, works_at
from tui.config import CustomCommand
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service import Outcome
from tui.session.session import OpenSession, Profiles, Session
from tui.state.instance_rows import Row, RowFilter
from tui.state.preferences import Preferences
from tui.state.store import State, Store
from tui.ui.bottom_line import BottomLine
from tui.ui.desk import Desk
from tui.ui.features import Features
from tui.ui.idle import idle_watch
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.health_line import HealthLine
from tui.ui.instances.pane import InstancesPane
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.look import Look, look_of
from tui.ui.mirroring import Mirroring
from tui.ui.panes import Panes
from tui.ui.status_bar import FooterBar, StatusBar

T = TypeVar("T")
QUIT_AFTER = 1.0
"""Seconds after a step back before the same key quits: pressed for one step too many, it would end in the shell."""
TICK = 1.0
"""Seconds between two looks at the clock; only what reads differently is painted."""


class MainScreen(Screen[None], inherit_bindings=False):
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
        profiles: Profiles | None,
        preferences: Preferences,
        *,
        copy_text: Callable[[str], Awaitable[str]],
        show_title: Callable[[str], None],
        use_keymap: Callable[[Mapping[str, str]], None],
        fail: Callable[[Exception], None],
        commands: Sequence[CustomCommand] = (),
    ) -> None:
        """`copy_text` puts a text on the clipboard and says where it went; `show_title` sets the title of the window.

        `use_keymap` sets the operator's keys; `fail` ends the console for a bug; `commands` are the operator's own.
        """
        super().__init__()
        self.store = store
        self.preferences = preferences
        self._clock = clock
        self._bars = StatusBar(id="status"), FooterBar(id="footer")
        self._stepped_back = -QUIT_AFTER
        self._line = BottomLine(self, store, self.now)
        self.desk = Desk(self)
        self.panes = Panes(self)
        self.mirroring = Mirroring(self, self, store, self.panes, show_title)
        self.features = Features(
            self.desk,
            self,
            self.panes,
            store,
            open_session,
            profiles,
            connected=self._connected,
            clear=self._clear,
            copy_text=copy_text,
            use_keymap=use_keymap,
            fail=fail,
            commands=commands,
        )

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    @property
    def session(self) -> Session | None:
        """The session with the API, when there is one."""
        return self.features.connector.session

    def compose(self) -> ComposeResult:
        """Status, states, panes, key hints; and the one line of a window that is too small."""
        status, footer = self._bars
        yield status
        yield HealthLine(id="health")
        with Horizontal(id="panes"):
            yield InstancesPane(self.preferences, id="instances").data_bind(
                state=MainScreen.mirror, now=MainScreen.moment, rows=MainScreen.rows
            )
            with Vertical(id="right"):
                for pane in (
                    DetailPane(self.features.tabs, id="detail"),
                    self.features.jobs_pane(),
                    self.features.log_pane(self._step_job),
                ):
                    yield pane.data_bind(state=MainScreen.mirror, now=MainScreen.moment)
        yield footer
        yield Static("This window is too small: 40 x 10 is the minimum.", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Mirror the store from now on."""
        self.features.connector.drawn.set()
        self._stop_listening = self.store.subscribe(self.mirroring.changed)
        if watch := idle_watch(self.app):
            watch.listen(lambda now: self.session.poller.rows.make_room() if self.session else None)
        self.set_interval(TICK, self.mirroring.tick)
        self.watch(self.panes.instances, "order", self.preferences.remember, init=False)
        self.watch(self.panes.instances, "wanted", self._show_chosen, init=False)
        self.watch(self.panes.detail, "tab", self.panes.fit, init=False)
        self.tick()
        self.action_pane("instances")

    def on_screen_resume(self) -> None:
        """Connect when all that is known is on the screen, if it was not begun before."""
        connector = self.features.connector
        if connector.begun:
            return
        if self.mirroring.unfinished:
            self.call_after_refresh(self.on_screen_resume)
        elif self.store.state.fleet.value is None:
            connector.begin()
        else:
            self.call_after_refresh(connector.begin)

    async def on_unmount(self) -> None:
        """Stop polling and close the connections."""
        self._stop_listening()
        await self.features.connector.close()

    def _connected(self, session: Session) -> None:
        """Tell the poller of a new session what is on the screen, and show its logs."""
        session.poller.set_visible(self.panes.instances.keys_on_screen())
        session.poller.log.changed = self.panes.log.show_tail
        self.panes.log.show_tail(session.poller.log.tail)

    def _clear(self) -> None:
        """Take the account that was shown off the screen."""
        self.tick()
        self.panes.log.show_tail(None)
        self.panes.instances.clear_filter()

    # the panes

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Another pane may have the focus now."""
        if self.panes.focused(event.widget):
            self.draw_bars()

    def on_title_rule_clicked(self, event: TitleRule.Clicked) -> None:
        self.panes.clicked(event.rule)

    def action_pane(self, name: str) -> None:
        self.panes.go(name)

    def action_next_pane(self) -> None:
        self.panes.step(1)

    def action_previous_pane(self) -> None:
        self.panes.step(-1)

    def action_tab(self, step: int) -> None:
        """Another tab of the detail pane, wherever the focus is."""
        self.panes.detail.move_tab(step)

    def action_zoom(self) -> None:
        self.panes.zoom()

    def action_back(self, may_quit: bool) -> None:
        """One step back; `q` quits at the top, and asks only while a write is in flight."""
        if self.panes.step_back():
            self._stepped_back = self.now()
        elif may_quit:
            if 0 <= self.now() - self._stepped_back < QUIT_AFTER:
                self.say(f"At the top. {self.look.key('app.back')} again quits.")
            else:
                self.features.leaving.quit()

    def on_key(self, event: events.Key) -> None:
        """Say where a printable key works that no widget took and that is bound to nothing here.

        Not below a view that was opened meanwhile: what is bound here is that of a widget without the focus.
        """
        if self.app.screen is not self:
            return
        if event.is_printable and event.character and event.key not in self.active_bindings:
            name = event.character.strip() or event.key
            if words := elsewhere(name, frozenset((event.key, event.character)), self.look.keymap):
                self.say(words)

    # the selection

    def _step_job(self, step: int) -> bool | None:
        """Select the job that is one newer (1) or older (-1): whether there is one, None without a job."""
        self.sync_selection()
        table = self.panes.jobs.body()
        before = table.cursor_key
        table.action_cursor_up() if step > 0 else table.action_cursor_down()
        self.sync_selection()
        return None if before is None else table.cursor_key != before

    def sync_selection(self) -> None:
        """Select what the cursors show. They are the truth: they are what the operator sees."""
        pane = self.panes.instances
        pane.apply_filter()
        if self.session:
            self.session.service.mark(pane.marked)
        self.on_instances_pane_selected()
        self.on_jobs_pane_selected()

    def on_row_table_marks_changed(self) -> None:
        """The marks of the instance table: the hint of a sync says how many."""
        if self.session:
            self.session.service.mark(self.panes.instances.marked)
        self.draw_bars()

    def on_instances_pane_selected(self) -> None:
        """Another instance: its data is read as soon as the cursor rests."""
        key = self.panes.instances.cursor
        if self.session and key != self.store.state.selected:
            self.session.service.select(key)
            self.session.poller.selected()
            self.draw_bars()

    def on_jobs_pane_selected(self) -> None:
        """Another job: its log."""
        job_id = self.panes.jobs.cursor
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
        if self.desk.can("jobs.log"):
            self.action_pane("log")

    on_instances_pane_log_wanted = on_jobs_pane_log_wanted

    # the store, downwards

    def now(self) -> float:
        """Epoch seconds: of the server as soon as there is one."""
        return self.session.service.clock() if self.session else self._clock()

    def tick(self) -> None:
        """Mirror the store as of now; only what reads differently is painted."""
        self.mirroring.show_now()

    def _show_chosen(self, wanted: RowFilter) -> None:
        self.query_one(HealthLine).show_chosen(wanted.group)

    def on_health_line_picked(self, event: HealthLine.Picked) -> None:
        """A click on a state: only the instances in it; again: all."""
        self.panes.instances.show_group(event.word)

    def watch_mirror(self, old: State, new: State) -> None:
        """A refused token is asked for again."""
        self.features.connector.state_changed(old, new)

    def draw_bars(self, *, exact: bool = True) -> None:
        """Bring the status bar and the hints up to date; `exact` when the operator did something."""
        state, now = self.store.state, self.now()
        status, footer = self._bars
        if not status.is_mounted or not footer.is_mounted:
            return  # a reply that comes while the screen is being left
        status.draw(state, now, exact=exact)
        footer.draw(self.panes.place, state, now, self.look.keymap, self.features.sync.possible())

    def on_resize(self) -> None:
        """The bars are laid out for their width, the panes for what their width makes of what is in them."""
        self.call_after_refresh(self.panes.fit)
        self.call_after_refresh(self.draw_bars)

    # what the desk asks of the screen

    def action_run(self, action_id: str) -> None:
        """The one door of every action of a feature: selection in step, the reason when it cannot run, then it."""
        if self.desk.can(action_id) and (work := self.features.actions[action_id]()):
            self.desk.start(work, name=action_id)

    def action_custom(self, action_id: str) -> None:
        """A key of one of the operator's own commands: where it works, the command; else where it works."""
        action = self.look.action(action_id)
        if works_at(action, self.panes.place):
            self.action_run(action_id)
        else:
            self.say(where_it_works(action, self.look.keymap))

    def say(self, words: str) -> None:
        """Show one line to the operator; an empty one brings the key hints back."""
        self._line.say(words)

    def show_error(self, error: AppError) -> None:
        """Show an error to the operator."""
        self._line.error(error)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what became of an action."""
        self._line.outcome(outcome)

    async def ask(self, dialog: Screen[T]) -> T | None:
        """Open a dialog or a view, and wait for its result."""
        return await self.app.push_screen_wait(dialog)

    def start(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str, exclusive: bool, name: str
    ) -> Worker[None]:
        """Call a coroutine function in the background; it ends with the console."""
        running: WorkType[None] = work
        return self.run_worker(running, name=name, group=group, exclusive=exclusive)

    def reveal(self, key: InstanceKey) -> None:
        """Move the cursor to an instance, where filter and namespace let it be seen."""
        self.tick()  # its row may not be in the table yet
        self.panes.instances.body().move_to(key)

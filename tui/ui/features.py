"""What the main screen is composed of: every feature, with what it needs of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec.structs import replace
from textual.screen import Screen

from tui.config import CustomCommand
from tui.models import Item
from tui.session.session import OpenSession, Profiles, Session
from tui.state.instance_rows import Order
from tui.state.store import Store
from tui.text import plural
from tui.ui.batches import Batches
from tui.ui.configure.create import CreateInstance
from tui.ui.configure.modify import ModifyInstance
from tui.ui.connection.connector import Connector
from tui.ui.connection.leaving import Leaving
from tui.ui.connection.profiles import ProfileSwitch
from tui.ui.connection.store_token import StoreToken
from tui.ui.copying.copying import Copying
from tui.ui.copying.saving import SaveTable
from tui.ui.custom.commands import CustomCommands
from tui.ui.desk import Desk
from tui.ui.detail_tab import DetailTab
from tui.ui.help.help import Help
from tui.ui.idle import idle_watch
from tui.ui.instances.compare import CompareInstances
from tui.ui.instances.delete import DeleteInstance
from tui.ui.instances.pause import PauseInstance
from tui.ui.instances.purge import PurgeCache
from tui.ui.instances.sort import COLUMN_NOTES, SYNONYMS, SortInstances
from tui.ui.instances.sync import SyncInstances
from tui.ui.items.items import Items
from tui.ui.items.reads import ItemReads
from tui.ui.jobs.cancel import CancelJob
from tui.ui.jobs.older import OlderJobs
from tui.ui.jobs.pane import JobsPane
from tui.ui.jobs.show_facts import JobFacts
from tui.ui.lab.coverage import CoverInstance
from tui.ui.lab.evaluations import Evaluations
from tui.ui.lab.judge import JudgeQuery
from tui.ui.lab.why import AskWhy
from tui.ui.log.actions import LogActions
from tui.ui.log.goto import GoTo, check_line, check_time
from tui.ui.log.pane import LogPane
from tui.ui.log.whole import WholeLogs
from tui.ui.namespaces.namespaces import Namespaces
from tui.ui.palette.offer import ALL, Command, commands
from tui.ui.palette.palette import CommandPalette
from tui.ui.panes import Panes
from tui.ui.requests.requests import Requests
from tui.ui.search.search import Search
from tui.ui.terminal.dump import run_on_terminal, show_in_pager, show_on_terminal
from tui.ui.terminal.editor import edit
from tui.ui.terminal.mouse import Mouse
from tui.ui.textual_fixes import switch_mouse
from tui.ui.tokens.tokens import Tokens

PLACES_OF_A_LOG = (
    Command("line", "NUMBER or 50%", "Go to a line of the log, or to a part of it.", check=check_line),
    Command("time", "14:05", "Go to the first log line at or after a time; a date may go before it.", check=check_time),
)
Act = Callable[[], Coroutine[Any, Any, None] | None]
"""What a key does: at once, or as a coroutine that runs in the background."""


class Features:
    """Makes the features once. A new one is a folder, an action row, and a line here."""

    def __init__(
        self,
        desk: Desk,
        screen: Screen[None],
        panes: Panes,
        store: Store,
        open_session: OpenSession,
        profiles: Profiles | None,
        *,
        connected: Callable[[Session], None],
        clear: Callable[[], None],
        copy_text: Callable[[str], Awaitable[str]],
        use_keymap: Callable[[Mapping[str, str]], None],
        fail: Callable[[Exception], None],
        commands: Sequence[CustomCommand] = (),
    ) -> None:
        """`connected` is called with every new session; `clear` takes the old account off the screen."""
        self._desk, self._screen, self._panes, self._store, self._accounts = desk, screen, panes, store, profiles
        self.connector = Connector(
            desk,
            store,
            open_session,
            connected=connected,
            reload=panes.reload_tab,
            fail=fail,
            leave=self._leave,
            choose_account=profiles.choose_account if profiles else lambda account_id: None,
        )
        self._profiles = ProfileSwitch(
            desk,
            store,
            self.connector,
            profiles,
            workers=lambda: tuple(screen.workers),
            suspend=lambda: screen.app.suspend(),
            clear=clear,
            use_keymap=use_keymap,
        )
        self.leaving = Leaving(desk, self._leave, self.connector)
        self.copying, self.saving = Copying(desk, copy_text), SaveTable(desk)
        self._sort = SortInstances(desk, lambda: panes.instances.order, self._put_order)
        self._batches, self._why = Batches(desk), AskWhy(desk)
        self.sync, self._modify = SyncInstances(desk, self._batches), ModifyInstance(desk, self._edit)
        self._items = Items(desk, self._batches, self._reload_items, self._why.of_item, self._modify.add_rules)
        self.actions = self._all(desk, commands)

    def _all(self, desk: Desk, own: Sequence[CustomCommand]) -> Mapping[str, Act]:
        """What each action does that a feature carries out, by the action's id."""
        screen, panes = self._screen, self._panes
        return actions_of(
            self.connector,
            self._profiles,
            self._batches,
            self.sync,
            self._sort,
            self._items,
            self._palette(desk),
            CancelJob(desk),
            CompareInstances(desk),
            CoverInstance(desk, self._items.open_by_key),
            CustomCommands(desk, own, self._item, lambda argv: run_on_terminal(screen.app, argv), self._touches),
            CreateInstance(desk, self.connector.read_again),
            DeleteInstance(desk),
            Evaluations(desk, self._items.open_by_key, self._why.explain, self._cancel),
            Help(desk, lambda: panes.place, self.copying.text, self._command_words),
            self._modify,
            Mouse(desk, lambda: switch_mouse(screen.app)),
            Namespaces(desk),
            PauseInstance(desk),
            PurgeCache(desk),
            Requests(desk, self.copying.text),
            StoreToken(desk, self._accounts, self._token_stored),
            Tokens(desk),
        )

    def _palette(self, desk: Desk) -> CommandPalette:
        """The command palette, with what its commands do."""
        panes = self._panes
        goto = GoTo(desk, lambda: panes.log, lambda: panes.go("log"))
        run: dict[str, Callable[[str], None]] = {
            "ns": lambda name: desk.service.narrow(None if name == ALL else name),
            "sort": self._sort.by,
            "filter": lambda text: panes.instances.filter_by(text),
            "profile": self._profiles.switch,
            "line": goto.line,
            "time": goto.time,
            "set": self._modify.set_field,
            "q": lambda _: self.leaving.quit(),
        }
        places = lambda: (panes.place, panes.name)  # noqa: E731
        return CommandPalette(desk, self._screen, places, self._commands, run, panes.bring_up)

    def _command_words(self) -> Sequence[tuple[str, str]]:
        """Every command as it is typed, and what it does."""
        return [(f":{one.line(one.value)}", one.help) for one in self._commands()]

    def _commands(self) -> Sequence[Command]:
        """The commands with the values that exist now."""
        state = self._desk.state
        counts = Counter(one.key.namespace for one in state.fleet.value or ())
        names = dict.fromkeys([*(one.name for one in state.namespaces.value or ()), *counts])
        namespaces = {name: plural(counts[name], "instance") for name in names}
        blocked = self._desk.look.action("instance.modify").why_not(state, self._desk.now)
        setting = Command(
            "set",
            "FIELD VALUE",
            "Change one field of the instance: chunk_size 512.",
            complete=self._modify.completions,
            check=self._modify.check,
            blocked=blocked,
        )
        more = (setting, *PLACES_OF_A_LOG)
        return commands(namespaces, COLUMN_NOTES, self._profiles.notes(), *more, of_columns=SYNONYMS)

    # what panes are made with

    def tabs(self) -> Iterator[DetailTab]:
        """New tabs of the detail pane, all but the first; what they need is loaded now."""
        from tui.ui.instances.text_tabs import ConfigTab, JsonTab
        from tui.ui.items.tab import ItemsTab
        from tui.ui.search.tab import SearchTab

        desk = self._desk
        yield ConfigTab()
        yield ItemsTab(desk, self._items, ItemReads(desk, self._cancel))
        search = Search(desk, self._cancel, self._items.open_by_key, self._why.of_query, JudgeQuery(desk).add)
        yield SearchTab(desk, search)
        yield JsonTab()

    def jobs_pane(self) -> JobsPane:
        """The pane of the jobs."""
        return JobsPane(OlderJobs(self._desk), JobFacts(self._desk, self.copying.text), id="jobs")

    def log_pane(self, step_job: Callable[[int], bool | None]) -> LogPane:
        """The log pane, with what its keys do outside of it. `step_job` selects a newer (1) or older (-1) job."""
        app = self._screen
        actions = LogActions(
            self._desk,
            step_job=step_job,
            show_on_terminal=lambda text: show_on_terminal(app.app, text),
            show_in_pager=lambda text: show_in_pager(app.app, text),
            copy=self.copying.text,
        )
        connector = self.connector
        whole = WholeLogs(
            self._desk, lambda *log: connector.session.poller.log.whole(*log) if connector.session else None
        )
        return LogPane(actions, whole, id="log")

    # what features ask of the screen

    def _leave(self, code: int) -> None:
        self._screen.app.exit(return_code=code)

    def _touches(self) -> int:
        watch = idle_watch(self._screen.app)
        return watch.touches if watch else 0

    def _edit(self, text: str, name: str) -> str:
        return edit(self._screen.app, text, name)

    def _token_stored(self, source: str) -> None:
        state = self._desk.state
        self._store.update(identity=replace(state.identity, token_source=source))

    def _cancel(self, group: str) -> None:
        self._screen.workers.cancel_group(self._screen, group)

    def _put_order(self, order: Order) -> None:
        self._panes.instances.order = order

    def _item(self) -> Item | None:
        """The item under the cursor of the items tab."""
        from tui.ui.items.tab import ItemsTab

        rows = [tab.table.cursor_row for tab in self._panes.detail.tabs if isinstance(tab, ItemsTab)]
        return rows[0].item if rows and rows[0] else None

    def _reload_items(self) -> None:
        """Items were changed: read again what shows them."""
        from tui.ui.full_view import FullView
        from tui.ui.items.fleet_triage import FleetTriageView

        self._panes.detail.reload("items")
        for screen in self._screen.app.screen_stack:
            if isinstance(screen, FleetTriageView):
                screen.items_changed()
            elif isinstance(screen, FullView) and screen.PLACE in ("item", "triage"):
                screen.action_refresh()


class _Feature(Protocol):
    @property
    def actions(self) -> Mapping[str, Act]: ...


def actions_of(*features: _Feature) -> Mapping[str, Act]:
    """The actions of all features, by id."""
    return {action_id: act for feature in features for action_id, act in feature.actions.items()}

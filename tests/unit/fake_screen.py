"""A main screen that only records: features are tested on a real Desk and a real service, without an app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from msgspec.structs import replace
from textual.screen import Screen
from textual.worker import Worker

from tests.unit.build import NOW
from tests.unit.fake_api import FakeApi, Server
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service import Outcome, Service
from tui.service.audit import Audit
from tui.session.session import Session
from tui.state.store import Connection, Link, State, Store
from tui.ui.desk import Desk
from tui.ui.features import actions_of
from tui.ui.look import Look
from tui.ui.themes import THEMES, palette


class FakeScreen:
    """Fulfils `DeskScreen`. `answer(dialog)` says what the operator does in the dialog that was opened."""

    def __init__(self, folder: Path, state: State, server: Server | None = None) -> None:
        self.server = server or Server(instances=list(state.fleet.value or ()))
        self.server.latency = 0.0
        self.store = Store(replace(state, connection=Connection(Link.LIVE)))
        service = Service(FakeApi(self.server), self.store, self.now, Audit(folder / "audit.jsonl", self.now))
        self.refreshed = 0
        self.session = cast("Session | None", SimpleNamespace(service=service, poller=self))
        self.desk = Desk(self)
        self.said: list[str] = []
        self.errors: list[AppError] = []
        self.outcomes: list[Outcome] = []
        self.dialogs: list[Screen[Any]] = []
        self.shown: list[tuple[str, tuple[Any, ...]]] = []
        """What dialogs were given to show: the name of their method, and its arguments."""
        self.revealed: list[InstanceKey] = []
        self.answer: Callable[[Any], Any] = lambda dialog: None
        self.started: list[asyncio.Task[None]] = []

    look = Look(palette(THEMES[0]))

    def now(self) -> float:
        return NOW

    def say(self, words: str) -> None:
        self.said.append(words)

    def show_error(self, error: AppError) -> None:
        self.errors.append(error)

    def show_outcome(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def sync_selection(self) -> None:
        """The selection is what the test put into the state."""

    def refresh_instance(self) -> None:
        """As the poller does after a write."""
        self.refreshed += 1

    def reveal(self, key: InstanceKey) -> None:
        self.revealed.append(key)

    async def ask(self, dialog: Screen[Any]) -> Any:
        """The operator looks at the dialog after what was started beside it has ended, then answers."""
        dialog.call_after_refresh = lambda call, *values: self.shown.append((call.__name__, values))  # type: ignore
        self.dialogs.append(dialog)
        await self.idle(asyncio.current_task())
        answer = self.answer(dialog)
        return await answer if asyncio.iscoroutine(answer) else answer

    def start(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str, exclusive: bool, name: str
    ) -> Worker[None]:
        task = asyncio.ensure_future(work())
        self.started.append(task)
        return cast("Worker[None]", task)

    async def idle(self, *but: asyncio.Task[Any] | None) -> None:
        """Until all that was started has ended."""
        while pending := [task for task in self.started if not task.done() and task not in but]:
            await asyncio.wait(pending)

    async def run(self, feature: Any, action_id: str) -> None:
        """Press the key of an action: as the main screen does it, until all has ended."""
        if self.desk.can(action_id) and (work := actions_of(feature)[action_id]()):
            self.desk.start(work, name=action_id)
        await self.idle()

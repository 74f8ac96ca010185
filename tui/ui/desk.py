"""What a feature may ask of the console: its state, its service, a question to the operator, and a way to answer.

Every feature gets the one Desk in its constructor. It knows no pane and no feature, so that a test gives it a screen
that only records.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol, TypeVar
from weakref import finalize

from textual.screen import Screen
from textual.worker import Worker

from tui.errors import AppError, NotConnected
from tui.models import InstanceKey
from tui.service import Outcome, Service
from tui.session.session import Session
from tui.state.store import Listener, State, Store
from tui.ui.look import Look

T = TypeVar("T")
Facts = tuple[tuple[str, str], ...]
"""Label and value of what a dialog is about."""


class DeskScreen(Protocol):
    """What the Desk needs of the main screen."""

    store: Store

    @property
    def session(self) -> Session | None:
        """The session with the API, when there is one."""
        ...

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        ...

    def now(self) -> float:
        """Epoch seconds."""
        ...

    def say(self, words: str) -> None:
        """Show one line to the operator."""
        ...

    def show_error(self, error: AppError) -> None:
        """Show an error to the operator."""
        ...

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what became of a write."""
        ...

    def sync_selection(self) -> None:
        """Select what the cursors show."""
        ...

    def reveal(self, key: InstanceKey) -> None:
        """Move the cursor to an instance."""
        ...

    def ask(self, dialog: Screen[T]) -> Awaitable[T | None]:
        """Open a screen and wait for its result."""
        ...

    def start(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str, exclusive: bool, name: str
    ) -> Worker[None]:
        """Call a coroutine function in the background."""
        ...


class Desk:
    """The joints between a feature and the rest of the console."""

    def __init__(self, screen: DeskScreen) -> None:
        self._screen = screen

    @property
    def state(self) -> State:
        """All that is known now. Read it before the first await: a key acts on what was selected then."""
        return self._screen.store.state

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(old, new)` at every change of the state; returns what ends it."""
        return self._screen.store.subscribe(listener)

    @property
    def service(self) -> Service:
        """The use cases. Raises NotConnected while there is no session."""
        if self._screen.session is None:
            raise NotConnected("Not connected", "There is no session yet.", "Wait for the status bar to say LIVE.")
        return self._screen.session.service

    @property
    def now(self) -> float:
        """Epoch seconds."""
        return self._screen.now()

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal, and the operator's keys."""
        return self._screen.look

    def say(self, words: str | Outcome) -> None:
        """Show one line to the operator, until the next key; an outcome is kept in the list of errors and outcomes."""
        self._screen.show_outcome(words) if isinstance(words, Outcome) else self._screen.say(words)

    def record_error(self, error: AppError, where: str) -> None:
        """Keep an error in the list of errors, without showing it: the view it belongs to shows it itself."""
        if self._screen.session:
            self._screen.session.service.notice(where, error)

    def show_error(self, error: AppError, where: str) -> None:
        """Show an error, and keep it in the list of errors."""
        self.record_error(error, where)
        self._screen.show_error(error)

    def can(self, action_id: str) -> bool:
        """Whether the action can run now on what the cursors show; says why when it cannot."""
        self._screen.sync_selection()
        if why := self.look.action(action_id).why_not(self.state, self.now):
            self.say(why)
        return not why

    async def ask(self, dialog: Screen[T]) -> T | None:
        """Open a dialog or a view and wait for its result, which is None when it was cancelled."""
        return await self._screen.ask(dialog)

    async def write(
        self, call: Callable[[], Awaitable[Outcome]], *, shows_error: bool = False, shows_outcome: bool = False
    ) -> AppError | None:
        """Run a write, show its outcome, and read the instance again; the error when it failed.

        `shows_error` and `shows_outcome` say that the view that asked shows the one or the other by itself: a form that
        still holds what was typed, the window of a batch. An error is kept in the list of errors all the same.
        """
        try:
            outcome = await call()
        except AppError as error:
            self.record_error(error, "write") if shows_error else self.show_error(error, "write")
            return error
        finally:
            if self._screen.session:
                self._screen.session.poller.refresh_instance()
        if not outcome.certain:
            self.record_error(AppError(outcome.title, outcome.detail), "write")
        if not shows_outcome:
            self._screen.show_outcome(outcome)
        return None

    def start(
        self, work: Coroutine[Any, Any, None], group: str = "action", *, exclusive: bool = False, name: str = ""
    ) -> Worker[None]:
        """Run a coroutine in the background; an AppError that it raises is shown.

        `exclusive` cancels what runs in the same group: for reads that a newer one replaces, never for writes.
        """
        where = name or group
        worker = self._screen.start(partial(self._shown, work, where), group, exclusive, where)
        finalize(worker, work.close).atexit = False  # one that is cancelled before its first step is never awaited
        return worker

    async def _shown(self, work: Coroutine[Any, Any, None], where: str) -> None:
        try:
            await work
        except AppError as error:
            self.show_error(error, where)

    def facts(self, key: InstanceKey) -> Facts:
        """The target of a write as every dialog names it: account, namespace, instance."""
        return (("Account", self.state.identity.account), ("Namespace", key.namespace), ("Instance", key.id))

    def reveal(self, key: InstanceKey) -> None:
        """Move the cursor of the instance table to an instance."""
        self._screen.reveal(key)

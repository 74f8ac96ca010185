"""The session: opened with a token found or typed in, refreshed, paused, left."""

from __future__ import annotations

import asyncio

from tui.errors import AppError, CredentialError, Unauthorized
from tui.state.store import Connection, Link, State
from tui.ui.base import ConsoleScreen
from tui.ui.connection.token import TokenAnswer, TokenScreen
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.kit.dialog import Confirm, Question


class Connecting(ConsoleScreen):
    """Owns the session. What is on the screen stays while another token is asked for."""

    begun = False
    """Whether it was connected, or tried, at least once."""

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.drawn = asyncio.Event()
        """Set once the panes are there."""

    def connect(self, answer: TokenAnswer | None = None) -> None:
        """Open a session, with the token that was typed in or the one that is found. The panes need not be there."""
        self.begun = True
        self.run_worker(self._connect(answer or TokenAnswer()), group="connect", exclusive=True, name="connect")

    async def _connect(self, answer: TokenAnswer) -> None:
        old, self.session = self.session, None
        if old:
            await old.aclose()
        self.store.update(connection=Connection(Link.CONNECTING))
        problem = None
        try:
            self.session = await self.open_session(answer.token, answer.demo)
            self.session.poller.start(self.fail)
        except AppError as error:
            problem = error
        await self.drawn.wait()
        if problem:
            self._refused(problem)
        else:
            self.connected()

    def _refused(self, error: AppError) -> None:
        """No session: ask for another token where that may help."""
        if isinstance(error, CredentialError):
            self.store.update(connection=Connection(Link.NO_TOKEN, error))
            self.ask_token(error)
        elif isinstance(error, Unauthorized):
            self.store.update(connection=Connection(Link.REFUSED, error))
            self.ask_token(error)
        else:
            self.store.update(connection=Connection(Link.OFFLINE, error))
            self.tell(error, "connect")

    def ask_token(self, why: AppError | None) -> None:
        """Ask for a token. With data on the screen it stays; without, cancelling quits."""
        again = self.switched or self.store.state.fleet.value is not None
        if isinstance(self.app.screen, TokenScreen):
            return

        def answered(answer: TokenAnswer | None) -> None:
            if answer:
                self.connect(answer)
            elif not again:
                self.app.exit(return_code=3)

        self.app.push_screen(TokenScreen(why, again=again), answered)

    def look_for_refusal(self, old: State, new: State) -> None:
        """A token that is refused while the console runs: ask for another, once."""
        refused = new.connection.link is Link.REFUSED and old.connection.link is not Link.REFUSED
        if refused and self.session and isinstance(new.connection.error, Unauthorized):
            self.ask_token(new.connection.error)

    def action_refresh(self) -> None:
        """Read everything on the screen again; with a refused token, ask for another."""
        link = self.store.state.connection.link
        if self.session is None or link is Link.REFUSED:
            self.connect() if self.session is None else self.ask_token(self.store.state.connection.error)
            return
        self.session.poller.refresh()
        self.query_one(DetailPane).shown.reload()
        self.say("Refreshing.")

    def action_toggle_polling(self) -> None:
        """Stop all polling, or go on."""
        if self.session:
            self.session.poller.pause(not self.store.state.paused)

    def action_back(self, may_quit: bool) -> None:
        """One step back; `q` quits at the top, and asks only while a write is in flight."""
        if not self.step_back() and may_quit:
            self.quit()

    def quit(self) -> None:
        """Leave; asks while a write is in flight."""
        if not self.store.state.busy:
            self.app.exit(return_code=self.exit_code)
            return
        question = Question("Quit", (), "A write is still on its way: its outcome would not be seen.", "Quit")
        self.app.push_screen(Confirm(question), lambda yes: self.app.exit() if yes is not None else None)

    @property
    def exit_code(self) -> int:
        """What a shell is told: 3 without a usable token, 4 when the API was never reached, else 0."""
        state = self.store.state
        if state.fleet.value is not None:
            return 0
        return {Link.NO_TOKEN: 3, Link.REFUSED: 3, Link.OFFLINE: 4}.get(state.connection.link, 0)

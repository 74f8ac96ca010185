"""The session with the API: opened with a token found or typed in, refreshed, paused, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.errors import AccountUnchosen, AppError, CredentialError, Unauthorized
from tui.service import Outcome
from tui.session.session import OpenSession, Session
from tui.state.store import Connection, Link, State, Store
from tui.text import one_line
from tui.ui.connection.token import TokenAnswer, TokenScreen
from tui.ui.desk import Desk
from tui.ui.kit.pick import Choice, Pick

WORKERS = "connect"
"""The group of the workers that open a session: a newer one replaces the one before."""


class Connector:
    """Owns the session. What is on the screen stays while another token is asked for."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        open_session: OpenSession,
        *,
        connected: Callable[[Session], None],
        reload: Callable[[], None],
        fail: Callable[[Exception], None],
        leave: Callable[[int], None],
        choose_account: Callable[[str], None],
    ) -> None:
        """`connected` is called with every new session, `reload` reads again what only the shown tab shows.

        `fail` ends the console for a bug of the poller; `leave` ends it with an exit code; `choose_account` is told
        which of several accounts is wanted.
        """
        self.desk = desk
        self.session: Session | None = None
        self.begun = False
        """Whether it was connected, or tried, at least once."""
        self.keeps_screen = False
        """Whether there is something to go back to when no token is given."""
        self.drawn = asyncio.Event()
        """Set once the panes are there."""
        self._store = store
        self._open_session = open_session
        self._connected = connected
        self._reload = reload
        self._fail = fail
        self._leave = leave
        self._choose_account = choose_account
        self._asking = False
        self._refreshing = False
        self._offers = False
        """Whether the token was typed in, and storing it is to be offered once it is known to work."""
        self._accounts: AccountUnchosen | None = None
        """The question which account is meant, while it waits for the operator's key."""
        self.actions = {"app.refresh": self.refresh, "app.polling": self.toggle_polling}

    def begin(self) -> None:
        """Connect, if that was not begun before."""
        if not self.begun:
            self.connect()

    def connect(self, answer: TokenAnswer | None = None, *, asked: bool = False) -> None:
        """Open a session, with the token that was typed in or the one that is found. The panes need not be there.

        `asked` says that the operator's key asked for it: then a question may open, else it waits for their key.
        """
        self.begun = True
        self.desk.start(self.open(answer or TokenAnswer(), asked=asked), WORKERS, exclusive=True)

    async def open(self, answer: TokenAnswer, *, asked: bool) -> None:
        """Close the session there is, and open another; asks for a token where that may help."""
        await self.close()
        self._accounts = None
        self._store.update(connection=Connection(Link.CONNECTING))
        problem = None
        try:
            self.session = await self._open_session(answer.token, answer.demo)
            self.session.poller.start(self._fail)
        except AppError as error:
            problem = error
        await self.drawn.wait()
        if problem:
            self._refused(problem, asked)
        elif self.session:
            self._offers = answer.token is not None
            self._connected(self.session)

    async def close(self) -> None:
        """Stop polling and close the connections."""
        old, self.session = self.session, None
        if old:
            await old.aclose()

    def _refused(self, error: AppError, asked: bool) -> None:
        """No session. A question opens in answer to a key, or as the first screen; else the status bar has its key."""
        refresh = self.desk.look.key("app.refresh")
        if isinstance(error, CredentialError | Unauthorized):
            link = Link.REFUSED if isinstance(error, Unauthorized) else Link.NO_TOKEN
            self._store.update(connection=Connection(link, error))
            if asked or self._nothing_shown:
                self.ask_token(error)
            else:
                self.desk.say(f"{error.title}. {refresh} enters a token.")
        elif isinstance(error, AccountUnchosen) and error.accounts:
            waits = AppError(f"This token can see {len(error.accounts)} accounts", "", f"{refresh} chooses one.")
            self._store.update(connection=Connection(Link.NO_ACCOUNT, waits))
            self._accounts = error
            if asked:
                self.desk.start(self._ask_account(error), "account")
            else:
                self.desk.say(f"{waits.title}: {waits.hint}")
        else:
            self._store.update(connection=Connection(Link.OFFLINE, error))
            self.desk.show_error(error, "connect")

    @property
    def _nothing_shown(self) -> bool:
        return self._store.state.fleet.value is None and not self.keeps_screen

    async def _ask_account(self, why: AccountUnchosen) -> None:
        """The link is fine: which account is a question. Without an answer it waits for another key."""
        choices = [Choice(account, one_line(name) or account, account) for account, name in why.accounts]
        chosen = await self.desk.ask(Pick(why.title, choices))
        if chosen:
            self._choose_account(chosen)
            self.connect(asked=True)

    def ask_token(self, why: AppError | None) -> None:
        """Ask for a token, once at a time. With data on the screen it stays; without, cancelling quits."""
        if not self._asking:
            self._asking = True
            self.desk.start(self._ask(why), "token")

    async def _ask(self, why: AppError | None) -> None:
        again = self.keeps_screen or self._store.state.fleet.value is not None
        try:
            answer = await self.desk.ask(TokenScreen(why, again=again))
        finally:
            self._asking = False
        if answer:
            self.connect(answer, asked=True)
        elif not again:
            self._leave(3)

    def state_changed(self, old: State, new: State) -> None:
        """A token that is refused while the console runs: a key asks for another. The end of a refresh."""
        refused = new.connection.link is Link.REFUSED and old.connection.link is not Link.REFUSED
        error = new.connection.error
        if refused and self.session and isinstance(error, Unauthorized) and self._nothing_shown:
            self.ask_token(error)
        elif refused and self.session and isinstance(error, Unauthorized):
            key = self.desk.look.key("app.refresh")
            self.desk.say(f"The token is refused. What is shown stays; {key} enters another.")
        if self._refreshing and new.fleet is not old.fleet:
            self._refreshing = False
            self.desk.say("")
        if self._offers and new.fleet.at and new.connection.link is Link.LIVE:
            self._offers = False
            key = self.desk.look.key("app.store-token")
            self.desk.say(Outcome("The token works", f"{key} stores it, so that it need not be typed again."))

    def refresh(self) -> None:
        """Read everything on the screen again; answer what the link waits for: a token, an account."""
        connection = self._store.state.connection
        if self._accounts:
            self.desk.start(self._ask_account(self._accounts), "account", exclusive=True)
        elif self.session is None:
            self.connect(asked=True)
        elif connection.link is Link.REFUSED:
            self.ask_token(connection.error)
        else:
            self.session.poller.refresh()
            self._reload()
            self._refreshing = True
            self.desk.say(f"Refreshing{self.desk.look.signs.ellipsis}")

    def read_again(self) -> None:
        """Read the fleet and what is selected again."""
        if self.session:
            self.session.poller.refresh()

    def toggle_polling(self) -> None:
        """Stop all polling, or go on."""
        if self.session:
            self.session.poller.pause(not self._store.state.paused)

    @property
    def exit_code(self) -> int:
        """What a shell gets: 3 without a usable token, 2 without an account, 4 without a reply of the API, else 0."""
        state = self._store.state
        if state.fleet.value is not None:
            return 0
        return {Link.NO_TOKEN: 3, Link.REFUSED: 3, Link.NO_ACCOUNT: 2, Link.OFFLINE: 4}.get(state.connection.link, 0)

"""What every part of the main screen may rely on; the parts are mixins, this is their common base."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from tui.errors import AppError
from tui.service import Outcome
from tui.session.session import OpenSession, Profiles, Session
from tui.state.preferences import Preferences
from tui.state.store import State, Store
from tui.ui.batches import Batches
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.look import Look, look_of
from tui.ui.parts import ScreenPart


class ConsoleScreen(ScreenPart):
    """Store and session, and the few things that a part asks of the whole. Each is defined by one part."""

    desk: Desk
    batches: Batches
    use_keymap: Callable[[Mapping[str, str]], None]
    fail: Callable[[Exception], None]
    store: Store
    session: Session | None
    open_session: OpenSession
    copy_text: Callable[[str], Awaitable[str]]
    pane_name: str
    profiles: Profiles | None
    preferences: Preferences
    switched = False
    """Whether the profile was changed: there is another one to go back to."""

    @property
    def state(self) -> State:
        """The current state."""
        return self.store.state

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    @property
    def key_place(self) -> str:
        """The pane in focus, or its tab where that has keys of its own: hints and help go by it."""
        raise NotImplementedError

    def now(self) -> float:
        """Epoch seconds."""
        raise NotImplementedError

    def say(self, words: str) -> None:
        """Tell the operator in one line."""
        raise NotImplementedError

    def tell(self, error: AppError, where: str) -> None:
        """Show an error, and keep it in the list of errors."""
        self.desk.show_error(error, where)

    def may(self, action_id: str) -> bool:
        """Whether the action can run now, on what the cursors show; says why when it cannot."""
        return self.desk.can(action_id)

    def _session(self) -> Session:
        _ = self.desk.service
        assert self.session
        return self.session

    def _ask(self, question: Question, write: Callable[[str], Awaitable[Outcome]]) -> None:
        """Show the dialog; on its button run the write in a worker of the group that is never exclusive."""

        async def ask() -> None:
            text = await self.desk.ask(Confirm(question))
            if text is not None:
                await self.desk.write(lambda: write(text))

        self.desk.start(ask(), name=question.title)

    def tell_unread(self, error: AppError, where: str) -> None:
        """Show the error of a read that the bottom line has announced: it does not go on reading."""
        self.tell(error, where)
        self.say(error.title)

    def sync_selection(self) -> None:
        """Select what the cursors show: a key may come before the message of the move before it."""
        raise NotImplementedError

    def connected(self) -> None:
        """A session was opened."""
        raise NotImplementedError

    def tick(self) -> None:
        """Mirror the store as of now."""
        raise NotImplementedError

    def draw_bars(self, *, exact: bool = True) -> None:
        """Bring the status bar and the hints up to date; `exact` when the operator did something."""
        raise NotImplementedError

    def profile_notes(self) -> dict[str, str]:
        """Names of the profiles, each with a note."""
        raise NotImplementedError

    def switch_profile(self, name: str) -> None:
        """Go to another profile."""
        raise NotImplementedError

    def quit(self) -> None:
        """Leave; asks while a write is in flight."""
        raise NotImplementedError

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        raise NotImplementedError

    def step_back(self) -> bool:
        """One step back on the screen; False at the top."""
        raise NotImplementedError

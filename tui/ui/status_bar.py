"""The two lines around the panes: status at the top, key hints or a word to the operator at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace
from rich.text import Text
from textual.timer import Timer

from tui.actions import ACTIONS, PLACES, Action, Place, keys_of
from tui.state.store import State
from tui.ui.bars import BUDGET_STEPS, hints, status
from tui.ui.idle import IdleWatch, idle_watch
from tui.ui.kit.line import Line
from tui.ui.look import look_of

MESSAGE_SECONDS = 8.0
READ_SECONDS = 1.0
"""A message that stood for so long goes with the next key: what it says may not be true any more."""
ALWAYS = ("app.help", "view.help", "app.palette", "app.back", "view.close")
"""How to learn more and how to get out: hinted in every window."""


def _named(action: Action, pane: str) -> Action:
    """`q` quits at the top; anywhere else it is a step back."""
    return replace(action, hint="back") if action.id == "app.back" and pane != Place.INSTANCES else action


def _rank(action: Action, pane: str) -> tuple[bool, ...]:
    """The keys of the pane itself before those that work everywhere; looking, then writing, there the other way."""
    own = action.place == pane
    return not own, action.id == "app.refresh", action.writes is own


class StatusBar(Line):
    """Who we are, the request budget, and how the link stands."""

    DEFAULT_CSS = "StatusBar { dock: top; background: $bar-background; }"
    _used = 0

    def draw(self, state: State, now: float, *, exact: bool) -> None:
        """Bring the bar up to the state. Without `exact`, polling alone redraws the budget in coarse steps only."""
        used = state.budget.used
        step = max(1, state.budget.limit // BUDGET_STEPS)
        if exact or used // step != self._used // step:
            self._used = used
        fresh = self._line(state, now)
        if fresh.plain != self.text.plain:  # it is painted anyway: say the number as it is
            self._used = used
            fresh = self._line(state, now)
        self.show(fresh)

    def _line(self, state: State, now: float) -> Text:
        return status(state, now, self.size.width - 1, look_of(self.app), self._used)


class FooterBar(Line):
    """Key hints of the pane in focus; for a while, a word to the operator instead."""

    DEFAULT_CSS = "FooterBar { dock: bottom; background: $bar-background; }"
    _message: Text | None = None
    _timer: Timer | None = None
    _said_at = 0.0
    _watch: IdleWatch | None = None
    _stop_listening: Callable[[], None] = staticmethod(lambda: None)
    _hints = Text()

    def on_mount(self) -> None:
        self._watch = idle_watch(self.app)
        if self._watch:
            self._stop_listening = self._watch.listen(self._touched)

    def on_unmount(self) -> None:
        self._stop_listening()

    def _touched(self, now: float) -> None:
        on_top = self.screen is self.app.screen  # a key in a dialog is not about what stands below it
        if self._message is not None and on_top and now - self._said_at >= READ_SECONDS:
            self.clear_message()

    @property
    def message(self) -> str:
        """What was said and still stands there; empty when it is the hints."""
        return self._message.plain.strip() if self._message else ""

    def draw(self, pane: str, state: State, now: float, keymap: Mapping[str, str], marked: int | None = None) -> None:
        """Bring the hints up to the state; `marked` is as in `hints`."""
        places = PLACES[Place(pane)].hinted
        own = [action for action in look_of(self.app).custom if action.place in (pane, *places)]
        nearest: dict[str, Action] = {}  # a key of the pane hides the screen's
        for action in (*own, *(action for place in places for action in ACTIONS if action.place is place)):
            nearest.setdefault(keys_of(action, keymap)[0], action)
        shown = [action for action in nearest.values() if action.hint and action.id not in ALWAYS]
        shown.sort(key=lambda action: _rank(action, pane))
        always = [_named(action, pane) for action in nearest.values() if action.id in ALWAYS]
        always.sort(key=lambda action: ALWAYS.index(action.id))
        self._hints = hints(shown, state, now, self.size.width, look_of(self.app), keymap, marked, always)
        if self._message is None:
            self.show(self._hints)

    def say(self, words: Text | str, *, stays: bool = False) -> None:
        """Show a line to the operator for some seconds, or until the next key, or something else is to be said.

        What `stays` is not taken away by the time: the outcome of an action is there when the operator looks again.
        """
        self._said_at = self._watch.now() if self._watch else 0.0
        self._message = Text(f" {words}") if isinstance(words, str) else Text.assemble(" ", words)
        self.show(self._message)
        if self._timer:
            self._timer.stop()
        self._timer = None if stays else self.set_timer(MESSAGE_SECONDS, self.clear_message)

    def clear_message(self) -> None:
        """Back to the key hints: what was said is not true any more, or was long enough to be read."""
        self._message = None
        self.show(self._hints)

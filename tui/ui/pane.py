"""What all panes share: a title rule above a body, the mirrored state, and the terminal's look."""

from __future__ import annotations

from textual.containers import Vertical
from textual.reactive import var
from textual.widget import Widget

from tui.state.store import Link, State
from tui.ui.kit.line import TitleRule
from tui.ui.look import Look, look_of
from tui.ui.textual_fixes import acting

FAILED = "stopped after a bug: see the errors"
NO_INSTANCE = "No instance is selected."


class Standstill:
    """Whether a pane draws no more since a bug was met in it: until the errors are dismissed."""

    def __init__(self) -> None:
        self.rule: TitleRule | None = None
        """The title rule of the pane that stands still."""
        self._listed = False

    def begin(self, rule: TitleRule) -> None:
        """Say so in the pane's rule."""
        self.rule, self._listed = rule, False
        rule.warn(FAILED)

    def errors(self, any_left: bool) -> None:
        """Whether there are errors now; once the bug was among them and there are none, the pane goes on."""
        if self.rule and self._listed and not any_left:
            self.rule.warn("")
            self.rule = None
        self._listed = any_left


class Pane(Vertical, inherit_bindings=False):
    """One pane. `state` and `now` (epoch seconds, coarse) are bound to the screen's, which lets it `catch_up`."""

    TITLE = ""
    _drawn: tuple[State | None, float] = None, 0.0
    """The state and the time that it shows."""
    standstill: var[Standstill] = var(Standstill, init=False)
    state: var[State] = var(State, init=False)
    now: var[float] = var(0.0, init=False)

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    @property
    def rule(self) -> TitleRule:
        """The title rule at the top."""
        return self.query_one(TitleRule)

    def title_rule(self) -> TitleRule:
        """A new title rule, for `compose`."""
        return TitleRule(self.TITLE, rule=self.look.signs.rule)

    def body(self) -> Widget:
        """The widget that takes the focus."""
        raise NotImplementedError

    def clear_filter(self) -> bool:
        """Esc: forget the filter; False when there was none."""
        return False

    def light(self, focused: bool) -> None:
        """Show whether the focus is in this pane."""
        self.rule.set_class(focused, "-focus")

    def catch_up(self) -> None:
        """Draw what is different, where state or time are others than at the last time."""
        self.standstill.errors(bool(self.state.notices))
        behind = self._drawn[0] is not self.state or self._drawn[1] != self.now
        if behind and self.is_mounted and not self.standstill.rule:
            self._drawn = self.state, self.now
            with acting(self):
                self.draw()

    def draw(self) -> None:
        """Bring the widgets up to the state."""
        raise NotImplementedError


_WAITS = {
    Link.REFUSED: "the token is refused",
    Link.NO_TOKEN: "there is no token",
    Link.NO_ACCOUNT: "no account is chosen",
    Link.OFFLINE: "the API cannot be reached",
}
"""Links over which nothing is read until something else happens."""


def offer(words: str, action_id: str, does: str, state: State, look: Look, between: str = "\n") -> str:
    """`words`, then which key does something about it: `N creates the first.` A read-only session has no such key."""
    return words if state.identity.read_only else f"{words}{between}{look.key(action_id)} {does}"


def reading(what: str, state: State, look: Look) -> str:
    """`Reading the jobs…` while somebody does; else what stands in the way, and the key that goes on."""
    if state.paused:
        return f"Not read: polling is paused.\n{look.key('app.polling')} resumes it and reads {what}."
    if why := _WAITS.get(state.connection.link):
        return f"Not read: {why}.\n{look.key('app.refresh')} tries again."
    return f"Reading {what}{look.signs.ellipsis}"

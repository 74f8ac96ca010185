"""What all tabs of the detail pane share."""

from __future__ import annotations

from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from tui.state.store import State
from tui.ui.look import Look, look_of
from tui.ui.pane import Pane
from tui.ui.textual_fixes import acting


class TabMoved(Message):
    """Another tab is wanted, so many to the right."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__()


class DetailTab(Vertical, inherit_bindings=False):
    """One tab. `state` and `now` are bound to the pane's, which lets it `catch_up`; it draws only while it is shown."""

    PLACE = "detail"
    """The name under which hints and help know its keys."""
    DEFAULT_CSS = "DetailTab { height: 1fr; }"
    _seen: tuple[State | None, float] = None, 0.0
    """The state and the time at which it caught up."""
    lines = 0
    """How many lines there are to read; 0 for a tab that fills what it gets."""
    state: var[State] = var(State, init=False)
    now: var[float] = var(0.0, init=False)

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    def body(self) -> Widget:
        """The widget that takes the focus."""
        raise NotImplementedError

    def shown(self) -> None:
        """The tab has come to the front: draw, and fetch what it needs."""
        self.draw()

    def clear_filter(self) -> bool:
        """Esc: forget the filter; False when there was none."""
        return False

    def reload(self) -> None:
        """The operator asked for everything anew: fetch again what only this tab shows."""

    def catch_up(self) -> None:
        """Draw what is different, where state or time are others than at the last time."""
        if self._seen[0] is not self.state or self._seen[1] != self.now:
            self._seen = self.state, self.now
            with acting(self):
                self._draw_if_shown()

    def lay_out(self) -> None:
        """Be laid out for what is to be read, where that has another height: the operator's hand has come to rest."""

    def _draw_if_shown(self) -> None:
        pane = self.parent
        if self.is_mounted and self.display and (not isinstance(pane, Pane) or not pane.standstill.rule):
            self.draw()

    def draw(self) -> None:
        """Bring the widgets up to the state."""
        raise NotImplementedError

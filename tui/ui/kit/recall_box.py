"""A field whose earlier contents come back with up and down, as in a shell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.binding import Binding
from textual.widgets import Input


class RecallBox(Input):
    """`earlier` gives what was sent before, the newest first. What is being typed stays at the bottom of it."""

    BINDINGS = [Binding("up", "recall(1)", show=False), Binding("down", "recall(-1)", show=False)]

    def __init__(self, earlier: Callable[[], Sequence[str]], value: str = "", *, placeholder: str = "") -> None:
        super().__init__(value, placeholder=placeholder, compact=True)
        self._earlier = earlier
        self._entries: Sequence[str] = ()
        self._at = 0
        self._typed = ""

    def action_recall(self, step: int) -> None:
        """One further back, or one nearer. What was changed since is what is being typed from then on."""
        if self._at == 0 or self.value != self._entries[self._at - 1]:
            self._at, self._typed = 0, self.value
            self._entries = [entry for entry in self._earlier() if entry != self.value]
        at = max(0, min(self._at + step, len(self._entries)))
        if at != self._at:
            self._at = at
            self.value = self._entries[at - 1] if at else self._typed
            self.cursor_position = len(self.value)

"""A key of another place says where it works, instead of doing nothing in silence."""

from __future__ import annotations

from textual import events

from tui.actions import elsewhere
from tui.ui.base import ConsoleScreen


class Elsewhere(ConsoleScreen):
    """Sees the keys that no widget took: a text field takes them all, and a dialog's never come here."""

    def on_key(self, event: events.Key) -> None:
        """Say where a printable key works that is bound to nothing here."""
        if event.is_printable and event.character and event.key not in self.active_bindings:
            name = event.character.strip() or event.key
            if words := elsewhere(name, frozenset((event.key, event.character)), self.look.keymap):
                self.say(words)

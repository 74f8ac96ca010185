"""The operator's keys: they act, and every text that names one names them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tui.ui.look import Look
from tui.ui.parts import AppPart


class Keyed(AppPart):
    """The part of the app that knows the keymap."""

    _look: Look

    def look(self) -> Look:
        """Colours and signs of this terminal, and the keys of its operator."""
        return self._look

    def use_keymap(self, keymap: Mapping[str, str]) -> None:
        """Let these keys act, and be named, from now on."""
        self._look = replace(self._look, keymap=dict(keymap))
        self.set_keymap(dict(keymap))

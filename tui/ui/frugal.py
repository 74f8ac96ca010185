"""What a closed dialog leaves behind is let go at once, not only after many more."""

from __future__ import annotations

import contextlib

from textual._styles_cache import StylesCache

from tui.ui.parts import AppPart


class Frugal(AppPart):
    """Without this a session of many dialogs grows by tens of megabytes before it stops growing.

    Textual 8 keeps the last 1,024 `StylesCache`s, each with the painted lines of its widget, alive in an `lru_cache`
    around a method; a dialog has some ten. The cache is cheap to fill again.
    """

    def on_mount(self) -> None:
        """Whenever another screen shows."""
        self.screen_change_signal.subscribe(self, lambda _: _forget())


def _forget() -> None:
    with contextlib.suppress(AttributeError):  # a private name: nothing is lost but memory where it has changed
        StylesCache.get_inner_outer.cache_clear()

"""Toasts that had to make room for another one are painted where they went.

Textual 8 looks at the new layout when the other toast is mounted, before it lays out: then nothing seems to have moved,
and the older toast stays where it was, half under the newer one, until something else repaints.
"""

from __future__ import annotations

from textual.notifications import SeverityLevel

from tui.ui.parts import AppPart

SETTLED = 0.1
"""Seconds after which a new toast has its place."""


class Toasts(AppPart):
    """The part of the app that tells outcomes."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a toast; where there are others, paint them all once they stand."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
        self.set_timer(SETTLED, self._paint_moved)

    def _paint_moved(self) -> None:
        screens = self.screen_stack  # none when the console was left meanwhile
        if screens and len(screens[-1].query("Toast")) > 1:
            screens[-1].refresh()

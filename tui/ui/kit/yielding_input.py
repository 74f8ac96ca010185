"""An input that leaves some printable keys to bindings of what it is in."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import Input


class YieldingInput(Input):
    """Everything printable is typed, but what it `leaves` now: a priority binding further out gets that key."""

    def __init__(self, leaves: Callable[[str], bool], *, select_on_focus: bool = True, id: str) -> None:
        """`leaves(key)` is asked with Textual's name of the key, such as `slash`."""
        super().__init__(compact=True, select_on_focus=select_on_focus, id=id)
        self._leaves = leaves

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed here."""
        return super().check_consume_key(key, character) and not self._leaves(key)

"""The one-line inputs of filters: one that a pane opens and closes, and one that is always there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.errors import UsageError


class FilterBox(Input):
    """Hidden until it is opened; keeps its text while it is hidden."""

    DEFAULT_CSS = "FilterBox { height: 1; border: none; padding: 0 1; background: $panel; }"

    class Typed(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Kept(Message):
        """Enter: the box is hidden, the filter stays."""

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.display = False
        self._before: Widget | None = None

    def open(self) -> None:
        """Show it, ready to type. The focus moves at once: the next key may already be waiting."""
        self._before = self.screen.focused
        self.display = True
        self.screen.set_focus(self)
        self.action_select_all()  # what is typed replaces what stood there

    def _close(self) -> None:
        """Hide, and give the focus back to where it was."""
        before, self._before = self._before, None
        self.screen.set_focus(before)
        self.display = False

    def clear_text(self) -> bool:
        """Forget the text and hide; False when there was nothing to forget."""
        if not self.value and not self.display:
            return False
        with self.prevent(Input.Changed):
            self.value = ""
        if self.display:
            self._close()
        self.post_message(self.Typed(""))
        return True

    async def action_submit(self) -> None:
        """Enter: keep the text."""
        self._close()
        self.post_message(self.Kept())

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key was typed."""
        event.stop()
        self.post_message(self.Typed(event.value))


class ListFilter:
    """What a list in a view is filtered by: the last text of its box that means something."""

    def __init__(
        self, view: Screen[Any], check: Callable[[str], object], say: Callable[[str], None], show: Callable[[], None]
    ) -> None:
        """`check` raises UsageError for a text that means nothing, `say` shows why; `show` draws the rows kept now."""
        self._view = view
        self._check = check
        self._say = say
        self._show = show
        self.words = ""

    @property
    def _box(self) -> FilterBox:
        return self._view.query_one(FilterBox)

    def open(self) -> None:
        """Type a part of what is looked for."""
        self._box.open()

    def typed(self, event: FilterBox.Typed) -> None:
        """Another text: other rows."""
        try:
            self._check(event.text)
        except UsageError as error:
            self._say(error.detail)
        else:
            self.words = event.text
            self._show()

    def clear(self) -> bool:
        """Show all rows again; False when all are shown."""
        return self._box.clear_text()


class YieldingInput(Input):
    """Everything printable is typed, but what it `leaves` now: a priority binding further out gets that key."""

    def __init__(self, leaves: Callable[[str], bool], *, select_on_focus: bool = True, id: str) -> None:
        """`leaves(key)` is asked with Textual's name of the key, such as `slash`."""
        super().__init__(compact=True, select_on_focus=select_on_focus, id=id)
        self._leaves = leaves

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed here."""
        return super().check_consume_key(key, character) and not self._leaves(key)

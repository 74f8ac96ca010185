"""The log of the selected job: the live view, its badge, and its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from textual.message import Message

from tui.actions import Place
from tui.text import plural
from tui.ui.keys import bindings
from tui.ui.log.typing import LogTyping


class LogPane(LogTyping):
    """The log, always with the badge that says how the tail stands. What it cannot do itself it posts up."""

    BINDINGS = bindings(Place.LOG)

    class CopyWanted(Message):
        """Text to put on the clipboard; `what` names it."""

        def __init__(self, text: str, what: str) -> None:
            self.text = text
            self.what = what
            super().__init__()

    class TextWanted(Message):
        """The lines as plain text on the terminal without us, or in a pager."""

        def __init__(self, text: str, on: Literal["terminal", "pager"]) -> None:
            self.text = text
            self.on = on
            super().__init__()

    class FollowWanted(Message):
        """The end of the log is wanted, and the next job if one has started."""

    class JobWanted(Message):
        """The log of a neighbour in the list of jobs: `step` 1 is newer, -1 older."""

        def __init__(self, step: int) -> None:
            self.step = step
            super().__init__()

    class RestWanted(Message):
        """The lines that are not loaded are wanted."""

    class SaveWanted(Message):
        """The whole log is wanted in a file."""

    class StopWanted(Message):
        """What `progress` tells of is to stop."""

    def clear_filter(self) -> bool:
        """Esc: stop what is being loaded, else forget filter and search."""
        if self.progress:
            self.post_message(self.StopWanted())
            return True
        return super().clear_filter()

    def action_follow(self) -> None:
        """Go to the end and follow; also the next job."""
        self.body().action_follow()
        self.post_message(self.FollowWanted())

    def action_job(self, step: int) -> None:
        """A newer or an older job."""
        self.post_message(self.JobWanted(step))

    def action_load_rest(self) -> None:
        """Load what is not here, or look through it."""
        self.post_message(self.RestWanted())

    def action_save(self) -> None:
        """Save the whole log."""
        self.post_message(self.SaveWanted())

    def action_details(self) -> None:
        """More of the current line; without one, or when the log cannot be read, how the log stands."""
        view, tail = self.body(), self.tail
        if view.current_line is None or (tail and tail.error and view.position.following):
            self.tell_standing()
        else:
            view.action_details()

    def action_dump(self) -> None:
        """Show the lines on the normal screen."""
        self.post_message(self.TextWanted(self.body().shown_text(), "terminal"))

    def action_pager(self) -> None:
        """Show the lines in a pager."""
        self.post_message(self.TextWanted(self.body().shown_text(), "pager"))

    def action_copy_line(self) -> None:
        """Copy the marked lines, or the current one."""
        text, number = self.body().picked_text()
        self.post_message(self.CopyWanted(text, "line" if number == 1 else plural(number, "marked line")))

    def action_copy_all(self) -> None:
        """Copy all loaded lines that pass the filter."""
        self.post_message(self.CopyWanted(self.body().shown_text(), "log"))


def _forward(name: str) -> Callable[[LogPane], None]:
    def act(pane: LogPane) -> None:
        getattr(pane.body(), name)()

    return act


_OF_THE_VIEW = (
    *("top", "line_up", "line_down", "half_up", "half_down", "page_up", "page_down", "left", "right"),
    *("toggle_mark", "mark_range", "clear_marks", "next_mark"),
    *("search_next", "search_previous", "next_error", "previous_error", "toggle_wrap", "cycle_time"),
)
for _name in _OF_THE_VIEW:  # keys that the view carries out itself
    setattr(LogPane, f"action_{_name}", _forward(f"action_{_name}"))

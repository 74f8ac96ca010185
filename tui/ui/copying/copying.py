"""Copying out of the console: from any table, over any screen; where the text went is always said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tui.service import Outcome
from tui.text import plural
from tui.ui.copies import copies, joint_copies
from tui.ui.desk import Desk
from tui.ui.kit.cut import shorten
from tui.ui.kit.pick import Choice, Pick

PREVIEW = 160
"""Cells of a text that are shown beside what it is called."""


class Copying:
    """Copies texts."""

    def __init__(self, desk: Desk, copy_text: Callable[[str], Awaitable[str]]) -> None:
        """`copy_text` puts a text on the clipboard and returns where it went, in words. It may raise AppError."""
        self.desk = desk
        self._copy_text = copy_text

    def text(self, text: str, what: str) -> None:
        """Copy a text that is called `what` in the message that follows."""
        self.desk.start(self._put(text, what), "copy", name=f"copy {what}")

    async def _put(self, text: str, what: str) -> None:
        if not text:
            self.desk.say("There is nothing to copy.")
        else:
            self.desk.say(Outcome(f"Copied the {what}", await self._copy_text(text)))

    def rows(self, rows: Sequence[Any]) -> None:
        """Choose what of some rows to copy."""
        if rows:
            self.desk.start(self._choose(rows), "copy choice")
        else:
            self.desk.say("There is no row to copy.")

    async def _choose(self, rows: Sequence[Any]) -> None:
        state, ellipsis = self.desk.state, self.desk.look.signs.ellipsis
        joint = dict(joint_copies(rows[0], rows, state))
        offered = {title: text for title, text in (*copies(rows[0], state), *joint.items()) if text}
        choices = [
            Choice(title, title, shorten(" ".join(text.split()), PREVIEW, ellipsis)) for title, text in offered.items()
        ]
        heading = f"Copy of {plural(len(rows), 'row')}" if len(rows) > 1 else "Copy"
        title = await self.desk.ask(Pick(heading, choices))
        if title in joint:
            self.text(joint[title], title)
        elif title is not None:
            what = f"{title} of {plural(len(rows), 'row')}" if len(rows) > 1 else title
            texts = (dict(copies(row, self.desk.state)).get(title, "") for row in rows)
            self.text("\n".join(text for text in texts if text), what)

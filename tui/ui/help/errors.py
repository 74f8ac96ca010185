"""The errors so far, whole, until they are dismissed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.text import Text

from tui.state.store import Notice
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look


class Errors(TextDialog):
    """The errors so far; `d` dismisses them all."""

    FOOT = "d dismisses them all, q closes"

    def action_done(self) -> None:
        """Forget them."""
        self.dismiss("dismiss")


def errors_text(notices: Iterable[Notice], look: Look) -> Text:
    """The errors so far in full, newest first, plain enough to select with the terminal."""
    blocks: list[Text] = []
    for notice in reversed(tuple(notices)):
        error = notice.error
        at = datetime.fromtimestamp(notice.at).strftime("%H:%M:%S")
        blocks.append(Text.assemble((f"{at}  ", look.style("muted")), (error.title, "bold"), f"  ({notice.where})"))
        blocks += [Text(part) for part in (error.detail, error.hint) if part]
        if error.reference:
            blocks.append(look.text(error.reference, "muted"))
        blocks.append(Text())
    return Text("\n").join(blocks) if blocks else look.text("No errors.", "muted")

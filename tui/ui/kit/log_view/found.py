"""What is said about a line that was looked for: which one it is, and how much was not looked at."""

from __future__ import annotations

from tui.logtail import Feed
from tui.text import plural
from tui.ui.kit.log_view.errors import FoundError
from tui.ui.kit.log_view.rows import LogRows

Said = tuple[str, bool]
"""The words, and whether there are lines that were not looked at."""


def error_words(found: FoundError | None, step: int, rows: LogRows, tail: Feed | None) -> Said:
    """`Error 3 of 7.`, of the lines loaded where others are not; with a word where the end was gone round."""
    whole = tail is None or (tail.first_known and tail.at_end)
    within = "" if whole else f" in the {plural(len(rows.lines), 'line')} loaded"
    if found is None:
        return f"No error line{within}.", not whole
    turned = f", from the {'top' if step > 0 else 'end'} again" if found.round and found.of > 1 else ""
    return f"Error {found.number:,} of {found.of:,}{within}{turned}.", not whole and not turned


def nothing_words(name: str, step: int, rows: LogRows, tail: Feed | None) -> Said:
    """That there is none below (1) or above (-1), as far as was looked."""
    whole = tail is None or (tail.at_end if step > 0 else tail.first_known)
    within = "" if whole else f" in the {plural(len(rows.lines), 'line')} loaded"
    return f"No {name} {'below' if step > 0 else 'above'}{within}.", not whole

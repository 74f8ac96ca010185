"""What the signs of the tables mean, as lines of the help."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from tui.models import JobState
from tui.state.tally import BY_WORD
from tui.ui.kit.field import CHANGED, REQUIRED
from tui.ui.kit.hanging import hanging
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs
from tui.ui.look import Look

MEANINGS = {
    "failed": "The last sync failed, or an error has paused the indexing.",
    "stalled": "A job is running, but nothing has moved for 4 minutes.",
    "errors": "Some items could not be indexed.",
    "malformed": "The service's reply about it makes no sense.",
    "running": "A job is running.",
    "queued": "A job or items are waiting.",
    "paused": "Scheduled syncs are paused.",
    "disabled": "Switched off.",
    "ready": "Everything is indexed.",
    "empty": "It has no items yet.",
    "unread": "Its counters are not known yet.",
    "other": "A status that this program does not know.",
}
"""What each group of states says of an instance."""
WORD = 11
"""Cells of the word beside a sign."""


def legend(look: Look, width: int) -> list[Text]:
    """The signs of instances with their words and meanings, those of jobs, and those at the edge of a row."""
    muted = look.style("muted")
    heading = f"bold {look.style('active')}"
    lines = [Text("Signs of instances", heading)]
    for word, group in BY_WORD.items():
        head = Text.assemble("  ", look.health(group.states[0]), f" {word:<{WORD}}")
        lines.append(hanging(head, MEANINGS[word], muted, width))
    glyphs = ASCII_GLYPHS if look.signs.ascii else Glyphs()
    edge = f"{glyphs.cursor} the cursor   {glyphs.mark} marked   {glyphs.both} both"
    return [
        *lines,
        Text(),
        Text("Signs of jobs, and at the edge of a row", heading),
        *_jobs(look, width),
        Text(f"  {edge}"),
        Text(),
        Text("Signs of fields", heading),
        hanging(
            Text(f"  {CHANGED} "),
            "Differs from the default, from what is stored, or from the other.",
            muted,
            width,
        ),
        hanging(Text(f"  {REQUIRED} "), "Must be filled in.", muted, width),
    ]


def _jobs(look: Look, width: int) -> list[Text]:
    """Each sign once, with all states that have it; as many on a line as fit."""
    states = sorted(JobState, key=lambda state: look.job(state).plain)
    lines = [Text("  ")]
    for _, same in groupby(states, key=lambda state: look.job(state).plain):
        alike = list(same)
        sign = Text.assemble(look.job(alike[0]), f" {', '.join(map(str, alike))}")
        if lines[-1].cell_len > 2 and lines[-1].cell_len + 3 + sign.cell_len > width:
            lines.append(Text("  "))
        elif lines[-1].cell_len > 2:
            lines[-1].append("   ")
        lines[-1].append_text(sign)
    return lines

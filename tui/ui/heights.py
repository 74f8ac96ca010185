"""How high the panes of the right column are: by what is in them, the rest to the log. Pure."""

from __future__ import annotations

from typing import NamedTuple

JOBS_IN_SIGHT = 7
"""Rows of the job table at most, where nobody looks at it more closely."""
TITLE, TABS, HEADER = 1, 1, 1
LEAST = {"detail": 8, "jobs": TITLE + HEADER + 2, "log": 5}
"""Lines that a pane keeps while another wants more."""
ROOMY = sum(LEAST.values())


class Heights(NamedTuple):
    """Lines of each pane, its title included; a pane of one line is folded."""

    detail: int
    jobs: int
    log: int


def heights(total: int, lines: int, jobs: int, focus: str) -> Heights:
    """The heights of detail, jobs and log in `total` lines.

    `lines` are those of the tab in front, 0 for one that fills what it gets: with the focus in it the others fold.
    `jobs` is how many there are, `focus` the name of the pane in focus.
    """
    if total < ROOMY or (focus == "detail" and not lines):
        return _folded(total, focus)
    wanted = {
        "detail": TITLE + TABS + lines if lines else total // 2,
        "jobs": TITLE + HEADER + max(1, min(JOBS_IN_SIGHT, jobs)),
        "log": total * 2 // 5 if focus == "log" else 0,
    }
    given = {name: min(LEAST[name], max(1, wanted[name])) for name in wanted} | {"log": LEAST["log"]}
    for name in dict.fromkeys((focus, "detail", "jobs")):
        if name in wanted:
            given[name] += max(0, min(wanted[name] - given[name], total - sum(given.values())))
    given["log"] += total - sum(given.values())
    return Heights(**given)


def _folded(total: int, focus: str) -> Heights:
    """The pane in focus gets everything but the titles of the others; the detail, when the focus is elsewhere."""
    open_pane = focus if focus in LEAST else "detail"
    return Heights(**{name: max(1, total - 2) if name == open_pane else 1 for name in LEAST})

"""Actions of tables and of the panes that have one."""

from __future__ import annotations

from tui.actions.action import Action, rows
from tui.actions.disabled import no_job
from tui.actions.place import Place

TABLES = rows(
    Place.TABLES,
    ("cursor-down", "j,down", "Down", "One row down."),
    ("cursor-up", "k,up", "Up", "One row up."),
    ("top", "g,home", "First row", "To the first row."),
    ("bottom", "G,end", "Last row", "To the last row."),
    ("half-down", "ctrl+d", "Half a page down", "Half a page down.", "half(1)"),
    ("half-up", "ctrl+u", "Half a page up", "Half a page up.", "half(-1)"),
    ("page-down", "pagedown,ctrl+f", "Page down", "A page down.", "page(1)"),
    ("page-up", "pageup", "Page up", "A page up.", "page(-1)"),
    ("choose", "enter", "Open", "Open: an instance's detail, a job's facts."),
    ("toggle-mark", "space", "Mark", "Mark the row, or unmark it."),
    ("mark-range", "v", "Mark range", "Mark all rows from the last mark to here."),
    ("clear-marks", "u", "Clear marks", "Clear all marks."),
)
INSTANCES = (
    Action(
        "instances.filter",
        "/",
        "Filter",
        "Substring, !inverse or /regex/.",
        Place.INSTANCES,
        hint="filter",
        run="filter",
    ),
    Action(
        "instances.state",
        "f",
        "State filter",
        "Only the failed ones, then the next state, and so on; then all again.",
        Place.INSTANCES,
        hint="state",
        run="state",
    ),
    Action(
        "instances.sort",
        "o",
        "Sort",
        "Choose the column to sort by; the same again: reverse.",
        Place.INSTANCES,
        hint="sort",
    ),
    Action(
        "instances.namespace",
        "n",
        "Namespace",
        "Show one namespace, or all.",
        Place.INSTANCES,
        hint="ns",
    ),
    Action(
        "instances.log",
        "l",
        "Log",
        "To the log of the newest job.",
        Place.INSTANCES,
        reason=no_job,
        run="log",
    ),
)
JOBS = (Action("jobs.log", "l", "Log", "To the log of this job.", Place.JOBS, hint="log", reason=no_job, run="log"),)
DETAIL = rows(
    Place.DETAIL,
    ("scroll-down", "j,down", "Down", "One line down."),
    ("scroll-up", "k,up", "Up", "One line up."),
    ("scroll-home", "g,home", "Top", "To the top."),
    ("scroll-end", "G,end", "End", "To the end."),
    ("page-down", "pagedown,ctrl+d", "Page down", "A page down."),
    ("page-up", "pageup,ctrl+u", "Page up", "A page up."),
    ("next-tab", "right", "Next tab", "Next tab."),
    ("previous-tab", "left", "Previous tab", "Previous tab."),
)

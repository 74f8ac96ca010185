"""Actions of the log."""

from __future__ import annotations

from tui.actions.action import Action, rows
from tui.actions.disabled import no_job
from tui.actions.place import Place

LOG = (
    Action("log.follow", "F,G,end", "Follow", "Go to the end and follow.", Place.LOG, hint="follow", run="follow"),
    *rows(
        Place.LOG,
        ("line-down", "j,down", "Down", "One line down.", "focused.line(1)"),
        ("line-up", "k,up", "Up", "One line up; stops following.", "focused.line(-1)"),
        ("top", "g,home", "Top", "To the first line that is known.", "focused.top"),
        ("half-down", "ctrl+d", "Half a page down", "Half a page down.", "focused.half(1)"),
        ("half-up", "ctrl+u", "Half a page up", "Half a page up.", "focused.half(-1)"),
        ("page-down", "pagedown,ctrl+f,space", "Page down", "A page down.", "focused.page(1)"),
        ("page-up", "pageup", "Page up", "A page up.", "focused.page(-1)"),
        ("left", "left", "Left", "Scroll left.", "focused.sideways(-1)"),
        ("right", "right", "Right", "Scroll right.", "focused.sideways(1)"),
    ),
    Action(
        "log.search",
        "/",
        "Search",
        "Text or /regex/; lines stay where they are.",
        Place.LOG,
        hint="search",
        run="search",
    ),
    Action(
        "log.filter", "&", "Keep only", "Text, !inverse or /regex/; empty clears.", Place.LOG, hint="keep", run="filter"
    ),
    Action(
        "log.next-error",
        "e",
        "Next error",
        "To the next error line; after the last, the first.",
        Place.LOG,
        hint="error",
        run="focused.find_error(1)",
    ),
    *rows(
        Place.LOG,
        (
            "previous-error",
            "E",
            "Previous error",
            "To the previous error line; before the first, the last.",
            "focused.find_error(-1)",
        ),
        ("search-next", "n", "Next match", "To the next match of the search.", "focused.find_match(1)"),
        ("search-previous", "N", "Previous match", "To the previous match.", "focused.find_match(-1)"),
        ("toggle-wrap", "w", "Wrap", "Fold long lines, or cut them.", "focused.toggle_wrap"),
        ("cycle-time", "t", "Times", "Local, UTC, age, none.", "focused.cycle_time"),
        ("details", "enter", "Line details", "The whole line, its raw type, and what its error means."),
        ("toggle-mark", "m", "Mark", "Mark the line, or unmark it.", "focused.toggle_mark"),
        ("mark-range", "v", "Mark range", "Mark all lines from the last mark to here.", "focused.mark_range"),
        (
            "next-mark",
            "'",
            "Next mark",
            "To the next marked line; after the last, the first.",
            "focused.next_mark",
        ),
        ("clear-marks", "u", "Clear marks", "Clear all marks.", "focused.clear_marks"),
        ("copy-line", "y", "Copy line", "Copy the marked lines, or the current one.", "copy('line')"),
        ("copy-all", "Y", "Copy all", "Copy all loaded lines that pass the filter.", "copy('all')"),
        ("load-rest", "a", "Load the rest", "Load older lines; with a search or a filter, look through the whole log."),
        (
            "dump",
            "L",
            "Plain text",
            "The lines on the normal screen, to select and scroll; any key comes back.",
            "outside('terminal')",
        ),
        ("pager", "|", "Pager", "The lines in $PAGER.", "outside('pager')"),
    ),
    Action(
        "log.save",
        "s",
        "Save",
        "Save the whole log of the job to a file.",
        Place.LOG,
        hint="save",
        reason=no_job,
        run="save",
    ),
    Action("log.previous-job", "{,comma", "Previous job", "The log of the previous job.", Place.LOG, run="job(-1)"),
    Action("log.next-job", "},.", "Next job", "The log of the next job.", Place.LOG, run="job(1)"),
)

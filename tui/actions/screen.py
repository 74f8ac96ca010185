"""Actions of the whole screen, and those that change something."""

from __future__ import annotations

from tui.actions.action import Action
from tui.actions.disabled import no_cancel, no_instance, no_sync
from tui.actions.place import Place

SCREEN = (
    Action("app.help", "?,f1", "Help", "Keys and actions of the pane in focus.", hint="help"),
    Action("app.pane-1", "1", "Instances", "Go to the instances.", run="pane('instances')"),
    Action("app.pane-2", "2", "Detail", "Go to the detail of the instance.", run="pane('detail')"),
    Action("app.pane-3", "3", "Jobs", "Go to the jobs of the instance.", run="pane('jobs')"),
    Action("app.pane-4", "4", "Log", "Go to the log of the job.", run="pane('log')"),
    Action("app.items", "5", "Items tab", "Go to the items of the instance.", run="pane('items')"),
    Action("app.search", "6", "Search tab", "Go to the search in the instance.", run="pane('search')"),
    Action("app.config", "7", "Config tab", "Go to the configuration of the instance.", run="pane('config')"),
    Action("app.json", "8", "JSON tab", "Go to the instance as JSON.", run="pane('json')"),
    Action("app.next-pane", "tab", "Next pane", "Move the focus to the next pane.", run="next_pane"),
    Action(
        "app.previous-pane", "shift+tab", "Previous pane", "Move the focus to the previous pane.", run="previous_pane"
    ),
    Action("app.next-tab", "]", "Next tab", "Next tab of the detail pane.", run="tab(1)"),
    Action("app.previous-tab", "[", "Previous tab", "Previous tab of the detail pane.", run="tab(-1)"),
    Action("app.zoom", "z", "Zoom", "Fill the window with the pane in focus; again: back.", hint="zoom", run="zoom"),
    Action(
        "app.back",
        "q",
        "Back, quit",
        "One step back; at the top, quit, but not within a second of a step back.",
        hint="quit",
        run="back(True)",
    ),
    Action("app.escape", "escape", "Back", "One step back; never quits.", run="back(False)"),
    Action("app.interrupt", "ctrl+c", "Quit", "Pressed twice within 2 s: quit.", Place.ANYTIME, run="interrupt"),
    Action(
        "app.suspend",
        "ctrl+z",
        "Suspend",
        "Suspend the program; fg brings it back.",
        Place.ANYTIME,
        run="suspend_process",
    ),
    Action("app.repaint", "ctrl+l", "Repaint", "Draw the whole screen again.", Place.ANYTIME, run="repaint"),
    Action("app.refresh", "R,ctrl+r", "Refresh", "Read everything on the screen again, now.", hint="refresh"),
    Action("app.polling", "=", "Pause polling", "Stop all polling; again: go on."),
    Action("app.errors", "!", "Errors, outcomes", "The errors and the last fifty outcomes, in full, until dismissed."),
)
WRITES = (
    Action("instance.sync", "S", "Sync", "Start a sync job.", hint="sync", writes=True, reason=no_sync),
    Action(
        "job.cancel",
        "X",
        "Cancel job",
        "Cancel the selected job.",
        hint="cancel",
        writes=True,
        reason=no_cancel,
    ),
    Action(
        "instance.purge",
        "K",
        "Purge cache",
        "Drop the cached answers of the instance.",
        writes=True,
        reason=no_instance,
    ),
    Action(
        "instance.pause",
        "P",
        "Pause, resume",
        "Pause scheduled indexing, or resume it.",
        hint="pause",
        writes=True,
        reason=no_instance,
    ),
)

"""Actions of the console's tools: palette, request log, profiles, copy and save, work in the background."""

from __future__ import annotations

from tui.actions.action import Action, rows
from tui.actions.place import Place
from tui.state.store import TYPED, State


def _nothing_runs(state: State, now: float) -> str | None:
    return None if state.doing else "Nothing runs in the background."


def _nothing_typed(state: State, now: float) -> str | None:
    who = state.identity
    if who.token_source.startswith(TYPED):
        return None
    return f"Nothing to store: the token comes from {who.token_source or 'nowhere yet'}."


TOOLS = (
    Action(
        "app.palette",
        ":,ctrl+p",
        "Command palette",
        "Every action by name, and commands such as :set chunk_size 512.",
        hint="commands",
    ),
    Action(
        "app.requests",
        "@",
        "Request log",
        "Every call to the API; one can be copied as curl, without the token.",
    ),
    Action(
        "app.profiles",
        "p",
        "Profile",
        "Switch to another profile of the configuration, and its account.",
    ),
    Action(
        "app.stop",
        "-",
        "Stop",
        "Stop what runs in the background, after the row at work; what is done stays.",
        reason=_nothing_runs,
    ),
    Action(
        "app.store-token",
        "$",
        "Store the token",
        "Store the typed token in the keyring; where there is none, show lines to copy that keep it.",
        reason=_nothing_typed,
    ),
    Action("app.batch", "_", "Background work", "What runs in the background, or ran last, with the outcome of each."),
    Action("app.mouse", "%,f2", "Mouse", "The mouse on or off; over ssh it starts off and is the terminal's."),
    *rows(
        Place.TABLES,
        ("copy", "c", "Copy", "Copy of this row, or of the marked ones: id, name, URL, JSON or curl."),
        ("save", "s", "Save", "Save the rows shown as CSV or JSON."),
    ),
)
